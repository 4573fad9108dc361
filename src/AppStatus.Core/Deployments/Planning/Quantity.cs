using System.Globalization;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>A count (<c>3</c>) or a share (<c>25%</c>) of something whose size is known later.</summary>
public readonly record struct Quantity
{
    private Quantity(int value, bool isPercent)
    {
        Value = value;
        IsPercent = isPercent;
    }

    /// <summary>A count, or a percentage of 0–100.</summary>
    public int Value { get; }

    public bool IsPercent { get; }

    /// <summary>Reads <c>3</c> or <c>25%</c>.</summary>
    /// <exception cref="FormatException">Not a whole number that is 0 or above, or a percentage over 100.</exception>
    public static Quantity Parse(string text)
    {
        string trimmed = (text ?? "").Trim();
        bool percent = trimmed.EndsWith("%", StringComparison.Ordinal);
        string digits = percent ? trimmed.Substring(0, trimmed.Length - 1).TrimEnd() : trimmed;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || (percent && value > 100))
            throw new FormatException($"'{text}' is neither a count such as 2 nor a percentage of 0% to 100% in whole numbers, such as 33%.");
        return new Quantity(value, percent);
    }

    public static Quantity Count(int value) => new(value, isPercent: false);

    public static Quantity Percent(int value) => new(value, isPercent: true);

    /// <summary>The count that this is of <paramref name="total"/>, a share rounded down.</summary>
    public int RoundedDown(int total) => IsPercent ? (int)((long)total * Value / 100) : Value;

    /// <summary>The count that this is of <paramref name="total"/>, a share rounded up.</summary>
    public int RoundedUp(int total) => IsPercent ? (int)(((long)total * Value + 99) / 100) : Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}
