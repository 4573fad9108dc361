using AppStatus.Core.Environments;
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
        foreach (FoundEnvironment found in await FindAsync(output, _names, cancellationToken).ConfigureAwait(false))
        {
            string name = found.Definition.Name;
            if (!await output.ShouldProcessAsync($"environment {name} (by {found.Host.Name})", $"remove {string.Join(", ", found.Parts.Select(part => part.Name))}").ConfigureAwait(false)) continue;
            await AppEnvironments.StopAsync(found, text => output.WriteProgress(new ProgressReport(1, $"Environment {name}", text)), cancellationToken).ConfigureAwait(false);
            output.WriteProgress(new ProgressReport(1, $"Environment {name}", "done") { Completed = true });
            Forget(found.Definition);
        }
    }
}
