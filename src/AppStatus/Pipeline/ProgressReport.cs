namespace AppStatus.Pipeline;

/// <summary>One progress bar as it is now.</summary>
/// <param name="Id">Which bar; 0 is the parent of the others.</param>
/// <param name="Activity">What goes on.</param>
/// <param name="Status">How far it is, in words.</param>
internal sealed record ProgressReport(int Id, string Activity, string Status)
{
    /// <summary>The bar that this one belongs under; -1 for none.</summary>
    public int ParentId { get; init; } = -1;

    /// <summary>0–100; -1 where it can't be said.</summary>
    public int PercentComplete { get; init; } = -1;

    /// <summary>Seconds left; -1 where it can't be said.</summary>
    public int SecondsRemaining { get; init; } = -1;

    /// <summary>Takes the bar away.</summary>
    public bool Completed { get; init; }
}
