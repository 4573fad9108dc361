namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>Counts of one member; changed and read under the owner's lock.</summary>
internal sealed record MemberCounters(int Current, int Maximum, long Total)
{
    public static MemberCounters Zero { get; } = new(0, 0, 0);

    public MemberCounters Begun() => new(Current + 1, Math.Max(Maximum, Current + 1), Total + 1);

    public MemberCounters Ended() => this with { Current = Current - 1 };
}
