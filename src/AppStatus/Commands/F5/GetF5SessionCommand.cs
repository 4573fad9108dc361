using AppStatus.Core.Balancers.F5;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>The BIG-IPs that this PowerShell session is connected to, in the order of connecting, and which of them is the default.</summary>
[Cmdlet(VerbsCommon.Get, "F5Session")]
[OutputType(typeof(F5Session))]
public sealed class GetF5SessionCommand : PSCmdlet
{
    protected override void EndProcessing()
    {
        SessionTable table = SessionTable.Current;
        foreach (F5Session session in table.All<F5Session>())
        {
            var shown = new PSObject(session);
            // It is no property of the session, but of this console, and may be another one the next time.
            shown.Properties.Remove("IsDefault");
            shown.Properties.Add(new PSNoteProperty("IsDefault", table.IsDefault(session)));
            WriteObject(shown);
        }
    }
}
