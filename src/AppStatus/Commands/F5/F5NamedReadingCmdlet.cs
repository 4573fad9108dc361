using System.ComponentModel;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>What the cmdlets that list a device's objects by name share. A cmdlet says how they are read, and what is said of one that is missing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class F5NamedReadingCmdlet : OperationCmdlet
{
    private readonly List<string> _names = [];
    private SessionTable? _sessions;
    private F5Session? _session;

    private protected F5NamedReadingCmdlet()
    {
    }

    /// <summary>Those of one partition only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>As typed or piped.</summary>
    private protected abstract string[] Names { get; }

    private protected abstract Task ReadAsync(F5Session session, IPipelineWriter output, CancellationToken cancellationToken);

    protected sealed override void ProcessRecord() => _names.AddRange(Names);

    private protected sealed override bool Prepare()
    {
        _sessions = SessionTable.Current;
        _session = Session ?? Checked(() => _sessions.Default<F5Session>("Connect-F5"));
        return _names.Count > 0;
    }

    private protected sealed override Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken) => ReadAsync(_session!, output, cancellationToken);

    /// <summary>Keeps the pools' full paths for completion.</summary>
    private protected void Remember(IEnumerable<string> pools) => _sessions!.Pools.Remember(_session!.Id, pools);

    /// <summary>Emits what is named, each once, and an error for each name without wildcards that nothing has.</summary>
    /// <param name="known">All that there are.</param>
    /// <param name="fullPath">An object's full path.</param>
    /// <param name="missing">What is said of a name that nothing has.</param>
    /// <param name="output">Where it goes.</param>
    private protected void Emit<T>(IReadOnlyList<T> known, Func<T, string> fullPath, Func<F5NamePattern, Fault> missing, IPipelineWriter output)
    {
        var emitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in _names)
        {
            var pattern = new F5NamePattern(name, Partition);
            T[] found = [.. known.Where(one => pattern.Matches(fullPath(one)))];
            foreach (T one in found.Where(one => emitted.Add(fullPath(one)))) output.WriteObject(one);
            if (found.Length == 0 && pattern.Literal is not null) output.WriteError(missing(pattern), name);
        }
    }
}
