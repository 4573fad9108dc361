using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Elb;

/// <summary>Completes the target groups and load balancers that were connected or read in this PowerShell session; it asks nobody.</summary>
public sealed class ElbPoolCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, SessionTable.Current.PoolsSeen<ElbSession>());
}
