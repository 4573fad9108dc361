using System.Globalization;

namespace AppStatus.Core.Flags;

/// <summary>
/// What a flag says: on, off, or on for a share of the keys. On the wire it is <c>true</c>, <c>false</c> or <c>25%</c>;
/// other people's ways to write the same are read, and never written.
/// </summary>
internal readonly record struct FlagValue
{
    private readonly bool _on;

    private FlagValue(bool on, int? percentage)
    {
        _on = on;
        Percentage = percentage;
    }

    public static FlagValue On { get; } = new(on: true, percentage: null);

    public static FlagValue Off { get; } = new(on: false, percentage: null);

    /// <summary>0–100; null for a flag that is plainly on or off.</summary>
    public int? Percentage { get; }

    /// <summary>True when it is on whatever the key.</summary>
    public bool IsOnForAll => Percentage is { } share ? share == 100 : _on;

    /// <summary>As it is written.</summary>
    public string Text => Percentage is { } share ? share.ToString(CultureInfo.InvariantCulture) + "%" : _on ? "true" : "false";

    /// <param name="share">0–100.</param>
    public static FlagValue OfPercentage(int share) => share is >= 0 and <= 100
        ? new FlagValue(on: false, share)
        : throw new ArgumentOutOfRangeException(nameof(share), share, "A percentage is 0 to 100.");

    /// <summary>
    /// Reads <c>true/false</c>, <c>1/0</c>, <c>on/off</c>, <c>yes/no</c>, <c>enabled/disabled</c> in any case, and <c>0%</c> to
    /// <c>100%</c> in whole numbers; blanks and line breaks around it don't count, since <c>echo on | redis-cli -x set</c> leaves one.
    /// </summary>
    public static bool TryParse(string text, out FlagValue value)
    {
        string word = text.Trim();
        bool? on = word.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "ON" or "YES" or "ENABLED" => true,
            "FALSE" or "0" or "OFF" or "NO" or "DISABLED" => false,
            _ => null,
        };
        int share = 0;
        bool percentage = on is null && word.Length is >= 2 and <= 4 && word[word.Length - 1] == '%'
            && int.TryParse(word.Substring(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out share) && share <= 100;
        value = on is { } plain ? new FlagValue(plain, percentage: null) : percentage ? new FlagValue(on: false, share) : Off;
        return on is not null || percentage;
    }

    /// <summary>Whether it is on for a key; the same key gets the same answer for as long as the flag's value stays.</summary>
    /// <param name="flag">The flag's name, without a prefix.</param>
    /// <param name="key">Whom it is asked for: a user's id, say.</param>
    public bool IsOnFor(string flag, string key) => Percentage is { } share ? FlagBucket.Of(flag, key) < share : _on;

    public override string ToString() => Text;
}
