using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Completes the pools that were read in this PowerShell session; it asks no device.</summary>
public sealed class F5PoolCompleter : IArgumentCompleter
{
    private const string DefaultFolder = "/" + F5Name.DefaultPartition + "/";

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        bool wholePath = (wordToComplete ?? "").TrimStart('\'', '"').StartsWith("/", StringComparison.Ordinal);
        IEnumerable<string> seen = SessionTable.Current.PoolsSeen<F5Session>();
        return Completion.Of(wordToComplete, wholePath ? seen : seen.Select(Short));
    }

    private static string Short(string fullPath) => fullPath.StartsWith(DefaultFolder, StringComparison.Ordinal) ? fullPath.Substring(DefaultFolder.Length) : fullPath;
}
