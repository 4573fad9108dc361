using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What a stop does to an effect that is under way.</summary>
internal enum EffectStop
{
    /// <summary>A wait or a read: it ends at once.</summary>
    Cancel,

    /// <summary>The user's deploy: it may finish within the grace.</summary>
    Grace,

    /// <summary>A write to a balancer: it ends by itself, within its own time limit, and its outcome must be known.</summary>
    Finish,
}

internal static class EffectStops
{
    public static EffectStop Of(StepKind step) => step switch
    {
        StepKind.Deploy => EffectStop.Grace,
        _ when step.Writes() => EffectStop.Finish,
        _ => EffectStop.Cancel,
    };
}
