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
        return StoreLocation.IdsInFolder(store)
            .Where(id => id.StartsWith(wordToComplete ?? "", StringComparison.Ordinal))
            .Select(id => new CompletionResult(id));
    }
}
