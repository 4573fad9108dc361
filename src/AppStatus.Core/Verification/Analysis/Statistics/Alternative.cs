namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>What a test looks for in its first sample, compared with the second.</summary>
internal enum Alternative
{
    TwoSided,

    /// <summary>The first sample's values are larger.</summary>
    Greater,

    /// <summary>The first sample's values are smaller.</summary>
    Less,
}
