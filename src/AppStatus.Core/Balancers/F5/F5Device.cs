using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Who answers.</summary>
internal sealed record F5Device(string Id, string HostName, string Version)
{
    /// <summary>Reads the units of the trust domain; a user without the right to see them gets the typed name as the id.</summary>
    public static async Task<F5Device> ReadAsync(F5Client client, string typedName, CancellationToken cancellationToken)
    {
        using JsonDocument? document = await client.GetOptionalAsync("/mgmt/tm/cm/device", cancellationToken).ConfigureAwait(false);
        List<JsonElement> devices = document is null ? [] : [.. document.RootElement.Items()];
        if (devices.Count == 0) return new F5Device($"f5:{typedName}", typedName, "");

        // Pairs keep one configuration: whichever unit is connected to, the pool is the same one.
        string id = "f5:" + string.Join(",", devices.Select(NameOf).Where(name => name.Length > 0).OrderBy(name => name, StringComparer.Ordinal));
        JsonElement self = devices.Find(device => device.Text("selfDevice") == "true") is { ValueKind: JsonValueKind.Object } found ? found : devices[0];
        return new F5Device(SafeText.Condensed(id), SafeText.Condensed(NameOf(self)), SafeText.Condensed(self.Text("version")));
    }

    private static string NameOf(JsonElement device) => device.Text("hostname") is { Length: > 0 } hostName ? hostName : device.Text("name");
}
