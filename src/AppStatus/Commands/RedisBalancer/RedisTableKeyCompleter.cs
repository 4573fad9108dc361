using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.RedisBalancer;

/// <summary>Completes the keys of the connected routing tables; it asks no Redis.</summary>
public sealed class RedisTableKeyCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, SessionTable.Current.PoolsSeen<RedisTableSession>());
}
