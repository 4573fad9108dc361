using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Environments;

/// <summary>Instances that all have one status.</summary>
internal sealed class ListedStatus(AppStatusValue status) : IStatusClient
{
    public List<Uri> Asked { get; } = [];

    public Task<InstanceStatus> GetAsync(StatusTarget target, CancellationToken cancellationToken)
    {
        Asked.Add(target.Uri);
        return Task.FromResult(new InstanceStatus { Name = target.Name, Uri = target.Uri, Status = status });
    }

    public Task<InstanceStatus> SetAsync(StatusTarget target, AppStatusValue status, CancellationToken cancellationToken) => throw new NotSupportedException();
}
