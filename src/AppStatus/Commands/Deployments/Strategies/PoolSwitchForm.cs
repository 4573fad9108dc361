using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments.Strategies;

/// <summary>A blue-green deployment that switches a virtual server from one pool to the other.</summary>
internal sealed class PoolSwitchForm : StrategyForm
{
    /// <summary>The parameter set.</summary>
    public const string ByServer = "VirtualServer";

    private F5Session? _session;

    public required string VirtualServer { get; init; }

    public required string Blue { get; init; }

    public required string Green { get; init; }

    public required bool IgnorePolicies { get; init; }

    public required TimeSpan KeepWarm { get; init; }

    /// <summary>As typed; null: the one that was connected last.</summary>
    public required F5Session? Session { get; init; }

    public override bool TakesInstances => false;

    public override void Check(DeploymentCmdlet typed)
    {
        if (typed.Form is { Block: not null, File: not null })
            throw Mistake("-Deploy and -FilePath were both given.", "Pass one of them, or none where the release is on the idle side already.");
        if (typed.MyInvocation.BoundParameters.ContainsKey(nameof(typed.TrafficControl)) && typed.TrafficControl == TrafficControl.Status)
            throw Mistake("-TrafficControl Status and -VirtualServer exclude each other: a virtual server is switched on the balancer.", "Pass -Promote to exchange the sides by status.");
        if (F5Name.FullPath(Blue) == F5Name.FullPath(Green))
            throw Mistake($"-Blue and -Green are one pool, {Blue}: two sides are needed.", "Look at the pools with Get-F5Pool.");
        if (typed.InputObject.Length > 0)
            throw Mistake("Instances came in beside -VirtualServer: those are the members of its two pools.", "Leave the pipeline away, or pass -Promote.");
        _session = SessionTable.Current.Choose(Session, balancer: null, "Connect-F5", "F5");
    }

    public override DeploymentOptions Complete(DeploymentOptions options, DeploymentCmdlet typed) => options with
    {
        RequireApproval = typed.RequireApproval,
        ApproveAfter = typed.ApproveAfter,
        KeepWarm = KeepWarm,
        IgnorePolicies = IgnorePolicies,
    };

    public override async Task<IReadOnlyList<PoolMember>> ReadMembersAsync(CancellationToken cancellationToken)
    {
        IBalancer balancer = _session!.Balancer;
        Task<IReadOnlyList<PoolMember>> blue = balancer.GetMembersAsync(Blue, cancellationToken), green = balancer.GetMembersAsync(Green, cancellationToken);
        await Task.WhenAll(blue, green).ConfigureAwait(false);
        PoolMember[] members = [.. await blue.ConfigureAwait(false), .. await green.ConfigureAwait(false)];
        return members.Length > 0 ? members : throw new AppStatusException(ErrorId.NoInstances, $"Neither {Blue} nor {Green} has a member. Nothing was touched.", "Look at them with Get-F5PoolMember.");
    }

    public override async Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken)
    {
        F5Balancer balancer = _session!.Balancer;
        SwitchableServer server = await balancer.ReadServerAsync(VirtualServer, cancellationToken).ConfigureAwait(false);
        return BlueGreenSwitch.Plan(options, world, balancer.Id, server, F5Name.Short(F5Name.FullPath(Blue)), F5Name.Short(F5Name.FullPath(Green)));
    }
}
