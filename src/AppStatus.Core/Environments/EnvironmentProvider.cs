namespace AppStatus.Core.Environments;

/// <summary>In what the parts of an environment run.</summary>
public enum EnvironmentProvider
{
    /// <summary>Processes of this machine: the lab's application and simulators; needs nothing but .NET.</summary>
    Process,

    /// <summary>Containers, through docker or podman.</summary>
    Container,
}
