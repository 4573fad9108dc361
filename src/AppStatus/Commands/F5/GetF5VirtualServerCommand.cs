using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;

namespace AppStatus.Commands.F5;

/// <summary>The virtual servers of a BIG-IP, by two requests however many they are.</summary>
[Cmdlet(VerbsCommon.Get, "F5VirtualServer", DefaultParameterSetName = ByName)]
[OutputType(typeof(F5VirtualServer))]
public sealed class GetF5VirtualServerCommand : F5NamedReadingCmdlet
{
    /// <summary>Names, full paths or wildcards; default: all. A name without a path is in Common, or in -Partition.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [Alias("VirtualServer")]
    [ArgumentCompleter(typeof(F5VirtualServerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override string[] Names => Name;

    private protected override string Kind => "virtual server";

    private protected override string? NameOf(BalancerInput input) => input.Text ?? (input.Member is null ? input.Name : null);

    private protected override async Task ReadAsync(F5Session session, IReadOnlyList<string> names, IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<F5VirtualServer> known = await session.VirtualServers.GetAsync(Partition, cancellationToken).ConfigureAwait(false);
        Sessions.VirtualServers.Remember(session.Id, known.Select(one => one.FullPath));
        Emit(names, known, one => one.FullPath, pattern => F5VirtualServers.NotFound(pattern.Literal!, session.Uri, known).Fault, output);
    }
}
