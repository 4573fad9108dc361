using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using AppStatus.Help.Module;

namespace AppStatus.Help.Output;

/// <summary>The file that Get-Help reads. Its schema (MAML) is documented by what PowerShell's own help files hold.</summary>
internal static class MamlFile
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(string path, IEnumerable<CmdletHelp> cmdlets)
    {
        var root = new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(ToElement));
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), NewLineChars = "\n" };
        using XmlWriter writer = XmlWriter.Create(path, settings);
        new XDocument(root).Save(writer);
    }

    private static XElement ToElement(CmdletHelp help) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", help.Cmdlet.Name),
            new XElement(Command + "verb", help.Cmdlet.Verb),
            new XElement(Command + "noun", help.Cmdlet.Noun),
            Description([help.Synopsis])),
        Description(help.Description),
        new XElement(Command + "syntax", help.Cmdlet.Sets.Select(set => Syntax(help, set))),
        new XElement(Command + "parameters", help.Cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => ToElement(help, parameter, parameter.Bindings.Values.OrderByDescending(binding => binding.Mandatory).First()))),
        new XElement(Command + "inputTypes", help.Inputs.Select(input => Typed(Command + "inputType", input))),
        new XElement(Command + "returnValues", help.Outputs.Select(output => Typed(Command + "returnValue", output))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(help.Notes))),
        new XElement(Command + "examples", help.Examples.Select(ToElement)),
        new XElement(Command + "relatedLinks", help.Links.Select(link => new XElement(
            Maml + "navigationLink", new XElement(Maml + "linkText", link), new XElement(Maml + "uri")))));

    private static XElement Syntax(CmdletHelp help, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", help.Cmdlet.Name),
        help.Cmdlet.Parameters
            .Select((parameter, index) => (Parameter: parameter, Index: index, Binding: parameter.In(set)))
            .Where(item => item.Binding is not null)
            .OrderBy(item => item.Binding!.Position ?? int.MaxValue).ThenBy(item => item.Binding!.Mandatory ? 0 : 1).ThenBy(item => item.Index)
            .Select(item => ToElement(help, item.Parameter, item.Binding!)));

    private static XElement ToElement(CmdletHelp help, Parameter parameter, Binding binding) => new(
        Command + "parameter",
        new XAttribute("required", Word(binding.Mandatory)),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", Word(parameter.Wildcards)),
        new XAttribute("pipelineInput", binding.Pipeline),
        new XAttribute("position", binding.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Description(help.ParameterTexts[parameter.Name]),
        parameter.IsSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), parameter.Type),
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.FullType), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.Default.Length == 0 ? "None" : parameter.Default));

    private static XElement Typed(XName name, (string Type, string Text) item) => new(
        name, new XElement(Dev + "type", new XElement(Maml + "name", item.Type.Length == 0 ? "None" : item.Type), new XElement(Maml + "uri")), Description([item.Text]));

    private static XElement ToElement(Example example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------- Example {(index + 1).ToString(CultureInfo.InvariantCulture)}: {example.Title} --------"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""]))); // the view puts no line between examples

    private static XElement Description(IEnumerable<string> texts) => new(Maml + "description", Paragraphs(texts));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> texts) => texts.Select(text => new XElement(Maml + "para", text));

    private static string Word(bool value) => value ? "true" : "false";
}
