namespace System
{
    /// <summary>What the compiler makes of <c>[1..]</c>.</summary>
    internal readonly record struct Range(Index Start, Index End)
    {
        public static Range All => new(0, new Index(0, IsFromEnd: true));

        public static Range StartAt(Index start) => new(start, new Index(0, IsFromEnd: true));

        public static Range EndAt(Index end) => new(0, end);
    }
}

namespace System.Runtime.CompilerServices
{
    internal static class RuntimeHelpers
    {
        /// <summary>A slice of an array.</summary>
        public static T[] GetSubArray<T>(T[] array, Range range)
        {
            int start = range.Start.GetOffset(array.Length);
            var slice = new T[range.End.GetOffset(array.Length) - start];
            Array.Copy(array, start, slice, 0, slice.Length);
            return slice;
        }
    }
}
