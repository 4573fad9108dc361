using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>Completes what an instance can be set to, as it stands on the wire; Unknown is what one can only be found with.</summary>
public sealed class StatusValueCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, [AppStatusValue.Ready.ToWire(), AppStatusValue.Stage.ToWire(), AppStatusValue.StandBy.ToWire()]);
}
