namespace AppStatus.Lab.BigIp.Model;

/// <summary>The full path of an object: <c>/Common/web</c>, in URLs <c>~Common~web</c>. Case-sensitive, as the device is.</summary>
internal readonly record struct FullPath(string Value)
{
    public const string CommonPartition = "Common";

    /// <summary>By the code units of the whole path, as the device lists its objects.</summary>
    public static IComparer<FullPath> Order { get; } = Comparer<FullPath>.Create((left, right) => string.CompareOrdinal(left.Value, right.Value));

    public string Partition => Value.Split('/')[1];

    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>As a segment of a link: <c>~</c> for <c>/</c>, and the route domain's <c>%</c> escaped.</summary>
    public string UrlSegment => Value.Replace('/', '~').Replace("%", "%25", StringComparison.Ordinal);

    public static FullPath FromSegment(string segment, string partition = CommonPartition) => Resolve(segment.Replace('~', '/'), partition);

    public static FullPath Resolve(string text, string partition = CommonPartition) =>
        new(text.StartsWith('/') ? text : $"/{partition}/{text}");

    public override string ToString() => Value;
}
