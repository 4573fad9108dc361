namespace System;

/// <summary>What the compiler makes of <c>[^1]</c>.</summary>
internal readonly record struct Index(int Value, bool IsFromEnd = false)
{
    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => IsFromEnd ? length - Value : Value;
}
