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

    private SessionTable()
    {
    }

    /// <summary>The table of the runspace that this thread runs in; call it on the pipeline thread.</summary>
    public static SessionTable Current => Tables.GetValue(Runspace.DefaultRunspace, static _ => new SessionTable());

    /// <summary>Adds a session, which becomes the default of its kind.</summary>
    public void Add(object session, IBalancer balancer)
    {
        lock (_gate) _sessions.Add((session, balancer));
    }

    public void Remove(object session)
    {
        lock (_gate) _sessions.RemoveAll(entry => ReferenceEquals(entry.Session, session));
    }

    /// <summary>All sessions of a kind, in the order in which they were connected; the last one is the default.</summary>
    public IReadOnlyList<T> All<T>()
    {
        lock (_gate) return _sessions.Select(entry => entry.Session).OfType<T>().ToArray();
    }

    /// <summary>The default session of a kind.</summary>
    /// <param name="connect">The command that makes one, for the message.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>.</exception>
    public T Default<T>(string connect)
        where T : class =>
        All<T>().LastOrDefault() ?? throw new AppStatusException(ErrorId.NotConnected, "There is no session to ask.", $"Type {connect} first, or pass -Session.");

    /// <summary>The balancer that a member was read from: still at hand, or found again by its id.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.BalancerNotConnected"/>.</exception>
    public IBalancer BalancerOf(PoolMember member)
    {
        if (member.Source is not null) return member.Source;
        lock (_gate)
        {
            IBalancer? found = _sessions.LastOrDefault(entry => string.Equals(entry.Balancer.Id, member.Balancer, StringComparison.Ordinal)).Balancer;
            return found ?? throw new AppStatusException(
                ErrorId.BalancerNotConnected, $"{member} was read from balancer {member.Balancer}, to which this session is not connected.", "Connect to it (Connect-F5, Connect-HAProxy), then run the command again.", member);
        }
    }
}
