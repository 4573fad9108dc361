using System.Globalization;
using System.Text;

namespace AppStatus.Core.Tests;

/// <summary>What the tests use of .NET and .NET Framework lacks, so that the same tests run on both.</summary>
internal static class NetFrameworkExtensions
{
    extension(Enum)
    {
        public static T[] GetValues<T>()
            where T : struct, Enum => (T[])Enum.GetValues(typeof(T));
    }

    extension(int)
    {
        public static int Parse(ReadOnlySpan<char> text, IFormatProvider culture) => int.Parse(text.ToString(), culture);
    }

    extension(TimeSpan time)
    {
        public static TimeSpan operator *(TimeSpan left, double factor) => TimeSpan.FromTicks((long)Math.Round(left.Ticks * factor));

        public static TimeSpan operator *(double factor, TimeSpan right) => right * factor;
    }

    extension(CancellationTokenSource source)
    {
        public Task CancelAsync()
        {
            source.Cancel();
            return Task.CompletedTask;
        }
    }

    extension(StringBuilder text)
    {
        public StringBuilder Append(CultureInfo culture, FormattableString line) => text.Append(line.ToString(culture));

        public StringBuilder AppendJoin<T>(char separator, IEnumerable<T> parts) => text.Append(string.Join(separator.ToString(), parts));
    }

    extension(string text)
    {
        public int IndexOf(char sought, StringComparison comparison) => text.IndexOf(sought.ToString(), comparison);
    }

    extension<TKey, TValue>(Dictionary<TKey, TValue> dictionary)
        where TKey : notnull
    {
        public bool TryAdd(TKey key, TValue value)
        {
            if (dictionary.ContainsKey(key)) return false;
            dictionary.Add(key, value);
            return true;
        }
    }

    extension<T>(IEnumerable<T> items)
    {
        public IEnumerable<T> TakeLast(int count)
        {
            T[] all = items.ToArray();
            return all.Skip(Math.Max(0, all.Length - count));
        }

        public IEnumerable<T[]> Chunk(int size) =>
            items.Select((item, index) => (Item: item, Index: index)).GroupBy(pair => pair.Index / size, pair => pair.Item, (_, group) => group.ToArray());

        public T? MinBy<TKey>(Func<T, TKey> key) => items.OrderBy(key).FirstOrDefault();
    }

    extension<TKey, TValue>(IEnumerable<(TKey Key, TValue Value)> pairs)
        where TKey : notnull
    {
        public Dictionary<TKey, TValue> ToDictionary(IEqualityComparer<TKey>? comparer = null) =>
            pairs.ToDictionary(pair => pair.Key, pair => pair.Value, comparer);
    }
}
