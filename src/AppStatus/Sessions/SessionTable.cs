using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Sessions;

/// <summary>
/// The balancers that this PowerShell session has connected. Each runspace has its own, as it has its own variables; they
/// go with it.
/// </summary>
internal sealed class SessionTable
{
    private static readonly ConditionalWeakTable<Runspace, SessionTable> Tables = new();

    private readonly object _gate = new();
    private readonly List<(object Session, IBalancer Balancer)> _sessions = [];

    // One of a kind at most. Where it was disconnected there is none, though others are left: a writer must not be led to another device.
    private readonly List<object> _defaults = [];

    private SessionTable()
    {
    }

    /// <summary>The table of the runspace that this thread runs in; call it on the pipeline thread.</summary>
    public static SessionTable Current => Tables.GetValue(Runspace.DefaultRunspace, static _ => new SessionTable());

    /// <summary>Pools that were read, by their balancer's id.</summary>
    public SeenNames Pools { get; } = new();

    /// <summary>Members that were read, by their pool.</summary>
    public SeenNames Members { get; } = new();

    /// <summary>Virtual servers that were read, by their balancer's id.</summary>
    public SeenNames VirtualServers { get; } = new();

    /// <summary>Feature flags, by the prefix of their keys.</summary>
    public SeenNames Flags { get; } = new();

    /// <summary>Environments.</summary>
    public SeenNames Environments { get; } = new();

    /// <summary>Adds a session, which becomes the default of its kind.</summary>
    public void Add(object session, IBalancer balancer)
    {
        lock (_gate)
        {
            _sessions.Add((session, balancer));
            _defaults.RemoveAll(other => other.GetType() == session.GetType());
            _defaults.Add(session);
        }
    }

    /// <summary>Adds a session that is found by its balancer, and is the default of its kind only where there is no other.</summary>
    public void AddBehind(object session, IBalancer balancer)
    {
        lock (_gate)
        {
            if (!_sessions.Exists(entry => entry.Session.GetType() == session.GetType())) _defaults.Add(session);
            _sessions.Insert(0, (session, balancer));
        }
    }

    public void Remove(object session)
    {
        lock (_gate)
        {
            _sessions.RemoveAll(entry => ReferenceEquals(entry.Session, session));
            _defaults.Remove(session);
        }
    }

    /// <summary>All sessions of a kind, in the order in which they were connected.</summary>
    public IReadOnlyList<T> All<T>()
    {
        lock (_gate) return _sessions.Select(entry => entry.Session).OfType<T>().ToArray();
    }

    /// <summary>Whether the session is the one that is asked where none is named.</summary>
    public bool IsDefault(object session)
    {
        lock (_gate) return _defaults.Exists(one => ReferenceEquals(one, session));
    }

    /// <summary>The default session of a kind: the one that was connected last, until it is disconnected.</summary>
    /// <param name="connect">The command that makes one, for the message.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>.</exception>
    public T Default<T>(string connect)
        where T : class
    {
        lock (_gate)
        {
            if (_defaults.OfType<T>().FirstOrDefault() is { } session) return session;
            string[] others = [.. All<T>().Select(other => Core.SafeText.Of($"{other}", 200))];
            throw others.Length == 0
                ? new AppStatusException(ErrorId.NotConnected, "There is no session to ask.", $"Type {connect} first, or pass -Session.")
                : new AppStatusException(
                    ErrorId.NotConnected, $"The default session was disconnected, and none of the others takes its place by itself: {string.Join(", ", others)}. Nothing was asked.", $"Pass -Session, or type {connect} again.");
        }
    }

    /// <summary>Which session is asked: the one that was passed, that of the piped object, or the default one.</summary>
    /// <param name="passed">By the user; null for none.</param>
    /// <param name="balancer">The piped object's; empty for none.</param>
    /// <param name="connect">The command that makes one, for the message.</param>
    /// <param name="kind">What such a balancer is called, for the message.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>; <see cref="ErrorId.BalancerNotConnected"/> for a piped object's.</exception>
    public T Choose<T>(T? passed, string? balancer, string connect, string kind)
        where T : class
    {
        if (passed is not null) return passed;
        if (string.IsNullOrEmpty(balancer)) return Default<T>(connect);
        return WithBalancer<T>(balancer!) ?? throw new AppStatusException(
            ErrorId.BalancerNotConnected, $"The balancer {Core.SafeText.Of(balancer!, 200)} is no connected {kind}.", $"Type {connect}, or pass -Session.");
    }

    /// <summary>The session that a piped object's balancer belongs to; null where there is none of that kind.</summary>
    public T? WithBalancer<T>(string balancer)
        where T : class
    {
        lock (_gate) return _sessions.LastOrDefault(entry => entry.Session is T && string.Equals(entry.Balancer.Id, balancer, StringComparison.Ordinal)).Session as T;
    }

    /// <summary>
    /// The balancer that a member was read from: still connected, or connected again and found by its id; at last the
    /// connection that the member brings along from another runspace.
    /// </summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.BalancerNotConnected"/>.</exception>
    public IBalancer BalancerOf(PoolMember member)
    {
        lock (_gate)
        {
            IBalancer balancer = FindBalancerOf(member);
            // Where members leave the list when they drain, this one would be unknown in another process than the one that drained it.
            if (member.State != TrafficState.Enabled) (balancer as IMemberMemory)?.Learn([member]);
            return balancer;
        }
    }

    private IBalancer FindBalancerOf(PoolMember member)
    {
        lock (_gate)
        {
            if (member.Source is { } own && _sessions.Exists(entry => ReferenceEquals(entry.Balancer, own))) return own;
            IBalancer? found = _sessions.LastOrDefault(entry => string.Equals(entry.Balancer.Id, member.Balancer, StringComparison.Ordinal)).Balancer;
            return found ?? member.Source ?? throw new AppStatusException(
                ErrorId.BalancerNotConnected, $"{member} was read from balancer {member.Balancer}, to which this session is not connected.", $"Type {ConnectLine(member.Balancer)}, then run the command again.", member);
        }
    }

    /// <summary>The balancer of a session that was passed.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it is no session of this one.</exception>
    public IBalancer BalancerOfSession(object session)
    {
        object plain = session is PSObject wrapped ? wrapped.BaseObject : session;
        lock (_gate)
        {
            return _sessions.LastOrDefault(entry => ReferenceEquals(entry.Session, plain)).Balancer ?? throw new AppStatusException(
                ErrorId.InvalidArgument, $"'{plain}' is no connected session.", "Pass what Connect-F5, Connect-HAProxy, Connect-Elb or Connect-RedisBalancer gave.", plain);
        }
    }

    /// <summary>The connected balancer of an id that a journal names.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.BalancerNotConnected"/>.</exception>
    public IBalancer BalancerOf(string id)
    {
        lock (_gate)
        {
            return _sessions.LastOrDefault(entry => string.Equals(entry.Balancer.Id, id, StringComparison.Ordinal)).Balancer ?? throw new AppStatusException(
                ErrorId.BalancerNotConnected, $"The deployment is about balancer {id}, to which this session is not connected. Nothing was touched.", $"Type {ConnectLine(id)}, then run the command again.", id);
        }
    }

    /// <summary>The connected balancer of an id; null where there is none.</summary>
    public IBalancer? Find(string id)
    {
        lock (_gate) return _sessions.LastOrDefault(entry => string.Equals(entry.Balancer.Id, id, StringComparison.Ordinal)).Balancer;
    }

    /// <summary>The pools that were seen so far on the balancers of one kind of session.</summary>
    public IReadOnlyList<string> PoolsSeen<T>()
    {
        lock (_gate) return Pools.In([.. _sessions.Where(entry => entry.Session is T).Select(entry => entry.Balancer.Id)]);
    }

    /// <summary>The command that connects to a balancer, as well as its id tells.</summary>
    public static string ConnectLine(string balancer) => balancer switch
    {
        _ when balancer.StartsWith("f5:", StringComparison.Ordinal) => $"Connect-F5 {balancer.Substring(3).Split(',')[0]} -Credential (Get-Credential)",
        _ when balancer.StartsWith("tcp://", StringComparison.Ordinal) || balancer.StartsWith("unix://", StringComparison.Ordinal) => $"Connect-HAProxy {balancer.Replace(",", ", ")}",
        _ when balancer.StartsWith("elb:", StringComparison.Ordinal) => balancer.Split('/') is { Length: > 2 } parts
            ? $"Connect-Elb -LoadBalancerName {parts[1]} -Region {parts[0].Substring(4)}"
            : $"Connect-Elb -TargetGroupArn with the target groups of account {balancer.Substring(balancer.IndexOf('/') + 1)} in {balancer.Split('/')[0].Substring(4)}",
        _ when balancer.StartsWith("redis", StringComparison.Ordinal) && balancer.IndexOf('#') is > 0 and var hash => $"Connect-RedisBalancer {balancer.Substring(0, hash)} -Key '{balancer.Substring(hash + 1).Replace("'", "''")}'",
        _ => "Connect-F5, Connect-HAProxy, Connect-Elb or Connect-RedisBalancer",
    };
}
