using AppStatus.Help.Module;

namespace AppStatus.Help;

/// <summary>All that Get-Help shows of one cmdlet.</summary>
internal sealed record CmdletHelp(
    Cmdlet Cmdlet,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyDictionary<string, string[]> ParameterTexts,
    IReadOnlyList<(string Type, string Text)> Inputs,
    IReadOnlyList<(string Type, string Text)> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<Example> Examples,
    IReadOnlyList<string> Links);

internal sealed record Example(string Title, string Code, IReadOnlyList<string> Remarks);
