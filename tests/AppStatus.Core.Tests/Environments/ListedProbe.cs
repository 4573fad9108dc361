using System.Collections.Concurrent;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

/// <summary>Tells at once that a part works, that it does not, or waits until it is cancelled.</summary>
internal sealed class ListedProbe : IEnvironmentProbe
{
    private readonly ConcurrentQueue<string> _asked = new();

    public IReadOnlyList<string> Asked => [.. _asked];

    public HashSet<string> Silent { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Fault> Fails { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a wait was ended from outside.</summary>
    public TaskCompletionSource<bool> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task WaitAsync(EnvironmentDefinition definition, string part, CancellationToken cancellationToken)
    {
        _asked.Enqueue(part);
        if (Fails.TryGetValue(part, out Fault? fault)) return Task.FromException(new AppStatusException(fault));
        if (!Silent.Contains(part)) return Task.CompletedTask;
        var never = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(() =>
        {
            Cancelled.TrySetResult(true);
            never.TrySetCanceled();
        });
        return never.Task;
    }
}
