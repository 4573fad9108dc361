namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>What a rule makes of an instance of which nothing is known. It is never taken for healthy.</summary>
public enum NoDataAction
{
    /// <summary>What was, holds; after NoDataSec without data the rule fires.</summary>
    Hold,

    /// <summary>No data counts as a value past the threshold: it fires after ForSec.</summary>
    Fire,
}
