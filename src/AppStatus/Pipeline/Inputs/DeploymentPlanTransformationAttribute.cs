using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>Takes a plan, and one that was in a file or in another session meanwhile.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DeploymentPlanTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (input is null or DeploymentPlan) return input;
        string? document = PSObject.AsPSObject(inputData).Properties[nameof(DeploymentPlan.Document)]?.Value as string;
        try
        {
            return PlanDocument.Read(document ?? "");
        }
        catch (AppStatusException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Fault.ToString(), exception);
        }
    }
}
