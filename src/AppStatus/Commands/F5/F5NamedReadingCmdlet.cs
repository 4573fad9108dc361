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
    private protected const string ByName = "Name", Piped = "InputObject";

    private readonly List<(F5Session Session, string Name)> _asked = [];

    private protected F5NamedReadingCmdlet()
    {
    }

    /// <summary>Names, full paths or wildcards; and objects that tell one: what was read from an F5, and rows with Name or Pool.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Piped)]
    [BalancerInputTransformation]
    public BalancerInput[] InputObject { get; set; } = [];

    /// <summary>Those of one partition only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>A session, or its computer name; default: that of the piped object, else the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>As typed.</summary>
    private protected abstract string[] Names { get; }

    /// <summary>What such objects are called, for messages.</summary>
    private protected abstract string Kind { get; }

    private protected SessionTable Sessions { get; private set; } = null!;

    /// <summary>The name that an object tells; null for none, empty where it tells that there is none.</summary>
    private protected abstract string? NameOf(BalancerInput input);

    private protected abstract Task ReadAsync(F5Session session, IReadOnlyList<string> names, IPipelineWriter output, CancellationToken cancellationToken);

    protected sealed override void BeginProcessing() => Sessions = SessionTable.Current;

    protected sealed override void ProcessRecord()
    {
        if (ParameterSetName == ByName)
        {
            F5Session session = Checked(() => Session ?? Sessions.Default<F5Session>("Connect-F5"));
            _asked.AddRange(Names.Select(name => (session, name)));
            return;
        }

        foreach (BalancerInput input in InputObject)
        {
            if (input.Fault is { } fault) WriteFault(fault, input.Original);
            else if (NameOf(input) is not { } name) WriteFault(new Fault(ErrorId.InvalidTarget, $"The object '{Core.SafeText.Of($"{input}", 100)}' names no {Kind}.", "Pass a name, or an object with one."), input.Original);
            else if (name.Length > 0) Take(input, name);
        }
    }

    private void Take(BalancerInput input, string name)
    {
        try
        {
            _asked.Add((Sessions.Choose(Session, input.Balancer, "Connect-F5", "F5"), name));
        }
        catch (AppStatusException exception)
        {
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            WriteFault(exception.Fault, input.Original);
        }
    }

    private protected sealed override bool Prepare() => _asked.Count > 0;

    private protected sealed override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<F5Session, string> asked in _asked.GroupBy(one => one.Session, one => one.Name))
            await ReadAsync(asked.Key, [.. asked], output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Emits what is named, each once, and an error for each name without wildcards that nothing has.</summary>
    /// <param name="names">As typed or piped.</param>
    /// <param name="known">All that there are.</param>
    /// <param name="fullPath">An object's full path.</param>
    /// <param name="missing">What is said of a name that nothing has.</param>
    /// <param name="output">Where it goes.</param>
    private protected void Emit<T>(IReadOnlyList<string> names, IReadOnlyList<T> known, Func<T, string> fullPath, Func<F5NamePattern, Fault> missing, IPipelineWriter output)
    {
        var emitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            var pattern = new F5NamePattern(name, Partition);
            T[] found = [.. known.Where(one => pattern.Matches(fullPath(one)))];
            foreach (T one in found.Where(one => emitted.Add(fullPath(one)))) output.WriteObject(one);
            if (found.Length == 0 && pattern.Literal is not null) output.WriteError(missing(pattern), name);
        }
    }
}
