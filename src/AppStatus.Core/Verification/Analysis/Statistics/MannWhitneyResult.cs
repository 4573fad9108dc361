namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <param name="Statistic">Of all pairs of a first and a second value, in how many the first one is larger; equal ones count half. R calls it W.</param>
/// <param name="PValue">0–1: how probable so much difference is where there is none.</param>
/// <param name="IsExact">Counted out, not approximated.</param>
internal readonly record struct MannWhitneyResult(double Statistic, double PValue, bool IsExact);
