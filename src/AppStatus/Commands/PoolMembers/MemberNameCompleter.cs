using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.PoolMembers;

/// <summary>Completes the names of members that were read in this PowerShell session, of the pool that was typed or of all; it asks no balancer.</summary>
public sealed class MemberNameCompleter : IArgumentCompleter
{
    private static readonly string[] PoolParameters = ["Pool", "Backend", "TargetGroup", "Key"];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string? pool = PoolParameters.Select(name => fakeBoundParameters[name] as string).FirstOrDefault(typed => typed is not null);
        bool isName = pool is not null && !WildcardPattern.ContainsWildcardCharacters(pool) && pool.Trim('/').Length > 0;
        // An F5's pools were seen by their full paths.
        IEnumerable<string> seen = SessionTable.Current.Members.In(isName ? [pool!, F5Name.FullPath(pool!)] : null);
        bool wholePath = (wordToComplete ?? "").TrimStart('\'', '"').StartsWith("/", StringComparison.Ordinal);
        return Completion.Of(wordToComplete, wholePath ? seen : seen.Select(F5Name.Short));
    }
}
