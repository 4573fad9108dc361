using AppStatus.Core.Deployments;

namespace AppStatus.Scripts;

/// <summary>The variables that every block of a lane finds.</summary>
internal static class LaneVariables
{
    public static Dictionary<string, object?> Of(Instance instance, string release, int attempt) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Instance"] = instance,
        ["Release"] = release,
        ["Attempt"] = attempt,
    };
}
