using AppStatus.Core.Deployments;

namespace AppStatus.Core.Reporting;

/// <summary>A deployment as a report tells it: what its journal says and nothing else, before any form is given to it.</summary>
internal sealed record DeploymentReport
{
    public required DeploymentResult Result { get; init; }

    /// <summary>Who drove it, and where; one text a driver, in order.</summary>
    public required IReadOnlyList<string> Drivers { get; init; }

    /// <summary>When its last event was recorded.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>In the plan's order.</summary>
    public required IReadOnlyList<ReportLane> Lanes { get; init; }

    /// <summary>A pool each, in the plan's order.</summary>
    public required IReadOnlyList<CapacityCourse> Capacity { get; init; }

    /// <summary>The canaries' share of the traffic; empty where weights gave none.</summary>
    public required IReadOnlyList<CoursePoint> Share { get; init; }

    /// <summary>What happened to the whole, in order.</summary>
    public required IReadOnlyList<ReportMark> Marks { get; init; }

    /// <summary>Spans in which nobody drove it, or it waited for somebody.</summary>
    public required IReadOnlyList<QuietSpan> Quiet { get; init; }

    /// <summary>What the plan warned of.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The deployment that it took back; empty: none.</summary>
    public string Undoes { get; init; } = "";

    public IEnumerable<ReportLane> Instances => Lanes.Where(lane => lane.IsInstance);

    /// <summary><c>rolling deployment of 2.0 to web</c>.</summary>
    public string Title => $"{Result.Strategy} deployment{(Result.Release.Length == 0 ? "" : " of " + Result.Release)}{(Result.Pool.Length == 0 ? "" : " to " + Result.Pool)}";
}
