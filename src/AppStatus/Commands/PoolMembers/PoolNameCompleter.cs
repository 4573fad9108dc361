using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.PoolMembers;

/// <summary>Completes the pools of any balancer that were read in this PowerShell session, as members name them; it asks nobody.</summary>
public sealed class PoolNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, SessionTable.Current.Pools.In(scopes: null).Select(F5Name.Short));
}
