using System.Text.Json;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>A plan as text, as journals have it: so it goes through a file, and through the hands of who approves it.</summary>
internal static class PlanDocument
{
    public static string Write(DeploymentPlan plan) => JsonSerializer.Serialize(plan, JournalJson.Default.DeploymentPlan);

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it is none.</exception>
    public static DeploymentPlan Read(string document)
    {
        try
        {
            if (JsonSerializer.Deserialize(document, JournalJson.Default.DeploymentPlan) is { } plan) return plan;
        }
        catch (JsonException cause)
        {
            throw NoPlan(cause);
        }

        throw NoPlan(cause: null);
    }

    private static AppStatusException NoPlan(Exception? cause) => new(
        ErrorId.InvalidArgument, "What was passed to -Plan is no plan of a deployment, or one that is not whole. Nothing was touched.", "Pass what -PlanOnly gave, also from a file that Export-Clixml has written.", inner: cause);
}
