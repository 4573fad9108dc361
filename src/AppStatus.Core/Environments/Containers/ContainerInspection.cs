using System.Globalization;
using System.Text.Json;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments.Containers;

/// <summary>
/// What <c>inspect</c> prints, as far as docker and podman agree on it: Name, Created, Config.Labels and State. The image is a label of ours: docker shows the name
/// that was typed, podman the one that it resolved to.
/// </summary>
internal static class ContainerInspection
{
    /// <summary>The containers of ours in what was printed.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static IReadOnlyList<EnvironmentPart> Read(string printed)
    {
        using JsonDocument document = JsonDocument.Parse(printed);
        return [.. document.RootElement.EnumerateArray().Select(Of).OfType<EnvironmentPart>()];
    }

    private static EnvironmentPart? Of(JsonElement container)
    {
        if (!container.TryGetProperty("Config", out JsonElement config) || !config.TryGetProperty("Labels", out JsonElement labels) || labels.ValueKind != JsonValueKind.Object) return null;
        string Label(string name) => labels.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
        if (Label(ContainerLabels.Part) is not { Length: > 0 } part || DefinitionJson.Read(Label(ContainerLabels.Definition)) is not { } definition) return null;
        // A label of somebody else's hides no other container.
        if (!definition.HasPart(part) || ImageReference.TryParse(Label(ContainerLabels.Image)) is not { } image) return null;
        JsonElement state = container.GetProperty("State");
        return new EnvironmentPart
        {
            Definition = definition,
            Name = part,
            Id = (container.GetProperty("Name").GetString() ?? "").TrimStart('/'),
            Key = container.TryGetProperty("Id", out JsonElement id) ? id.GetString() ?? "" : "",
            Running = state.TryGetProperty("Running", out JsonElement running) && running.ValueKind == JsonValueKind.True,
            State = state.TryGetProperty("Status", out JsonElement status) ? status.GetString() ?? "" : "",
            Image = image,
            Started = state.TryGetProperty("StartedAt", out JsonElement started) ? Time(started.GetString()) : null,
        };
    }

    // Before the first start both write a year of their own.
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) && at.Year > 1970 ? at : null;
}
