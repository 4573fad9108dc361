using AppStatus.Core.Errors;
using AppStatus.Core.Containers;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics.Containers;

/// <summary>Reads containers of this machine by docker's or podman's own statistics: one run for all instances.</summary>
/// <param name="searchPath">Where the program is looked for, as PATH has it.</param>
internal sealed class ContainerSource(string searchPath, TimeProvider time) : IMetricSource
{
    public const string MemoryBytes = "memory_bytes", Processes = "processes";
    private static readonly string[] Arguments = ["stats", "--no-stream", "--format", "{{json .}}"];

    public static IReadOnlyList<string> Names { get; } = [KnownMetrics.Cpu, KnownMetrics.Memory, MemoryBytes, Processes];

    public static IReadOnlyList<string> Defaults { get; } = [KnownMetrics.Cpu, KnownMetrics.Memory];

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        ContainerProgram[] programs = [.. ContainerProgram.All(searchPath)];
        if (programs.Length == 0)
            return Nothing(request, new Fault(ErrorId.VerificationUnavailable, "There is neither docker nor podman on the PATH.", "Install one, or run this where the containers are."));

        using CancellationTokenSource clock = time.CreateCancellationTokenSource(request.Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            // Both may be there, and one of them without its engine.
            (string output, Fault? fault) = await programs[0].RunAsync(Arguments, stop.Token).ConfigureAwait(false);
            for (int next = 1; fault is { Id: ErrorId.ContainerEngineUnavailable } && next < programs.Length; next++)
                (output, fault) = await programs[next].RunAsync(Arguments, stop.Token).ConfigureAwait(false);
            if (fault is not null) return Nothing(request, fault with { Id = ErrorId.NoData });
            if (ContainerStats.Read(output) is not { } containers)
                return Nothing(request, new Fault(ErrorId.InvalidResponse, $"{programs[0].Name} stats printed no JSON: {SafeText.Condensed(output, 200)}"));
            DateTimeOffset now = time.GetUtcNow();
            return [.. request.Targets.SelectMany(target => request.Metrics.Select(metric => Of(containers, target, metric.Text, now)))];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing(request, new Fault(ErrorId.TimedOut, FormattableString.Invariant($"{programs[0].Name} stats gave no answer within {request.Deadline.TotalSeconds:0.###} s, and was ended."), "docker stats alone takes about 2 s: pass a larger -TimeoutSec."));
        }
    }

    public void Dispose()
    {
        // Each reading is a process of its own, and has ended.
    }

    private static MetricReading Of(IReadOnlyList<ContainerStats> containers, MetricTarget target, string metric, DateTimeOffset now)
    {
        if (containers.FirstOrDefault(one => one.Is(target.Container)) is not { } container)
        {
            string known = string.Join(", ", containers.Take(5).Select(one => one.Name));
            return MetricReading.None(target, metric, new Fault(
                ErrorId.NoData,
                $"No container '{SafeText.Of(target.Container, 100)}' runs here{(known.Length == 0 ? "" : $", but {SafeText.Of(known, 300)}")}.",
                "Pass its name by -ContainerName."));
        }

        (double? value, string unit) = metric switch
        {
            KnownMetrics.Cpu => (container.CpuPercent, "%"),
            KnownMetrics.Memory => (container.MemoryPercent, "%"),
            MemoryBytes => (container.MemoryBytes, "B"),
            Processes => (container.Processes, ""),
            _ => (null, ""),
        };
        if (value is { } number) return MetricReading.Of(target, metric, number, unit, now);
        return MetricReading.None(target, metric, Names.Contains(metric, StringComparer.Ordinal)
            ? new Fault(ErrorId.NoData, $"The container {SafeText.Of(target.Container, 100)} has no {metric}: it does not run, or was just started.")
            : new Fault(ErrorId.MetricNotFound, $"Containers have no metric '{SafeText.Of(metric, 100)}'.", $"They have {string.Join(", ", Names)}."));
    }

    private static IReadOnlyList<MetricReading> Nothing(MetricRequest request, Fault fault) => [.. request.Targets.SelectMany(target => request.NoneOf(target, fault))];
}
