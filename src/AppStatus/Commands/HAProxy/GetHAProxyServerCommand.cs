using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.HAProxy;

/// <summary>The servers of HAProxy backends, as pool members.</summary>
[Cmdlet(VerbsCommon.Get, "HAProxyServer")]
[OutputType(typeof(PoolMember))]
public sealed class GetHAProxyServerCommand : OperationCmdlet
{
    private HAProxySession? _session;

    /// <summary>Backends; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 0)]
    [Alias("Pool")]
    [ValidateNotNullOrEmpty]
    public string[] Backend { get; set; } = ["*"];

    /// <summary>Servers; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Default: the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public HAProxySession? Session { get; set; }

    private protected override bool Prepare()
    {
        try
        {
            _session = Session ?? SessionTable.Current.Default<HAProxySession>("Connect-HAProxy");
            return true;
        }
        catch (AppStatusException exception)
        {
            ThrowFault(exception.Fault);
            return false;
        }
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        HAProxyBalancer balancer = _session!.Balancer;
        foreach (string pattern in Backend)
        {
            foreach (string backend in await BackendsAsync(balancer, pattern, cancellationToken).ConfigureAwait(false))
                await EmitAsync(output, balancer, backend, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EmitAsync(IPipelineWriter output, HAProxyBalancer balancer, string backend, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync(backend, cancellationToken).ConfigureAwait(false);
            foreach (string name in Name)
            {
                PoolMember[] found = members.Where(member => Matches(name, member.Name)).ToArray();
                foreach (PoolMember member in found) output.WriteObject(member);
                if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                    output.WriteError(new Fault(ErrorId.MemberNotFound, $"Backend {backend} has no server {name}. It has: {string.Join(", ", members.Select(member => member.Name))}."), name);
            }
        }
        catch (AppStatusException exception)
        {
            output.WriteError(exception.Fault, exception.Target ?? backend);
        }
    }

    private static async Task<IReadOnlyList<string>> BackendsAsync(HAProxyBalancer balancer, string pattern, CancellationToken cancellationToken)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(pattern)) return [pattern];
        IReadOnlyList<string> all = await balancer.GetBackendsAsync(cancellationToken).ConfigureAwait(false);
        return all.Where(backend => Matches(pattern, backend)).ToArray();
    }

    private static bool Matches(string pattern, string name) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
}
