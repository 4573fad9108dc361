using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Environments;

/// <summary>Takes environments down, whole or half: nothing of them stays, and what their Redis held goes with it.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AppEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class StopAppEnvironmentCommand : EnvironmentCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>Environments; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() => _names.AddRange(Name);

    private protected override bool Prepare() => base.Prepare() && _names.Count > 0;

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await WithPartsAsync(output, cancellationToken).ConfigureAwait(false);
        if (names.Count == 0) return;
        foreach (FoundEnvironment found in await FindAsync(output, names, cancellationToken).ConfigureAwait(false))
        {
            string name = found.Definition.Name;
            using IDisposable? one = Lock(name);
            if (!await output.ShouldProcessAsync($"environment {name} (by {found.Host.Name})", $"remove {string.Join(", ", found.Parts.Select(part => part.Name))}").ConfigureAwait(false)) continue;
            await AppEnvironments.StopAsync(found, text => output.WriteProgress(new ProgressReport(1, $"Environment {name}", text)), cancellationToken).ConfigureAwait(false);
            output.WriteProgress(new ProgressReport(1, $"Environment {name}", "done") { Completed = true });
            Forget(found.Definition);
        }
    }

    /// <summary>An up that was cut short before its first part has left what the parts would have shared, and nothing else to find it by.</summary>
    private async Task<IReadOnlyList<string>> WithPartsAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<FoundEnvironment> all = await Environments().FindAsync(name: null, static _ => { }, cancellationToken).ConfigureAwait(false);
        var left = new List<string>(_names);
        foreach (string name in _names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !all.Any(found => found.Definition.Name == name)))
        {
            if (await output.ShouldProcessAsync($"environment {name}", "remove what an up that was cut short has left").ConfigureAwait(false) && await RemoveSharedAsync(name, cancellationToken).ConfigureAwait(false)) left.Remove(name);
        }

        return left;
    }

    private async Task<bool> RemoveSharedAsync(string name, CancellationToken cancellationToken)
    {
        bool removed = false;
        foreach (IEnvironmentHost host in Hosts.Cast<IEnvironmentHost>())
        {
            try
            {
                removed |= await host.RemoveSharedAsync(name, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException)
            {
                // An engine that does not answer has been told of.
            }
        }

        return removed;
    }
}
