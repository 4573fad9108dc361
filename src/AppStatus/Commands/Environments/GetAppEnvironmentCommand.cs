using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Environments;

/// <summary>What environments run, with their members, their load, and the releases that they can go back to.</summary>
[Cmdlet(VerbsCommon.Get, "AppEnvironment")]
[OutputType(typeof(AppEnvironment))]
public sealed class GetAppEnvironmentCommand : EnvironmentCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>Environments; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() => _names.AddRange(Name);

    private protected override bool Prepare() => base.Prepare() && (_names.Count > 0 || !MyInvocation.ExpectingInput);

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (FoundEnvironment found in await FindAsync(output, _names, cancellationToken).ConfigureAwait(false))
            output.WriteObject(await EnvironmentDescription.ReadAsync(found, await TryConnectAsync(output, found, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false));
    }

    private async Task<EnvironmentConnection?> TryConnectAsync(IPipelineWriter output, FoundEnvironment found, CancellationToken cancellationToken)
    {
        if (!found.Runs(EnvironmentPart.BalancerName)) return null;
        try
        {
            return await ConnectAsync(found.Definition, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            output.WriteWarning($"The members of {found.Definition.Name} are not known: {exception.Message}");
            return null;
        }
    }
}
