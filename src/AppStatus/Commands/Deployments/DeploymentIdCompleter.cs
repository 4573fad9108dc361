using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Commands.Deployments;

/// <summary>Completes ids of deployments from a store that is a folder; a Redis is never asked for that.</summary>
internal sealed class DeploymentIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string? store = fakeBoundParameters["Store"] as string;
        return StoreLocation.IdsInFolder(store is null ? null : StoreParameters.Resolve(store, Session()))
            .Where(id => id.StartsWith(wordToComplete ?? "", StringComparison.Ordinal))
            .Select(id => new CompletionResult(id));
    }

    // A completer is given none, and runs inside of the session's pipeline, where only that can be asked for it.
    private static SessionState Session()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState").Invoke<SessionState>()[0];
    }
}
