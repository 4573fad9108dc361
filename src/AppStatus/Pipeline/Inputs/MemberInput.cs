using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// What -InputObject became where pool members are wanted. Like <see cref="StatusInput"/> it never throws: what is no member
/// becomes one with a fault.
/// </summary>
public sealed class MemberInput
{
    private MemberInput(object? original)
    {
        Original = original;
    }

    /// <summary>What was passed; the target of errors.</summary>
    public object? Original { get; }

    /// <summary>Null where there is a <see cref="Fault"/>.</summary>
    internal PoolMember? Member { get; private init; }

    internal Fault? Fault { get; private init; }

    public override string ToString() => Member?.ToString() ?? "(no pool member)";

    internal static MemberInput Read(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        PoolMember? member = plain switch
        {
            PoolMember alive => alive,
            Core.Status.InstanceStatus status => status.Member,
            null or string or ValueType => null,
            _ => MemberReader.Read(new InputProperties(input!)),
        };
        return member is not null ? new MemberInput(input) { Member = member } : new MemberInput(input) { Fault = Refusal(plain) };
    }

    private static Fault Refusal(object? plain)
    {
        string what = plain switch
        {
            null => "Nothing (null) was passed.",
            string text => $"'{Core.SafeText.Of(text, 100)}' is a text, and no pool member: a name alone does not say which pool of which balancer.",
            Core.Status.InstanceStatus status => $"{status.Name} was not read from a pool, so it is no pool member.",
            _ => $"An object of type {plain.GetType().Name} is no pool member.",
        };
        return new Fault(ErrorId.InvalidTarget, what, "Pipe pool members in, such as with: Get-F5PoolMember web -Member 10.1.1.1:80, Get-HAProxyServer web web01, or Get-RedisBalancerMember.");
    }
}
