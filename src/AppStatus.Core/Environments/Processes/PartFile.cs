using System.Text.Json;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments.Processes;

/// <summary>What is remembered of a process: a file each in the environment's folder, written before it is started. Beside it is that of its number.</summary>
internal sealed record PartFile(string Part, string Image, string Definition)
{
    public static string NumberOf(string folder, string part) => Path.Combine(folder, part + ".pid");

    public static void Delete(string folder, string part)
    {
        File.Delete(NumberOf(folder, part));
        File.Delete(PathOf(folder, part));
    }

    public static void Write(string folder, PartFile file)
    {
        string path = PathOf(folder, file.Part), draft = path + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(file));
        File.Delete(path);
        File.Move(draft, path);
    }

    /// <summary>The parts that a folder tells of; files that are no such thing are passed over.</summary>
    public static IEnumerable<EnvironmentPart> Read(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.json"))
        {
            PartFile? file;
            try
            {
                file = JsonSerializer.Deserialize<PartFile>(File.ReadAllText(path));
            }
            catch (Exception cause) when (cause is JsonException or IOException)
            {
                continue;
            }

            if (file is not { Part: { } part, Image: { } named, Definition: { } text }) continue;
            if (DefinitionJson.Read(text) is not { } definition || !definition.PartNames.Contains(part, StringComparer.Ordinal) || ImageReference.TryParse(named) is not { } image) continue;
            DetachedProcess? process = DetachedProcess.Read(NumberOf(folder, part));
            bool runs = process?.Runs == true;
            yield return new EnvironmentPart
            {
                Definition = definition,
                Name = part,
                Id = FormattableString.Invariant($"{process?.Id ?? 0}"),
                Running = runs,
                State = runs ? "running" : "exited",
                Image = image,
                Started = runs ? new DateTimeOffset(File.GetLastWriteTimeUtc(NumberOf(folder, part))) : null,
            };
        }
    }

    private static string PathOf(string folder, string part) => Path.Combine(folder, part + ".json");
}
