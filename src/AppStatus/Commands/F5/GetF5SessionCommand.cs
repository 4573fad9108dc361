using AppStatus.Core.Balancers.F5;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>The BIG-IPs that this PowerShell session is connected to, in the order of connecting; the last one is the default.</summary>
[Cmdlet(VerbsCommon.Get, "F5Session")]
[OutputType(typeof(F5Session))]
public sealed class GetF5SessionCommand : PSCmdlet
{
    protected override void EndProcessing() => WriteObject(SessionTable.Current.All<F5Session>(), enumerateCollection: true);
}
