using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.HAProxy;

/// <summary>Completes the backends that were read in this PowerShell session; it asks no HAProxy.</summary>
public sealed class HAProxyBackendCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, SessionTable.Current.PoolsSeen<HAProxySession>());
}
