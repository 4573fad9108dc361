using System.Text;
using AppStatus.Help.Module;
using AppStatus.Help.Pages;

namespace AppStatus.Help.Output;

/// <summary>An about_ topic as the text that Get-Help shows, 78 columns wide.</summary>
internal sealed class AboutTopic(Page page, IReadOnlyList<ErrorEntry> errors, Complaints complaints)
{
    private const string Catalogue = "Catalogue";
    private const int Width = 78;
    private const int Indent = 4;

    /// <remarks>The first paragraph is the short description, in the form by which Get-Help finds it.</remarks>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"TOPIC\n    {page.Name}\n\nSHORT DESCRIPTION\n");
        if (page.Intro.Count == 0) complaints.Error(page.File, 1, "There is no short description under the title.");
        Append(text, page.Intro, Indent);
        foreach (Section section in page.Sections)
        {
            text.Append($"\n{section.Title.ToUpperInvariant()}\n");
            if (section.Title == Catalogue)
            {
                AppendCatalogue(text, section);
                continue;
            }

            Append(text, section.Blocks, Indent);
            foreach (Section part in section.Subsections)
            {
                text.Append($"\n    {part.Title}\n");
                Append(text, part.Blocks, 2 * Indent);
            }
        }

        return text.ToString();
    }

    // Every id there is, with what the section says is to be done about it.
    private void AppendCatalogue(StringBuilder text, Section section)
    {
        Dictionary<string, string> advice = section.Subsections
            .ToDictionary(part => part.Title, part => string.Join(" ", part.Blocks.Select(block => block.Text)), StringComparer.Ordinal);
        Append(text, section.Blocks, Indent);
        foreach (Section stray in section.Subsections.Where(part => errors.All(error => error.Id != part.Title)))
            complaints.Error(page.File, stray.Line, $"There is no error id {stray.Title}.");
        foreach (ErrorEntry error in errors)
        {
            text.Append($"\n    {error.Id}\n");
            Wrap(text, "Category:    " + error.Category, 2 * Indent, hanging: 13);
            Wrap(text, "Meaning:     " + error.Meaning, 2 * Indent, hanging: 13);
            if (advice.TryGetValue(error.Id, out string? what)) Wrap(text, "What to do:  " + what, 2 * Indent, hanging: 13);
            else complaints.Warn(page.File, section.Line, $"It is not said what to do about {error.Id}: add '### {error.Id}'.");
        }
    }

    private static void Append(StringBuilder text, IReadOnlyList<Block> blocks, int indent)
    {
        BlockKind? last = null;
        foreach (Block block in blocks)
        {
            if (last is not null && !(last == BlockKind.Item && block.Kind == BlockKind.Item)) text.Append('\n');
            last = block.Kind;
            if (block.Kind == BlockKind.Code)
                foreach (string line in block.Text.Split('\n')) text.Append((new string(' ', indent + 2) + line).TrimEnd()).Append('\n');
            else if (block.Kind == BlockKind.Item)
                Wrap(text, "- " + block.Text, indent, hanging: 2);
            else
                Wrap(text, block.Text, indent, hanging: 0);
        }
    }

    private static void Wrap(StringBuilder text, string words, int indent, int hanging)
    {
        var line = new StringBuilder(new string(' ', indent));
        bool empty = true;
        foreach (string word in words.Split(' '))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(' ', indent + hanging);
                empty = true;
            }

            if (!empty) line.Append(' ');
            line.Append(word);
            empty = false;
        }

        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
