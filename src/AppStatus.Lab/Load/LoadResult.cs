namespace AppStatus.Lab.Load;

/// <summary>What became of the requests. <c>Sent</c> is always <c>Ok + Failed</c>: the result is taken when none is outstanding.</summary>
/// <param name="FailuresByKind">By cause: <c>status 503</c>, <c>timeout</c>, <c>ConnectionError</c>, ….</param>
/// <param name="FirstErrors">The first few failures in words.</param>
/// <param name="Versions">Successful answers by the version that gave them.</param>
/// <param name="LatencyMs">Of successful requests, from the moment they were due: a slow server can't hide by slowing the load down.</param>
internal sealed record LoadResult(
    long Sent,
    long Ok,
    long Failed,
    IReadOnlyDictionary<string, long> FailuresByKind,
    IReadOnlyList<string> FirstErrors,
    IReadOnlyDictionary<string, long> Versions,
    LatencySummary LatencyMs,
    double Seconds);
