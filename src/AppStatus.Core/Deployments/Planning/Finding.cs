using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>What one check before a deployment found.</summary>
public sealed record Finding(string Check, FindingLevel Level, string Message)
{
    /// <summary>Ok where the check passes; an error with what to do where it throws an <see cref="AppStatusException"/>.</summary>
    internal static Finding Of(string check, Action run, string passed)
    {
        try
        {
            run();
            return new Finding(check, FindingLevel.Ok, passed);
        }
        catch (AppStatusException exception)
        {
            return new Finding(check, FindingLevel.Error, exception.Fault.ToString());
        }
    }

    public override string ToString() => $"{Level}: {Check}: {Message}";
}

public enum FindingLevel
{
    Ok,

    /// <summary>The run is allowed, and the operator should know this.</summary>
    Warning,

    /// <summary>The run would be refused, or would fail.</summary>
    Error,
}
