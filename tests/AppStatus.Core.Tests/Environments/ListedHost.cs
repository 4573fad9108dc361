using System.Collections.Concurrent;
using AppStatus.Core.Containers;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

/// <summary>Where parts are entries of a list, and what was done to them is another.</summary>
internal sealed class ListedHost : IEnvironmentHost
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<string> _done = new();

    public EnvironmentProvider Provider => EnvironmentProvider.Container;

    public string Name { get; init; } = "docker";

    public List<EnvironmentPart> Parts { get; init; } = [];

    public List<string> Images { get; } = ["shop:1.0", "shop:2.0"];

    public IReadOnlyList<string> Done => [.. _done];

    /// <summary>What fails when it is to be done, such as <c>start app2</c>.</summary>
    public Dictionary<string, Fault> Fails { get; } = new(StringComparer.Ordinal);

    /// <summary>Parts that end as soon as they are started.</summary>
    public HashSet<string> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>Nothing is waited for: a call is done when it returns.</summary>
    public bool AtOnce { get; set; }

    public string Words { get; set; } = "";

    /// <summary>How many parts came up, or went down, at once at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>So many parts wait for each other, the first time: that they come at once depends on nobody's speed.</summary>
    public int Meet { get; set; }

    private readonly TaskCompletionSource<bool> _met = new();
    private int _now;

    public Task<IReadOnlyList<EnvironmentPart>> ListAsync(string? environment, CancellationToken cancellationToken)
    {
        Check("list");
        lock (_lock) return Task.FromResult<IReadOnlyList<EnvironmentPart>>([.. Parts.Where(part => environment is null || part.Definition.Name == environment)]);
    }

    public Task PrepareAsync(EnvironmentDefinition definition, CancellationToken cancellationToken) => Do("prepare", () => { });

    public Task StartAsync(EnvironmentDefinition definition, string part, ImageReference image, string status, EnvironmentPart? there, CancellationToken cancellationToken) => DoSlowly($"start {part} {image} {status}", $"start {part}", () =>
    {
        Parts.RemoveAll(one => one.Name == part);
        Parts.Add(Shop.Part(part, running: !Ends.Contains(part), image.ToString(), definition: definition));
    });

    public Task ReplaceAsync(EnvironmentPart instance, ImageReference image, string status, CancellationToken cancellationToken) => Do($"replace {instance.Name} {image} {status}", () =>
    {
        Parts.RemoveAll(one => one.Name == instance.Name);
        Parts.Add(instance with { Image = image });
    });

    public Task<string> LastWordsAsync(EnvironmentPart part, CancellationToken cancellationToken) => Task.FromResult(Words);

    public Task RemoveAsync(EnvironmentPart part, CancellationToken cancellationToken) => DoSlowly($"remove {part.Name}", $"remove {part.Name}", () => Parts.RemoveAll(one => one.Name == part.Name));

    public async Task<bool> RemoveSharedAsync(string environment, CancellationToken cancellationToken)
    {
        await Do($"remove what {environment} shared", () => { });
        return true;
    }

    public Task RequireImageAsync(ImageReference image, CancellationToken cancellationToken) => Do($"require {image}", () =>
    {
        if (!Images.Contains(image.ToString())) throw new AppStatusException(ErrorId.ImageNotFound, $"There is no image {image}.", "Build it first.", image.ToString());
    });

    public Task TagAsync(ImageReference image, ImageReference tagged, CancellationToken cancellationToken) => Do($"tag {image} {tagged}", () => Images.Add(tagged.ToString()));

    public Task<IReadOnlyList<string>> TagsAsync(string repository, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    private Task Do(string what, Action act)
    {
        Check(what);
        lock (_lock) act();
        _done.Enqueue(what);
        return Task.CompletedTask;
    }

    private async Task DoSlowly(string what, string fails, Action act)
    {
        lock (_lock) MostAtOnce = Math.Max(MostAtOnce, ++_now);
        if (MostAtOnce >= Meet) _met.TrySetResult(true);
        if (!AtOnce) await Task.Yield();
        if (Meet > 0 && what.Contains("app")) await Task.WhenAny(_met.Task, MachineClock.DelayAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
        lock (_lock) _now--;
        Check(fails);
        await Do(what, act);
    }

    private void Check(string what)
    {
        if (Fails.TryGetValue(what, out Fault? fault)) throw new AppStatusException(fault);
    }
}
