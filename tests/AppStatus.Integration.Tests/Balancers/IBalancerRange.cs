using AppStatus.Core.Balancers;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>A balancer with a pool of running instances behind it, for <see cref="BalancerContract"/>.</summary>
internal interface IBalancerRange : IAsyncDisposable
{
    IBalancer Balancer { get; }

    string Pool { get; }

    /// <summary>Where the pool's users send their requests.</summary>
    Uri Entry { get; }

    /// <summary>The instances, by member name.</summary>
    IReadOnlyDictionary<string, Support.TestInstance> Instances { get; }

    /// <summary>Connections or requests that the balancer's management interface has had: what a read costs.</summary>
    int RoundTrips { get; }

    /// <summary>What the balancer says of a member that serves: Unknown where it has no check of its own.</summary>
    MemberHealth HealthOfServing => MemberHealth.Up;

    /// <summary>A weight that is not the members' own.</summary>
    int OtherWeight { get; }

    /// <summary>False: nobody says what part of the traffic a member gets.</summary>
    bool KnowsShares => true;

    /// <summary>True: has no word for Offline, and refuses it. False where it has none: takes it for draining, and keeps the word for who reads.</summary>
    bool RefusesOffline => false;

    /// <summary>True: who was drained still is when the balancer has come back. False: it has forgotten, and says so.</summary>
    bool KeepsStateOverRestart => true;

    /// <summary>A member like this one that the balancer does not have.</summary>
    PoolMember Unknown(PoolMember member) => member with { Name = member.Name.Replace(member.Name[^1], '9') + "9" };

    /// <summary>Where the balancer itself is not written to, the time until its own check has seen what was set.</summary>
    Task UntilOutOfTrafficAsync(string member) => Task.CompletedTask;

    /// <summary>The balancer carries out the next change of a member's state, and its answer is lost on the way.</summary>
    /// <param name="state">What the change sets.</param>
    void LoseNextAnswer(TrafficState state);

    bool AnswerWasLost { get; }

    Task StopAsync();

    Task StartAsync();
}
