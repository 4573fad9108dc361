namespace AppStatus.Core.Verification.Analysis;

/// <summary>What a comparison of canaries and baselines found.</summary>
/// <param name="IsBad">The difference is in the bad direction, beyond doubt, and large enough.</param>
/// <param name="Shift">By how much canaries lie above baselines (Hodges-Lehmann), in the metric's unit.</param>
/// <param name="PValue">0–1; bad are at most what was allowed.</param>
/// <param name="EffectiveSamples">So many independent values the smaller side is worth.</param>
internal readonly record struct ShiftFinding(bool IsBad, double Shift, double PValue, double EffectiveSamples);
