namespace AppStatus.Help.Pages;

/// <summary>A Markdown file: a title, text, and sections of text and subsections.</summary>
internal sealed record Page(string File, string Name, IReadOnlyList<Block> Intro, IReadOnlyList<Section> Sections)
{
    public Section? Section(string title) => Sections.FirstOrDefault(section => section.Title == title);
}

/// <param name="Line">Where its heading stands, for complaints.</param>
internal sealed record Section(string Title, int Line, IReadOnlyList<Block> Blocks, IReadOnlyList<Section> Subsections);

/// <summary>A paragraph (one line of text), a list item, or code (as it stands).</summary>
internal sealed record Block(BlockKind Kind, string Text);

internal enum BlockKind
{
    Paragraph,
    Item,
    Code,
}
