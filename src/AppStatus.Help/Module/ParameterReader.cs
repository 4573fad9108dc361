using System.Collections;
using System.Globalization;
using System.Reflection;

namespace AppStatus.Help.Module;

internal static class ParameterReader
{
    public static Parameter Read(PropertyInfo property, object instance, XmlComments comments)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Dictionary<string, Binding> bindings = CmdletReader.All(property, "ParameterAttribute").ToDictionary(
            attribute => CmdletReader.Named(attribute, "ParameterSetName") as string ?? Cmdlet.AllSets, ToBinding, StringComparer.Ordinal);
        (double Least, double Most)? range = Range(property);
        return new Parameter(
            property.Name,
            property.DeclaringType!.Name,
            type.Name,
            type.FullName!,
            comments.Summary($"P:{property.DeclaringType.FullName}.{property.Name}"),
            bindings,
            [.. CmdletReader.All(property, "AliasAttribute").SelectMany(CmdletReader.Values)],
            Values(property, type),
            range,
            CmdletReader.Find(property, "SupportsWildcardsAttribute") is not null,
            bindings.Values.All(binding => binding.Mandatory) ? "" : Default(property.GetValue(instance), range));
    }

    public static Parameter Switch(string name, string summary) => new(
        name, "", "SwitchParameter", "System.Management.Automation.SwitchParameter", summary,
        new Dictionary<string, Binding>(StringComparer.Ordinal) { [Cmdlet.AllSets] = new(Mandatory: false, Position: null, "False") },
        Aliases: [], Values: [], Range: null, Wildcards: false, Default: "False");

    private static Binding ToBinding(CustomAttributeData attribute)
    {
        bool byValue = CmdletReader.Named(attribute, "ValueFromPipeline") is true;
        bool byName = CmdletReader.Named(attribute, "ValueFromPipelineByPropertyName") is true;
        string pipeline = (byValue, byName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };
        int? position = CmdletReader.Named(attribute, "Position") is int place && place >= 0 ? place : null;
        return new Binding(CmdletReader.Named(attribute, "Mandatory") is true, position, pipeline);
    }

    private static string[] Values(PropertyInfo property, Type type)
    {
        if (CmdletReader.Find(property, "ValidateSetAttribute") is { } set) return [.. CmdletReader.Values(set)];
        Type element = type.IsArray ? type.GetElementType()! : type;
        return element.IsEnum ? Enum.GetNames(element) : [];
    }

    private static (double Least, double Most)? Range(PropertyInfo property)
    {
        if (CmdletReader.Find(property, "ValidateRangeAttribute") is not { ConstructorArguments: [var least, var most] }) return null;
        return (Convert.ToDouble(least.Value, CultureInfo.InvariantCulture), Convert.ToDouble(most.Value, CultureInfo.InvariantCulture));
    }

    // A number outside of its own range stands for "not passed", as does an empty text or list.
    private static string Default(object? value, (double Least, double Most)? range) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "True" : "False",
        IEnumerable list => string.Join(", ", list.Cast<object?>()),
        Enum choice => choice.ToString(),
        IConvertible number when range is not { } limits || (number.ToDouble(CultureInfo.InvariantCulture) is var n && n >= limits.Least && n <= limits.Most) =>
            number.ToString(CultureInfo.InvariantCulture),
        IConvertible => "",
        _ when value.GetType().Name == "SwitchParameter" => "False",
        _ => "",
    };
}
