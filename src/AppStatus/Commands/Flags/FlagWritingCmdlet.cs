using System.ComponentModel;
using AppStatus.Core.Flags;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Flags;

/// <summary>What the cmdlets that write a flag share.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class FlagWritingCmdlet : FlagCmdlet
{
    private protected FlagWritingCmdlet()
    {
    }

    /// <summary>Makes the flag where it does not exist yet. A key that holds something else is left alone all the same.</summary>
    [Parameter]
    public SwitchParameter Create { get; set; }

    private protected abstract FlagValue Wanted { get; }

    private protected sealed override void Process(FlagStore store)
    {
        FlagValue wanted = Wanted;
        bool create = Create;
        foreach (string name in Name)
        {
            if (KeyOf(name) is not { } flag) continue;
            if (!ShouldProcess(Core.SafeText.Of($"flag {flag.Key} in {store.Endpoint}"), $"set to {wanted.Text}")) continue;
            Start(async (output, cancellationToken) =>
            {
                FeatureFlag written = await store.SetAsync(flag, wanted, create, cancellationToken).ConfigureAwait(false);
                Sessions.Flags.Remember(flag.Prefix, [flag.Name]);
                output.WriteVerbose($"{flag.Key} in {store.Endpoint}: {written.Value}");
                output.WriteObject(written);
            });
        }
    }
}
