using AppStatus.Help.Module;

namespace AppStatus.Help.Pages;

/// <summary>docs/en-US: a page a cmdlet, a page in shared for each class whose parameters several cmdlets have, and about topics.</summary>
internal sealed class PageFolder(string path, IReadOnlyDictionary<string, Page> pages, IReadOnlyDictionary<string, Page> shared)
{
    private const string TopicPrefix = "about_";

    public IEnumerable<Page> Topics => pages.Values.Where(page => page.Name.StartsWith(TopicPrefix, StringComparison.Ordinal));

    public static PageFolder Read(string path, Complaints complaints)
    {
        if (!Directory.Exists(path)) complaints.Error(path, 1, "There is no such folder.");
        return new PageFolder(path, ReadAll(path), ReadAll(Path.Combine(path, "shared")));
    }

    public Page? Of(string cmdlet) => pages.GetValueOrDefault(cmdlet);

    public string FileOf(string cmdlet) => Path.Combine(path, cmdlet + ".md");

    /// <summary>The page that says more of a parameter: that of the class that declares it, or the cmdlet's own.</summary>
    public Section? Details(Cmdlet cmdlet, Parameter parameter) =>
        Find(Of(cmdlet.Name), parameter.Name) ?? Find(shared.GetValueOrDefault(parameter.DeclaredBy), parameter.Name);

    /// <summary>Text that nobody will see: of a parameter that is no more.</summary>
    public void ComplainOfStrays(IReadOnlyList<Cmdlet> cmdlets, Complaints complaints)
    {
        foreach (Cmdlet cmdlet in cmdlets)
            if (Of(cmdlet.Name) is { } page) Check(page, cmdlet.Parameters, complaints);
        foreach (Page page in shared.Values)
            Check(page, [.. cmdlets.SelectMany(cmdlet => cmdlet.Parameters).Where(parameter => parameter.DeclaredBy == page.Name)], complaints);
    }

    private static void Check(Page page, IReadOnlyList<Parameter> parameters, Complaints complaints)
    {
        foreach (Section section in page.Section("Parameters")?.Subsections ?? [])
            if (parameters.All(parameter => parameter.Name != section.Title)) complaints.Error(page.File, section.Line, $"There is no parameter {section.Title}: correct its name, or delete this text.");
    }

    private static Section? Find(Page? page, string parameter) =>
        page?.Section("Parameters")?.Subsections.FirstOrDefault(section => section.Title == parameter);

    private static Dictionary<string, Page> ReadAll(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal).Select(PageReader.Read).ToDictionary(page => page.Name, StringComparer.Ordinal)
        : [];
}
