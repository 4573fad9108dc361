using AppStatus.Core;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>
/// What -InputObject became where pools, members or virtual servers are read: a name, or what an object says of itself. Like
/// <see cref="StatusInput"/> it never throws: what says nothing of the kind becomes one with a fault, and never its type's name.
/// </summary>
public sealed class BalancerInput
{
    private static readonly string[] PoolProperties = ["Pool", "Backend", "TargetGroup", "Key"];
    private static readonly string[] NameProperties = ["FullPath", "Name", "Member", "VirtualServer"];
    private static readonly string[] HostProperties = ["Address", "ComputerName", "DNSHostName", "host"];

    private BalancerInput(object? original)
    {
        Original = original;
    }

    /// <summary>What was passed; the target of errors.</summary>
    public object? Original { get; }

    /// <summary>A name or a pattern as it was typed; null for an object.</summary>
    internal string? Text { get; private init; }

    /// <summary>The member that the object is, or that a reading came from.</summary>
    internal PoolMember? Member { get; private init; }

    /// <summary>The object speaks of a pool, though it may have none: a virtual server without one.</summary>
    internal bool HasPool { get; private init; }

    internal string? Pool { get; private init; }

    /// <summary>The object's own name, with its folder where it has one.</summary>
    internal string? Name { get; private init; }

    /// <summary>Whether that is the name of the pool, or of the virtual server in front of it, and of no member.</summary>
    internal bool IsPool { get; private init; }

    internal string? Address { get; private init; }

    internal int? Port { get; private init; }

    /// <summary>The id of the balancer that the object was read from.</summary>
    internal string? Balancer { get; private init; }

    internal Fault? Fault { get; private init; }

    public override string ToString() => Text ?? Name ?? Member?.ToString() ?? "(nothing)";

    internal static BalancerInput Read(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (EnvironmentInput.Members(input) is not null) return new BalancerInput(input) { Fault = EnvironmentInput.NoMembers(plain) };
        return plain switch
        {
            null => Refuse(input, "Nothing (null) was passed"),
            string { Length: 0 } => Refuse(input, "An empty text was passed"),
            string text => new BalancerInput(input) { Text = text },
            int or long => new BalancerInput(input) { Text = FormattableString.Invariant($"{plain}") },
            ValueType => Refuse(input, $"A value of type {plain.GetType().Name} names nothing"),
            PoolMember member => Of(input, member),
            InstanceStatus { Member: { } member } => Of(input, member),
            InstanceStatus status => new BalancerInput(input) { Address = status.Address, Port = status.Port },
            F5Pool pool => new BalancerInput(input) { HasPool = true, Pool = pool.FullPath, Name = pool.FullPath, IsPool = true, Balancer = pool.Balancer },
            _ => OfProperties(input!),
        };
    }

    private static BalancerInput Of(object? input, PoolMember member) =>
        new(input) { Member = member, HasPool = true, Pool = member.Pool, Name = member.Name, Address = member.Address, Port = member.Port, Balancer = member.Balancer };

    private static BalancerInput OfProperties(object input)
    {
        var properties = new InputProperties(input);
        if (MemberReader.Read(properties) is { } member) return Of(input, member);
        string? Text(string[] names) => names.Select(properties.Text).FirstOrDefault(text => text is not null);
        var read = new BalancerInput(input)
        {
            HasPool = PoolProperties.Any(properties.Has),
            Pool = Text(PoolProperties),
            Name = Text(NameProperties),
            IsPool = properties.Text("FullPath") is not null,
            Address = Text(HostProperties),
            Port = properties.Number("Port"),
            Balancer = properties.Text("Balancer"),
        };
        return read is { HasPool: false, Name: null, Address: null }
            ? Refuse(input, $"An object of type {SafeText.Of(PSObject.AsPSObject(input).TypeNames.FirstOrDefault() ?? input.GetType().Name, 200)} has no Pool, Name or Address")
            : read;
    }

    private static BalancerInput Refuse(object? input, string why) =>
        new(input) { Fault = new Fault(ErrorId.InvalidTarget, $"{why}.", "Pass a name, or an object that was read from a balancer, or has Pool, Name or Address.") };
}
