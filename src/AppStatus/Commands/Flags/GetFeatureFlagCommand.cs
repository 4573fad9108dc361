using AppStatus.Core.Errors;
using AppStatus.Core.Flags;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Flags;

/// <summary>Reads feature flags: by name, or all that stand under a prefix.</summary>
[Cmdlet(VerbsCommon.Get, "FeatureFlag")]
[OutputType(typeof(FeatureFlag))]
public sealed class GetFeatureFlagCommand : FlagCmdlet
{
    /// <summary>Names of flags, as they are written in the application. With -KeyPrefix wildcards are allowed, and the default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlagNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public override string[] Name { get => base.Name; set => base.Name = value; }

    /// <summary>Reckons for this key, a user's id say, whether the flag is on for it.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? For { get; set; }

    private protected override void Process(FlagStore store)
    {
        string[] patterns = [.. Name.Where(WildcardPattern.ContainsWildcardCharacters)];
        if (Name.Length == 0 || patterns.Length > 0)
        {
            // Even an empty one must be said: it means all keys of the database.
            if (!MyInvocation.BoundParameters.ContainsKey(nameof(KeyPrefix)))
            {
                ThrowFault(new Fault(ErrorId.InvalidArgument, "Flags are listed under a prefix only, and none was passed. Nothing was asked.",
                    "Name the flag with -Name and without wildcards, or pass -KeyPrefix, such as -KeyPrefix shop: ; -KeyPrefix '' goes through all keys of the database."));
            }

            List(store, KeyPrefix, patterns);
        }

        foreach (string name in Name.Except(patterns))
        {
            if (KeyOf(name) is not { } flag) continue;
            Start(async (output, cancellationToken) =>
            {
                Emit(output, await store.GetAsync(flag, cancellationToken).ConfigureAwait(false));
            });
        }
    }

    private void List(FlagStore store, string prefix, string[] patterns)
    {
        WildcardPattern[] meant = [.. patterns.Select(pattern => new WildcardPattern(pattern))];
        Start(async (output, cancellationToken) =>
        {
            int others = await store.ListAsync(prefix, name => meant.Length == 0 || meant.Any(pattern => pattern.IsMatch(name)), flag => Emit(output, flag), cancellationToken).ConfigureAwait(false);
            if (others > 0) output.WriteVerbose($"{others} more keys there hold no flag.");
        });
    }

    private void Emit(IPipelineWriter output, FeatureFlag flag)
    {
        Sessions.Flags.Remember(flag.KeyPrefix, [flag.Name]);
        output.WriteObject(For is { } key ? flag.ReckonedFor(key) : flag);
    }
}
