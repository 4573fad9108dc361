using System.Globalization;
using System.Numerics;

namespace AppStatus.Lab.CommandLine;

/// <summary>
/// <c>--name value</c>, <c>--name=value</c>, and <c>--name</c> for a switch. Each option is taken by the verb that knows it;
/// <see cref="RefuseRest"/> then names what nobody took, so that a typing error never passes unseen.
/// </summary>
internal sealed class VerbArguments
{
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);

    /// <exception cref="UsageException">Something is not an option, or an option is there twice.</exception>
    public VerbArguments(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"'{argument}' is not an option; options start with '--'.");
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument[2..] : argument[2..equals];
            var value = equals >= 0 ? argument[(equals + 1)..] : null;
            if (value is null && index + 1 < arguments.Count && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++index];
            }

            if (!_options.TryAdd(name, value))
            {
                throw new UsageException($"--{name} is there twice.");
            }
        }
    }

    /// <exception cref="UsageException">The option has no value.</exception>
    public string? Text(string name) =>
        !_options.Remove(name, out var value) ? null : value ?? throw new UsageException($"--{name} needs a value.");

    /// <exception cref="UsageException">The option is missing.</exception>
    public string RequiredText(string name) => Text(name) ?? throw new UsageException($"--{name} is needed.");

    /// <exception cref="UsageException">The value is no number, or out of range.</exception>
    public T? Number<T>(string name, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return T.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--{name} must be a number from {minimum} to {maximum}; it is '{text}'."));
    }

    /// <summary>A switch: <c>--name</c>, <c>--name true</c> or <c>--name false</c>.</summary>
    /// <exception cref="UsageException">The value is neither true nor false.</exception>
    public bool Flag(string name, bool whenAbsent = false)
    {
        if (!_options.Remove(name, out var value))
        {
            return whenAbsent;
        }

        return value is null || (bool.TryParse(value, out var flag) ? flag : throw new UsageException($"--{name} must be true or false; it is '{value}'."));
    }

    /// <exception cref="UsageException">An option is left that nobody knows.</exception>
    public void RefuseRest()
    {
        if (_options.Count > 0)
        {
            throw new UsageException($"Unknown: {string.Join(", ", _options.Keys.Select(name => "--" + name))}.");
        }
    }
}
