using System.Globalization;
using System.Reflection;

namespace AppStatus.Help.Module;

/// <summary>Reads a cmdlet's class. Attributes are compared by name: this program has no PowerShell of its own.</summary>
internal static class CmdletReader
{
    private static readonly (string Name, string Summary)[] ShouldProcessParameters =
    [
        ("WhatIf", "Shows what would happen, and changes nothing."),
        ("Confirm", "Asks before each change."),
    ];

    public static bool IsCmdlet(Type type) => !type.IsAbstract && Find(type, "CmdletAttribute") is not null;

    public static Cmdlet Read(Type type, XmlComments comments)
    {
        CustomAttributeData cmdlet = Find(type, "CmdletAttribute")!;
        object instance = Activator.CreateInstance(type)!;
        List<Parameter> parameters = [.. Properties(type).Select(property => ParameterReader.Read(property, instance, comments))];
        if (Named(cmdlet, "SupportsShouldProcess") is true)
            parameters.AddRange(ShouldProcessParameters.Select(parameter => ParameterReader.Switch(parameter.Name, parameter.Summary)));
        return new Cmdlet(
            (string)cmdlet.ConstructorArguments[0].Value!,
            (string)cmdlet.ConstructorArguments[1].Value!,
            comments.Summary("T:" + type.FullName),
            parameters,
            [.. All(type, "OutputTypeAttribute").SelectMany(OutputTypes).Distinct(StringComparer.Ordinal)],
            Named(cmdlet, "DefaultParameterSetName") as string ?? "");
    }

    public static CustomAttributeData? Find(MemberInfo member, string name) => All(member, name).FirstOrDefault();

    public static IEnumerable<CustomAttributeData> All(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);

    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value;

    /// <summary>The elements of an attribute's params array, or its plain arguments, as texts.</summary>
    public static IEnumerable<string> Values(CustomAttributeData attribute) =>
        attribute.ConstructorArguments.SelectMany(argument => argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> list ? list : [argument])
            .Select(argument => Convert.ToString(argument.Value, CultureInfo.InvariantCulture)!);

    // The cmdlet's own first, then those of its bases that it does not override.
    private static IEnumerable<PropertyInfo> Properties(Type type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
            foreach (PropertyInfo property in declaring.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                if (Find(property, "ParameterAttribute") is not null && seen.Add(property.Name)) yield return property;
    }

    private static IEnumerable<string> OutputTypes(CustomAttributeData attribute) =>
        attribute.ConstructorArguments.SelectMany(argument => argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> list ? list : [argument])
            .Select(argument => argument.Value as Type).OfType<Type>().Where(type => type != typeof(void)).Select(type => type.FullName!);
}
