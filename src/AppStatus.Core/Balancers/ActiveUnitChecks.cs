namespace AppStatus.Core.Balancers;

internal static class ActiveUnitChecks
{
    /// <summary>Passes at once for a balancer that has but one unit, or all of them in view.</summary>
    public static Task RequireActiveAsync(this IBalancer balancer, CancellationToken cancellationToken) =>
        balancer is IActiveUnitCheck check ? check.CheckActiveAsync(cancellationToken) : Task.CompletedTask;
}
