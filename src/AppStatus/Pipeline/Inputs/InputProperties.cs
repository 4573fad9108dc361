using System.Collections;

namespace AppStatus.Pipeline;

/// <summary>
/// The properties of an object, or the keys of a hashtable, by name without regard to case. A getter that throws reads
/// as null.
/// </summary>
internal sealed class InputProperties(object input)
{
    private readonly IDictionary? _keys = (input is PSObject wrapped ? wrapped.BaseObject : input) as IDictionary;
    private readonly PSObject _object = PSObject.AsPSObject(input);

    public bool Has(string name) => _keys is not null ? Key(name) is not null : _object.Properties[name] is not null;

    public object? Value(string name)
    {
        try
        {
            object? value = _keys is null ? _object.Properties[name]?.Value : Key(name) is { } key ? _keys[key] : null;
            return value is PSObject { BaseObject: string or int or Uri } wrapped ? wrapped.BaseObject : value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    /// <summary>A text; null where there is none, or something that is no text.</summary>
    public string? Text(string name) => Value(name) switch
    {
        string text when text.Trim().Length > 0 => text.Trim(),
        Uri uri => uri.OriginalString,
        System.Net.IPAddress address => address.ToString(),
        _ => null,
    };

    public int? Number(string name) =>
        Value(name) is { } value && value is not bool && LanguagePrimitives.TryConvertTo(value, out int number) ? number : null;

    public T? As<T>(string name)
        where T : struct, Enum =>
        Value(name) is { } value && LanguagePrimitives.TryConvertTo(value, out T result) ? result : null;

    private object? Key(string name) =>
        _keys!.Keys.Cast<object>().FirstOrDefault(key => string.Equals(key as string, name, StringComparison.OrdinalIgnoreCase));
}
