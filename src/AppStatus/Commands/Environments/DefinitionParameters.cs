using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Environments;

/// <summary>What -Definition may be: a hashtable, a .psd1 file, or a JSON file. Nothing in a file is run.</summary>
internal static class DefinitionParameters
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static IDictionary Read(object? definition, SessionState session)
    {
        object? plain = definition is PSObject wrapped ? wrapped.BaseObject : definition;
        return plain switch
        {
            null => new Hashtable(),
            IDictionary keys => keys,
            string path => ReadFile(session.Path.GetUnresolvedProviderPathFromPSPath(path)),
            FileInfo file => ReadFile(file.FullName),
            _ => throw Wrong($"An object of type {plain.GetType().Name} is no definition."),
        };
    }

    private static IDictionary ReadFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path} can't be read: {cause.Message}");
        }

        return string.Equals(Path.GetExtension(path), ".json", StringComparison.OrdinalIgnoreCase) ? DefinitionReader.ReadJson(text) : ReadData(path, text);
    }

    // As Import-PowerShellDataFile reads it: constants only.
    private static IDictionary ReadData(string path, string text)
    {
        Ast file = Parser.ParseInput(text, out _, out ParseError[] mistakes);
        if (mistakes.Length > 0) throw Wrong($"{path}, line {mistakes[0].Extent.StartLineNumber}: {mistakes[0].Message}");
        try
        {
            if (file.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false) is HashtableAst table) return (Hashtable)table.SafeGetValue();
        }
        catch (InvalidOperationException cause)
        {
            throw Wrong($"{path} holds something else than constants: {cause.Message}");
        }

        throw Wrong($"{path} holds no hashtable.");
    }

    private static AppStatusException Wrong(string why) =>
        new(ErrorId.InvalidArgument, $"-Definition: {why} Nothing was touched.", "Pass a .psd1 or .json file, or a hashtable.");
}
