using System.Globalization;
using System.Text.Json;

namespace AppStatus.Core.Monitoring.Metrics.Containers;

/// <summary>
/// One container as <c>stats --no-stream --format '{{json .}}'</c> prints it. docker and podman, and podman from one version to the next, call
/// the fields by different names, and write numbers as numbers or as texts with units.
/// </summary>
internal sealed record ContainerStats(string Name, string Id)
{
    /// <summary>Of one processor: two of them busy make 200. Null where it is not told, as of one that does not run.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>Of its limit; 0–100.</summary>
    public double? MemoryPercent { get; init; }

    public double? MemoryBytes { get; init; }

    public double? Processes { get; init; }

    /// <summary>Lines that are no containers are left out; null where none of them is JSON although something was printed.</summary>
    public static IReadOnlyList<ContainerStats>? Read(string output)
    {
        var containers = new List<ContainerStats>();
        bool any = false, json = false;
        foreach (string line in Documents(output))
        {
            any = true;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                json = true;
                if (document.RootElement.ValueKind == JsonValueKind.Array) containers.AddRange(document.RootElement.EnumerateArray().Select(Of).OfType<ContainerStats>());
                else if (Of(document.RootElement) is { } container) containers.Add(container);
            }
            catch (JsonException)
            {
                // A warning of the program's, perhaps.
            }
        }

        return any && !json ? null : containers;
    }

    public bool Is(string nameOrId) =>
        nameOrId.Length > 0 && (string.Equals(Name, nameOrId, StringComparison.Ordinal)
        || (Id.Length >= 12 && nameOrId.Length >= 12 && (Id.StartsWith(nameOrId, StringComparison.Ordinal) || nameOrId.StartsWith(Id, StringComparison.Ordinal))));

    // docker prints a line for each, podman may print one array over many lines.
    private static IEnumerable<string> Documents(string output) => output.TrimStart().StartsWith("[", StringComparison.Ordinal)
        ? [output]
        : output.Split(['\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => line.Length > 0);

    private static ContainerStats? Of(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        string name = Text(element, "Name", "name", "Names").TrimStart('/');
        string id = Text(element, "ID", "id", "ContainerID", "Container");
        if (name.Length == 0 && id.Length == 0) return null;
        return new ContainerStats(name, id)
        {
            CpuPercent = Number(element, "CPUPerc", "cpu_percent", "CPU"),
            MemoryPercent = Number(element, "MemPerc", "mem_percent", "MemPerc"),
            MemoryBytes = Number(element, "MemUsage", "mem_usage", "MemUsageBytes"),
            Processes = Number(element, "PIDs", "pids"),
        };
    }

    private static string Text(JsonElement element, params string[] names)
    {
        foreach (string name in names)
            if (element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String) return value.GetString()!;
        return "";
    }

    private static double? Number(JsonElement element, params string[] names)
    {
        foreach (string name in names)
        {
            if (!element.TryGetProperty(name, out JsonElement value)) continue;
            if (value.ValueKind == JsonValueKind.Number) return value.GetDouble();
            if (value.ValueKind == JsonValueKind.String && Quantity(value.GetString()!) is { } number) return number;
        }

        return null;
    }

    /// <summary><c>1.5%</c>, <c>1.944MiB / 2GiB</c> (the first of the two), <c>3</c>; null for <c>--</c>.</summary>
    private static double? Quantity(string text)
    {
        string first = text.Split('/')[0].Trim();
        int digits = 0;
        while (digits < first.Length && (char.IsDigit(first[digits]) || first[digits] is '.' or '+')) digits++;
        if (!double.TryParse(first.Substring(0, digits), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number)) return null;
        double? factor = first.Substring(digits).Trim().ToUpperInvariant() switch
        {
            "" or "%" or "B" => 1,
            "KB" => 1e3, "MB" => 1e6, "GB" => 1e9, "TB" => 1e12,
            "KIB" => 1024, "MIB" => 1024.0 * 1024, "GIB" => 1024.0 * 1024 * 1024, "TIB" => 1024.0 * 1024 * 1024 * 1024,
            _ => null,
        };
        return number * factor;
    }
}
