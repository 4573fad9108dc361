using System.Globalization;
using AppStatus.Help.Module;
using AppStatus.Help.Pages;

namespace AppStatus.Help;

/// <summary>Brings together what the class, its comments and its page say, and complains of what none of them does.</summary>
internal sealed class CmdletHelpBuilder(PageFolder pages, IReadOnlyList<ErrorEntry> errors, Complaints complaints)
{
    private const int FewestExamples = 2;

    private static readonly string[] KnownSections = ["Parameters", "Inputs", "Outputs", "Notes", "Errors", "Examples", "Related"];

    public CmdletHelp Build(Cmdlet cmdlet)
    {
        string file = pages.FileOf(cmdlet.Name);
        if (pages.Of(cmdlet.Name) is not { } page)
        {
            complaints.Error(file, 1, $"{cmdlet.Name} is exported and has no page: its description, examples and related topics are missing.");
            page = new Page(file, cmdlet.Name, [], []);
        }
        else
        {
            if (page.Intro.Count == 0) complaints.Error(file, 1, "There is no description under the title.");
            foreach (Section section in page.Sections.Where(section => !KnownSections.Contains(section.Title)))
                complaints.Error(file, section.Line, $"'{section.Title}' is none of the sections {string.Join(", ", KnownSections)}.");
        }

        if (cmdlet.Summary.Length == 0) complaints.Error(file, 1, $"The class of {cmdlet.Name} has no <summary>, which is its synopsis.");
        return new CmdletHelp(
            cmdlet,
            FirstSentence(cmdlet.Summary),
            Texts(page.Intro),
            cmdlet.Parameters.ToDictionary(parameter => parameter.Name, parameter => ParameterText(cmdlet, parameter, file), StringComparer.Ordinal),
            Types(page.Section("Inputs")),
            Outputs(cmdlet, page),
            [.. Texts(page.Section("Notes")?.Blocks ?? []), .. Errors(page)],
            Examples(page),
            [.. (page.Section("Related")?.Blocks ?? []).Select(block => block.Text)]);
    }

    private static string FirstSentence(string summary)
    {
        int end = summary.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? summary : summary[..(end + 1)];
    }

    private static string[] Texts(IReadOnlyList<Block> blocks) =>
        [.. blocks.Select(block => block.Kind == BlockKind.Item ? "- " + block.Text : block.Text)];

    private string[] ParameterText(Cmdlet cmdlet, Parameter parameter, string file)
    {
        if (parameter.Summary.Length == 0) complaints.Error(file, 1, $"The property of -{parameter.Name} of {cmdlet.Name} has no <summary> ({parameter.DeclaredBy}).");
        string text = parameter.Summary;
        if (parameter.Range is { } range && !text.Contains(Number(range.Least), StringComparison.Ordinal)) text += " " + Sentence(range);
        if (parameter.Values.Count > 0 && !parameter.Values.All(value => text.Contains(value, StringComparison.OrdinalIgnoreCase)))
            text += $" One of {string.Join(", ", parameter.Values.Where(value => value != "Unknown"))}.";
        return [text, .. Texts(pages.Details(cmdlet, parameter)?.Blocks ?? [])];
    }

    private static string Sentence((double Least, double Most) range) => range.Most >= int.MaxValue
        ? $"{Number(range.Least)} or more."
        : $"From {Number(range.Least)} to {Number(range.Most)}.";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    // Each paragraph is 'Type: text'.
    private static (string Type, string Text)[] Types(Section? section) => [.. (section?.Blocks ?? []).Select(block =>
        block.Text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && !block.Text[..colon].Contains(' ', StringComparison.Ordinal)
            ? (block.Text[..colon], block.Text[(colon + 2)..])
            : ("", block.Text))];

    private (string Type, string Text)[] Outputs(Cmdlet cmdlet, Page page)
    {
        if (page.Sections.Count == 0) return [];
        (string Type, string Text)[] outputs = Types(page.Section("Outputs"));
        foreach (string type in cmdlet.Outputs.Where(type => outputs.All(output => output.Type != type)))
            complaints.Error(page.File, page.Section("Outputs")?.Line ?? 1, $"The outputs don't say what {type} is; write '`{type}`: …'.");
        return outputs;
    }

    private IEnumerable<string> Errors(Page page)
    {
        if (page.Section("Errors") is not { } section) yield break;
        yield return "The FullyQualifiedErrorId of an error starts with one of these; about_AppStatus_Errors has all:";
        foreach (string id in section.Blocks.SelectMany(block => block.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (errors.FirstOrDefault(error => error.Id == id.TrimEnd('.')) is { } entry) yield return $"- {entry.Id} ({entry.Category}): {entry.Meaning}";
            else complaints.Error(page.File, section.Line, $"There is no error id {id}.");
        }
    }

    private Example[] Examples(Page page)
    {
        var examples = new List<Example>();
        foreach (Section section in page.Section("Examples")?.Subsections ?? [])
        {
            string code = string.Join("\n", section.Blocks.Where(block => block.Kind == BlockKind.Code).Select(block => block.Text));
            if (code.Length == 0) complaints.Error(page.File, section.Line, "The example has no code.");
            examples.Add(new Example(section.Title, code, Texts([.. section.Blocks.Where(block => block.Kind != BlockKind.Code)])));
        }

        if (examples.Count < FewestExamples && page.Intro.Count > 0) complaints.Error(page.File, 1, $"There are fewer than {FewestExamples} examples.");
        return [.. examples];
    }
}
