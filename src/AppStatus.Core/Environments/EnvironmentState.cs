namespace AppStatus.Core.Environments;

/// <summary>Whether an environment is whole.</summary>
public enum EnvironmentState
{
    /// <summary>All of its parts run.</summary>
    Running,

    /// <summary>Some of them do: it came up, or went down, by half. Start- goes on, and Stop- takes away what there is.</summary>
    Partial,

    /// <summary>None of them does.</summary>
    Stopped,
}
