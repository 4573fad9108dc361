namespace AppStatus.Core.Deployments.Journal;

/// <summary>How far somebody who follows a journal has read it; new: not at all yet.</summary>
internal sealed class JournalMark
{
    /// <summary>Whole records.</summary>
    public int Records { get; set; }

    /// <summary>What they take up, where the journal is a file.</summary>
    public long Bytes { get; set; }
}
