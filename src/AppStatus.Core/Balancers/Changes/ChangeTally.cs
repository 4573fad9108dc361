namespace AppStatus.Core.Balancers.Changes;

/// <summary>What had become of changes when their command was ended before its time.</summary>
internal static class ChangeTally
{
    private const int NamesShown = 20;

    /// <returns>Sentences for the user; null when nothing was sent.</returns>
    public static string? Of(IReadOnlyList<PendingChange> changes)
    {
        PendingChange[] sent = [.. changes.Where(change => change.WasSent)];
        if (sent.Length == 0) return null;
        PoolMember[] written = [.. sent.Where(change => change.Written is not null).Select(change => change.Member)], open = [.. sent.Where(change => change.Written is null).Select(change => change.Member)];
        string done = written.Length == 0 ? "No change was confirmed." : $"Changed: {Names(written)}.";
        string unsure = open.Length == 0 ? "" : $" Sent, but not confirmed: {Names(open)}.";
        return $"Set-PoolMember was ended early. {done}{unsure} Nothing else was sent.";
    }

    private static string Names(PoolMember[] members) => members.Length <= NamesShown
        ? string.Join(", ", members.Select(member => $"{member}"))
        : FormattableString.Invariant($"{string.Join(", ", members.Take(NamesShown).Select(member => $"{member}"))} and {members.Length - NamesShown} more");
}
