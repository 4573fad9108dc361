using System.Management.Automation.Language;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>
/// The values of a block's <c>$using:</c> expressions. The outermost are the caller's and are read when the block is taken;
/// one inside a block that itself is sent elsewhere (Invoke-Command, Start-Job, ForEach-Object -Parallel) is the block's own.
/// </summary>
internal sealed class UsingVariables
{
    private static readonly HashSet<string> Senders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Invoke-Command", "icm", "Start-Job", "sajb", "Start-ThreadJob",
    };

    private static readonly HashSet<string> Loops = new(StringComparer.OrdinalIgnoreCase) { "ForEach-Object", "foreach", "%" };

    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Name)> _nested = [];

    private UsingVariables()
    {
    }

    /// <summary>Reads the caller's values; call it on the pipeline thread.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.UsingVariableNotFound"/>.</exception>
    public static UsingVariables Capture(ScriptBlock block, SessionState session, string parameter)
    {
        var variables = new UsingVariables();
        foreach (UsingExpressionAst expression in block.Ast.FindAll(ast => ast is UsingExpressionAst, searchNestedScriptBlocks: true))
        {
            if (IsSentElsewhere(expression, block.Ast)) variables._nested.Add((KeyOf(expression), NameOf(expression)));
            else variables._values[KeyOf(expression)] = Evaluate(expression, session, parameter);
        }

        return variables;
    }

    /// <summary>
    /// The map that PowerShell looks expressions up in. A nested expression that names one of the lane's own variables is in
    /// it, too: a local Invoke-Command looks it up here, a remote one in the block's own scope.
    /// </summary>
    public Dictionary<string, object?> ForLane(IReadOnlyDictionary<string, object?> laneVariables)
    {
        var map = new Dictionary<string, object?>(_values, StringComparer.Ordinal);
        foreach ((string key, string name) in _nested)
            if (!map.ContainsKey(key) && laneVariables.TryGetValue(name, out object? value)) map[key] = value;
        return map;
    }

    private static bool IsSentElsewhere(Ast expression, Ast root)
    {
        for (Ast? ast = expression.Parent; ast is not null && ast != root; ast = ast.Parent)
        {
            if (ast is ScriptBlockExpressionAst { Parent: var parent } && CommandOf(parent) is CommandAst command && Sends(command)) return true;
        }

        return false;
    }

    private static CommandAst? CommandOf(Ast parent) => parent as CommandAst ?? (parent as CommandParameterAst)?.Parent as CommandAst;

    private static bool Sends(CommandAst command)
    {
        string name = command.GetCommandName() ?? "";
        if (Senders.Contains(name)) return true;
        return Loops.Contains(name) && command.CommandElements.OfType<CommandParameterAst>()
            .Any(parameter => parameter.ParameterName.Length > 1 && "Parallel".StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase));
    }

    private static object? Evaluate(UsingExpressionAst expression, SessionState session, string parameter)
    {
        VariableExpressionAst variable = UsingExpressionAst.ExtractUsingVariable(expression);
        VariablePath path = variable.VariablePath;
        if (!path.IsDriveQualified && session.PSVariable.Get(path.UserPath) is null)
        {
            throw new AppStatusException(
                ErrorId.UsingVariableNotFound,
                $"{expression.Extent.Text} in -{parameter} names a variable that does not exist here (line {expression.Extent.StartLineNumber}). Nothing was touched.",
                $"Set ${path.UserPath} first, or correct the name.",
                path.UserPath);
        }

        if (!path.IsDriveQualified && expression.SubExpression is VariableExpressionAst) return session.PSVariable.GetValue(path.UserPath);

        var values = session.InvokeCommand.InvokeScript(false, ScriptBlock.Create(expression.SubExpression.Extent.Text.Replace("$using:", "$")), null, null);
        return values.Count == 1 ? values[0] : values;
    }

    private static string NameOf(UsingExpressionAst expression) => UsingExpressionAst.ExtractUsingVariable(expression).VariablePath.UserPath;

    // As the engine's own key is made (PsUtils.GetUsingExpressionKey): names of variables in lower case, the rest as it stands.
    private static string KeyOf(UsingExpressionAst expression)
    {
        string text = expression.ToString();
        if (expression.SubExpression is VariableExpressionAst) text = text.ToLowerInvariant();
        return Convert.ToBase64String(Encoding.Unicode.GetBytes(text));
    }
}
