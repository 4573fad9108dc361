using System.Text.Json.Serialization;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>What a deployment will do: pure data, made by a planner and read by the scheduler.</summary>
public sealed record DeploymentPlan
{
    public required string Strategy { get; init; }

    public required DeploymentOptions Options { get; init; }

    public required IReadOnlyList<PlannedPool> Pools { get; init; }

    public required IReadOnlyList<Wave> Waves { get; init; }

    /// <summary>What the operator should know before it runs; none of it forbids the run.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>When the world was looked at for it.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>The deployment whose changes this one takes back; empty: none.</summary>
    public string Undoes { get; init; } = "";

    /// <summary>The deployment to which this one is the end; empty: none.</summary>
    public string Completes { get; init; } = "";

    public string Release => Options.Release;

    /// <summary>The whole plan as JSON: by it, what Export-Clixml has written can be passed to -Plan again.</summary>
    [JsonIgnore]
    public string Document => PlanDocument.Write(this);

    /// <summary>At the end every instance is asked for its version; an undo's go back to what each one ran.</summary>
    internal bool ChecksFleet => Waves.Count > 0 && Options.ChecksVersion && Undoes.Length == 0 && Completes.Length == 0;

    internal IEnumerable<Lane> Lanes => Waves.SelectMany(wave => wave.Lanes);

    public override string ToString() => PlanPreview.Of(this);
}
