using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Which instances get the release first, and which are compared with.</summary>
internal static class CanaryChoice
{
    /// <param name="byCount">Shares are numbers of instances: then the canaries are all instances, in the order in which they get the release.</param>
    public static (ObservedInstance[] Canaries, ObservedInstance[] Baselines, Fault? Fault) Of(DeploymentOptions options, IReadOnlyList<ObservedInstance> all, bool byCount)
    {
        // What gets no traffic is staged: to begin there costs no capacity.
        ObservedInstance[] inOrder = [.. all.OrderBy(instance => instance.Memberships.Any(member => member.State == TrafficState.Enabled) ? 1 : 0).ThenBy(instance => instance.Instance.Name, StringComparer.Ordinal)];
        ObservedInstance[] named = [.. all.Where(instance => IsNamed(instance, options.CanaryInstances))];
        string[] unknown = [.. options.CanaryInstances.Concat(options.BaselineInstances).Where(name => !all.Any(instance => IsNamed(instance, [name])))];
        if (unknown.Length > 0) return Refuse($"{string.Join(", ", unknown)} did not come through the pipeline. Nothing was touched.", $"Those that did: {Sides.Names(all)}.");
        if (byCount) return ([.. named, .. inOrder.Except(named)], [], null);

        ObservedInstance[] canaries = named.Length > 0 ? named : [.. inOrder.Take(options.CanaryCount)];
        ObservedInstance[] baselines = [.. all.Where(instance => IsNamed(instance, options.BaselineInstances))];
        if (canaries.Length >= all.Count)
            return Refuse($"{canaries.Length} canaries of {all.Count} instances leave nothing that keeps the old release. Nothing was touched.", "Pipe the whole pool in, or pass a smaller -CanaryCount.");
        if (baselines.Intersect(canaries).Any())
            return Refuse($"{Sides.Names([.. baselines.Intersect(canaries)])} can't be canary and baseline both. Nothing was touched.", "Name another -BaselineInstance.");
        if (canaries.Length + baselines.Length >= all.Count)
            return Refuse($"{canaries.Length} canaries and {baselines.Length} baselines of {all.Count} instances leave nothing beside them. Nothing was touched.", "Name fewer.");
        ObservedInstance[] mute = [.. baselines.Where(baseline => baseline.Instance.PreviousRelease.Length == 0)];
        return mute.Length == 0
            ? (canaries, baselines, null)
            : Refuse($"{Sides.Names(mute)} does not tell what it runs, so it can't be deployed anew for comparison. Nothing was touched.", "Let the status endpoint tell the version, or leave -BaselineInstance out.");
    }

    private static bool IsNamed(ObservedInstance instance, IReadOnlyList<string> names) => names.Any(name =>
        name == instance.Instance.Name || name == instance.Key || name == instance.Instance.ComputerName || instance.Memberships.Any(member => member.Name == name || member.Name.EndsWith($"/{name}", StringComparison.Ordinal)));

    private static (ObservedInstance[] Canaries, ObservedInstance[] Baselines, Fault? Fault) Refuse(string message, string next) => ([], [], new Fault(ErrorId.InvalidArgument, message, next));
}
