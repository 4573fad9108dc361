using System.Text.RegularExpressions;

namespace AppStatus.Help.Pages;

/// <summary>Reads the little Markdown that the pages use: headings of three levels, paragraphs, lists, tables as code, fenced code.</summary>
internal static partial class PageReader
{
    public static Page Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var root = new Draft(Path.GetFileNameWithoutExtension(path), 1);
        var stack = new List<Draft> { root };
        for (int at = 0; at < lines.Length; at++)
        {
            string line = lines[at];
            if (line.StartsWith("```", StringComparison.Ordinal)) at = Code(lines, at, stack[^1]);
            else if (Heading().Match(line) is { Success: true } heading) Open(stack, heading.Groups["level"].Length, heading.Groups["title"].Value.Trim(), at + 1);
            else stack[^1].Add(line);
        }

        foreach (Draft draft in stack) draft.EndText();
        return new Page(path, root.Title, root.Blocks, [.. root.Children.Select(child => child.ToSection())]);
    }

    /// <summary>Without the marks of Markdown within a line.</summary>
    public static string Plain(string text) => Link().Replace(Mark().Replace(text, "${inner}"), "${text} (${target})");

    private static int Code(string[] lines, int at, Draft into)
    {
        int end = Array.FindIndex(lines, at + 1, line => line.StartsWith("```", StringComparison.Ordinal));
        if (end < 0) end = lines.Length;
        into.EndText();
        into.Blocks.Add(new Block(BlockKind.Code, string.Join("\n", lines[(at + 1)..end])));
        return end;
    }

    private static void Open(List<Draft> stack, int level, string title, int line)
    {
        stack[^1].EndText();
        if (level == 1) return; // the title; the file's name is what counts
        while (stack.Count > level - 1) stack.RemoveAt(stack.Count - 1);
        var draft = new Draft(title, line);
        stack[^1].Children.Add(draft);
        stack.Add(draft);
    }

    [GeneratedRegex("^(?<level>#{1,3}) (?<title>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<inner>[^`]+)`|\*\*(?<inner>[^*]+)\*\*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\[(?<text>[^\]\[]+)\]\((?<target>https?://[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    private sealed class Draft(string title, int line)
    {
        private readonly List<string> _text = [];
        private BlockKind _kind;

        public string Title { get; } = title;

        public List<Block> Blocks { get; } = [];

        public List<Draft> Children { get; } = [];

        public void Add(string text)
        {
            bool item = text.StartsWith("- ", StringComparison.Ordinal);
            if (item || string.IsNullOrWhiteSpace(text)) EndText();
            if (string.IsNullOrWhiteSpace(text)) return;
            if (_text.Count == 0) _kind = item ? BlockKind.Item : BlockKind.Paragraph;
            _text.Add(item ? text[2..].Trim() : text.Trim());
        }

        public void EndText()
        {
            if (_text.Count > 0) Blocks.Add(new Block(_kind, Plain(string.Join(" ", _text))));
            _text.Clear();
        }

        public Section ToSection()
        {
            EndText();
            return new Section(Title, line, Blocks, [.. Children.Select(child => child.ToSection())]);
        }
    }
}
