using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Completes the virtual servers that were read in this PowerShell session; it asks no device.</summary>
public sealed class F5VirtualServerCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        bool wholePath = (wordToComplete ?? "").TrimStart('\'', '"').StartsWith("/", StringComparison.Ordinal);
        IEnumerable<string> seen = SessionTable.Current.VirtualServers.In(scopes: null);
        return Completion.Of(wordToComplete, wholePath ? seen : seen.Select(F5Name.Short));
    }
}
