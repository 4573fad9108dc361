namespace AppStatus.Core.Balancers;

/// <summary>A balancer with weights, which tells before anything is written which ones a pool takes.</summary>
internal interface IWeightLimits
{
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.NotSupported"/>: weights have no effect in this pool.</exception>
    Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken);
}

/// <summary>The range of native weights, both ends included. A lowest of 1 means that only the traffic state can take a member to nothing.</summary>
internal sealed record WeightLimits(int Lowest, int Highest);
