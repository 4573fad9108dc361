namespace AppStatus.Core.Verification.Analysis;

/// <summary>Which difference from the baseline is bad.</summary>
public enum AnalysisDirection
{
    /// <summary>Any.</summary>
    Either,

    /// <summary>The canary's values are larger.</summary>
    Increase,

    /// <summary>The canary's values are smaller.</summary>
    Decrease,
}
