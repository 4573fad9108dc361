namespace AppStatus.Core.Status;

/// <summary>What an instance says of itself. On the wire <c>ready</c>, <c>stage</c> and <c>stand-by</c>.</summary>
public enum AppStatusValue
{
    /// <summary>Nothing that we know; the raw text tells. It gets no traffic.</summary>
    Unknown,

    /// <summary>Gets production traffic.</summary>
    Ready,

    /// <summary>Gets test traffic.</summary>
    Stage,

    /// <summary>Gets no traffic.</summary>
    StandBy,
}
