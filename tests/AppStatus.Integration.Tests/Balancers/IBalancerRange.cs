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

    /// <summary>The balancer carries out the next request, and its answer is lost on the way.</summary>
    void LoseNextAnswer();

    bool AnswerWasLost { get; }

    Task StopAsync();

    Task StartAsync();
}
