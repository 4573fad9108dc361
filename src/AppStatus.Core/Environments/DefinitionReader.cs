using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>From a definition file's keys to a definition. Each key is a property of <see cref="EnvironmentDefinition"/>, without regard to case.</summary>
internal static class DefinitionReader
{
    private const int MaxInstances = 64;

    // What is chosen when it comes up is nobody's to say.
    private static readonly PropertyInfo[] Keys = [.. typeof(EnvironmentDefinition).GetProperties().Where(property => property.Name is not nameof(EnvironmentDefinition.Ports) && property.CanWrite)];

    /// <summary>The keys of a JSON file.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static IDictionary ReadJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Value(document.RootElement) as IDictionary ?? throw Wrong("it holds no object");
        }
        catch (JsonException mistake)
        {
            throw Wrong(mistake.Message);
        }
    }

    /// <summary>The definition, and which of its properties were named.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: a key that is unknown, or a value that can't be.</exception>
    public static (EnvironmentDefinition Definition, IReadOnlyList<string> Named) Read(IDictionary keys)
    {
        object definition = new EnvironmentDefinition();
        var named = new List<string>();
        foreach (DictionaryEntry entry in keys)
        {
            string key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            PropertyInfo property = Keys.FirstOrDefault(candidate => string.Equals(candidate.Name, key, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong($"it has no key '{SafeText.Of(key, 50)}'", $"Its keys are {string.Join(", ", Keys.Select(candidate => candidate.Name))}.");
            if (named.Contains(property.Name)) throw Wrong($"it says {property.Name} twice");
            property.SetValue(definition, Converted(property, entry.Value));
            named.Add(property.Name);
        }

        return (Checked(Completed((EnvironmentDefinition)definition, named)), named);
    }

    private static EnvironmentDefinition Completed(EnvironmentDefinition definition, List<string> named) => definition.Provider == EnvironmentProvider.Container ? definition : definition with
    {
        // What needs nothing but .NET.
        Balancer = named.Contains(nameof(EnvironmentDefinition.Balancer)) ? definition.Balancer : EnvironmentBalancer.F5,
        Image = definition.Image.Length > 0 ? definition.Image : Processes.ProcessHost.Image + ":1.0",
    };

    /// <summary>A name that an environment may have.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static string Name(string name) => name.Length is > 0 and <= 32 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && name[0] != '-'
        ? name
        : throw Wrong($"Name '{SafeText.Of(name, 50)}' must be 1 to 32 small letters, digits and hyphens");

    private static EnvironmentDefinition Checked(EnvironmentDefinition definition)
    {
        Name(definition.Name);
        if (definition.Backend.Length is 0 or > 32 || !definition.Backend.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9')) || definition.Backend is EnvironmentPart.RedisName or EnvironmentPart.BalancerName)
            throw Wrong($"Backend '{SafeText.Of(definition.Backend, 50)}' must be 1 to 32 small letters and digits");
        if (definition.Instances is < 1 or > MaxInstances) throw Wrong($"Instances is {definition.Instances}, and must be 1 to {MaxInstances}");
        if (definition.StopTimeoutSec is < 0 or > 3600) throw Wrong($"StopTimeoutSec is {definition.StopTimeoutSec}, and must be 0 to 3600");
        if (!definition.StatusPath.StartsWith("/", StringComparison.Ordinal) || definition.StatusPath.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) throw Wrong("StatusPath must begin with / and hold no space");
        // Two slashes begin the name of another machine.
        if (definition.StatusPath.StartsWith("//", StringComparison.Ordinal)) throw Wrong("StatusPath must begin with one /");
        if (definition.Expect.Any(char.IsControl)) throw Wrong("Expect must be one line");
        if (definition.Network is not ("bridge" or "host")) throw Wrong($"Network is '{SafeText.Of(definition.Network, 50)}', and must be bridge or host");
        foreach ((string name, int port) in new[] { ("Port", definition.Port), ("AdminPort", definition.AdminPort), ("FirstPort", definition.FirstPort), ("RedisPort", definition.RedisPort), ("ContainerPort", definition.ContainerPort) })
            if (port is < 0 or > 65535) throw Wrong($"{name} is {port}, and must be 0 to 65535");
        if (definition.FirstPort + definition.Instances > 65536) throw Wrong($"{definition.Instances} instances from port {definition.FirstPort} on are more than there are ports");
        int[] ports = [.. new[] { definition.Port, definition.AdminPort, definition.RedisPort }.Concat(definition.FirstPort > 0 ? Enumerable.Range(definition.FirstPort, definition.Instances) : []).Where(port => port > 0)];
        if (ports.GroupBy(port => port).FirstOrDefault(group => group.Count() > 1) is { } twice) throw Wrong($"port {twice.Key} is given twice");
        foreach (string address in new[] { definition.Address, definition.AdminAddress })
            if (!System.Net.IPAddress.TryParse(address, out System.Net.IPAddress? parsed) || parsed.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || parsed.ToString() != address)
                throw Wrong($"'{SafeText.Of(address, 50)}' is no IPv4 address");
        if (definition.Image.Length == 0) throw Wrong("it names no image", "Pass -Image, such as shop:1.0.");
        if (!definition.FirstImage.HasTag) throw Wrong($"the image {definition.Image} has no tag, so nobody could go back to it", "Pass it with one, such as shop:1.0.");
        ImageReference.Parse(definition.BalancerImage);
        ImageReference.Parse(definition.RedisImage);
        return definition.Provider == EnvironmentProvider.Container && definition.Balancer != EnvironmentBalancer.HAProxy
            ? throw Wrong($"containers stand behind HAProxy, not behind {definition.Balancer}", "Leave Balancer out, or use the provider Process.")
            : definition;
    }

    private static object? Converted(PropertyInfo property, object? value)
    {
        Type type = property.PropertyType;
        try
        {
            return value switch
            {
                null => throw Wrong($"{property.Name} is null"),
                _ when type == typeof(string) && value is not (IDictionary or Array) => Convert.ToString(value, CultureInfo.InvariantCulture),
                _ when type == typeof(int) && IsWhole(value) => Convert.ToInt32(value, CultureInfo.InvariantCulture),
                bool flag when type == typeof(bool) => flag,
                string word when type.IsEnum => Enum.GetNames(type).Contains(word, StringComparer.OrdinalIgnoreCase) ? Enum.Parse(type, word, ignoreCase: true) : throw new FormatException(),
                IDictionary map when type == typeof(IReadOnlyDictionary<string, string>) => Map(map),
                string word when type == typeof(IReadOnlyList<string>) => new[] { word },
                IEnumerable list when type == typeof(IReadOnlyList<string>) && value is not IDictionary => list.Cast<object?>().Select(item => Plain(property.Name, item)).ToArray(),
                _ => throw Wrong($"{property.Name} can't be '{SafeText.Of(value.ToString() ?? "", 50)}'"),
            };
        }
        catch (Exception mistake) when (mistake is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            string choices = type.IsEnum ? $"It is {string.Join(" or ", Enum.GetNames(type))}." : "";
            throw Wrong($"{property.Name} can't be '{SafeText.Of(value?.ToString() ?? "", 50)}'", choices);
        }
    }

    // A number that was rounded would be another one.
    private static bool IsWhole(object value) => value is not (string or bool or char) && (value is not (double or float or decimal) || Convert.ToDecimal(value, CultureInfo.InvariantCulture) % 1 == 0);

    private static string Plain(string key, object? value) => value is IEnumerable and not string
        ? throw Wrong($"{key} can't hold a list or an object")
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static Dictionary<string, string> Map(IDictionary map)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in map)
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (name.Length == 0 || !name.All(c => c < 128 && (char.IsLetterOrDigit(c) || c is '_' or '.' or '-'))) throw Wrong($"'{SafeText.Of(name, 50)}' is no name of a variable");
            values[name] = Plain(nameof(EnvironmentDefinition.Environment), entry.Value);
            if (values[name].IndexOfAny(['\n', '\r', '\0']) >= 0) throw Wrong($"the value of the variable {name} holds a line break");
        }

        return values;
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt32(out int whole) ? whole : element.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => element.GetBoolean(),
        _ => null,
    };

    private static Dictionary<string, object?> Object(JsonElement element)
    {
        var keys = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (keys.ContainsKey(property.Name)) throw Wrong($"it says {SafeText.Of(property.Name, 50)} twice");
            keys[property.Name] = Value(property.Value);
        }

        return keys;
    }

    private static AppStatusException Wrong(string why, string next = "") => new(ErrorId.InvalidArgument, $"The definition can't be used: {why}. Nothing was touched.", next);
}
