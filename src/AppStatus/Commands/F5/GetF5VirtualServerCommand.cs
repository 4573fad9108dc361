using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>The virtual servers of a BIG-IP, by two requests however many they are.</summary>
[Cmdlet(VerbsCommon.Get, "F5VirtualServer")]
[OutputType(typeof(F5VirtualServer))]
public sealed class GetF5VirtualServerCommand : OperationCmdlet
{
    private readonly List<string> _names = [];
    private SessionTable? _sessions;
    private F5Session? _session;

    /// <summary>Names, full paths or wildcards; default: all. A name without a path is in Common, or in -Partition.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("VirtualServer")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The virtual servers of one partition only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    protected override void ProcessRecord() => _names.AddRange(Name);

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        _session = Session ?? Checked(() => _sessions.Default<F5Session>("Connect-F5"));
        return _names.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<F5VirtualServer> known = await _session!.VirtualServers.GetAsync(Partition, cancellationToken).ConfigureAwait(false);
        var emitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in _names)
        {
            var pattern = new F5NamePattern(name, Partition);
            F5VirtualServer[] found = [.. known.Where(one => pattern.Matches(one.FullPath))];
            foreach (F5VirtualServer one in found.Where(one => emitted.Add(one.FullPath))) output.WriteObject(one);
            if (found.Length > 0 || pattern.Literal is not { } literal) continue;
            AppStatusException missing = F5VirtualServers.NotFound(literal, _session.Uri, known);
            output.WriteError(missing.Fault, name);
        }
    }
}
