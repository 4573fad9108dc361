using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>
/// Brings environments up and down. What there is, is asked of where it runs, each time; nothing is remembered beside it. So an up that was cut short is
/// gone on with, and a down finds whatever there is.
/// </summary>
internal sealed class AppEnvironments(IReadOnlyList<IEnvironmentHost> hosts, IEnvironmentProbe probe)
{
    private const string FirstStatus = "ready";

    /// <summary>So many parts come up, or go down, side by side.</summary>
    private const int Limit = 4;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>All parts of the environments of a name, with where they run; hosts that do not answer are told of, and left out.</summary>
    /// <param name="name">Null: all.</param>
    /// <param name="unreachable">Hears why a host did not answer.</param>
    public async Task<IReadOnlyList<FoundEnvironment>> FindAsync(string? name, Action<Fault>? unreachable, CancellationToken cancellationToken)
    {
        var found = new List<FoundEnvironment>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (IEnvironmentHost host in hosts)
        {
            try
            {
                IReadOnlyList<EnvironmentPart> parts = await host.ListAsync(name, cancellationToken).ConfigureAwait(false);
                // Two clients may speak to one engine.
                found.AddRange(parts.Where(part => part.Key.Length == 0 || keys.Add(part.Key)).GroupBy(part => part.Definition.Name, StringComparer.Ordinal).Select(group => new FoundEnvironment(host, [.. group])));
            }
            catch (AppStatusException exception) when (unreachable is not null)
            {
                unreachable(exception.Fault);
            }
        }

        return [.. found.OrderBy(environment => environment.Definition.Name, StringComparer.Ordinal)];
    }

    /// <summary>Starts what is missing. What runs stays as it is.</summary>
    /// <param name="host">Where it runs, or is to run.</param>
    /// <param name="definition">With the ports that it has already, where some of it exists.</param>
    /// <param name="report">Hears of each part.</param>
    /// <exception cref="AppStatusException">A part did not start, with what to type next.</exception>
    public async Task StartAsync(IEnvironmentHost host, EnvironmentDefinition definition, IReadOnlyList<EnvironmentPart> parts, Action<string> report, CancellationToken cancellationToken)
    {
        if (parts.FirstOrDefault(part => part.BeingReplaced) is { } replaced)
        {
            throw new AppStatusException(
                ErrorId.EnvironmentNotReady, $"{replaced.Name} of environment {definition.Name} is being replaced by a deployment, or was when that was cut short. Nothing was touched.",
                "Look at Get-Deployment, and type Resume-Deployment or Undo-Deployment.", definition.Name);
        }

        try
        {
            await host.PrepareAsync(definition, cancellationToken).ConfigureAwait(false);
            if (definition.NeedsRedis) await EnsureAsync(EnvironmentPart.RedisName, ImageReference.Parse(definition.RedisImage)).ConfigureAwait(false);
            await ForEachAsync(definition.InstanceNames, name => EnsureAsync(name, ImageOf(name))).ConfigureAwait(false);
            await EnsureAsync(EnvironmentPart.BalancerName, ImageReference.Parse(definition.BalancerImage)).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            // Where nothing has come up there is nothing to go on with.
            if ((await host.ListAsync(definition.Name, cancellationToken).ConfigureAwait(false)).Count == 0)
            {
                await host.RemoveSharedAsync(definition.Name, cancellationToken).ConfigureAwait(false);
                throw;
            }

            throw new AppStatusException(
                exception.Id, $"Environment {definition.Name} is not whole: {exception.Fault.Message}",
                $"{exception.Fault.NextStep} Start-AppEnvironment {definition.Name} goes on, Stop-AppEnvironment {definition.Name} takes away what there is.".TrimStart(), definition.Name, exception);
        }

        ImageReference ImageOf(string name) => parts.FirstOrDefault(part => part.Name == name)?.Image ?? parts.FirstOrDefault(part => part.IsInstance)?.Image ?? definition.FirstImage;

        async Task EnsureAsync(string name, ImageReference image)
        {
            EnvironmentPart? there = parts.FirstOrDefault(part => part.Name == name);
            if (there is { Running: true }) return;
            report($"starting {name}");
            await host.StartAsync(definition, name, image, FirstStatus, there, cancellationToken).ConfigureAwait(false);
            await AwaitAsync(host, definition, name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes everything of an environment away, the balancer first, and what the parts shared at last.</summary>
    public static async Task StopAsync(FoundEnvironment environment, Action<string> report, CancellationToken cancellationToken)
    {
        ILookup<int, EnvironmentPart> stages = environment.Parts.ToLookup(part => part.Name == EnvironmentPart.BalancerName ? 0 : part.IsInstance ? 1 : 2);
        foreach (IGrouping<int, EnvironmentPart> stage in stages.OrderBy(stage => stage.Key))
        {
            await ForEachAsync(stage, part =>
            {
                report($"stopping {part.Name}");
                return environment.Host.RemoveAsync(part, cancellationToken);
            }).ConfigureAwait(false);
        }

        await environment.Host.RemoveSharedAsync(environment.Definition.Name, cancellationToken).ConfigureAwait(false);
    }

    // Who has ended will not work any more, however long one waits.
    private async Task AwaitAsync(IEnvironmentHost host, EnvironmentDefinition definition, string name, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task working = probe.WaitAsync(definition, name, ended.Token);
        try
        {
            while (await Task.WhenAny(working, MachineClock.DelayAsync(Look, cancellationToken)).ConfigureAwait(false) != working)
            {
                // A cancelled delay ends at once, and before the probe: without this the loop would keep it from ever hearing of it.
                cancellationToken.ThrowIfCancellationRequested();
                EnvironmentPart? part = (await host.ListAsync(definition.Name, cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Name == name);
                if (part is null or { Running: true }) continue;
                string words = await host.LastWordsAsync(part, cancellationToken).ConfigureAwait(false);
                throw new AppStatusException(ErrorId.EnvironmentNotReady, $"{name} was started, and has ended{(words.Length > 0 ? $": {words.TrimEnd('.')}" : "")}.", target: name);
            }

            await working.ConfigureAwait(false);
        }
        finally
        {
            // Whatever ended the wait: nobody asks any more.
            ended.Cancel();
        }
    }

    private static async Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act)
    {
        using var limit = new SemaphoreSlim(Limit);
        await Task.WhenAll(items.Select(async item =>
        {
            await limit.WaitAsync().ConfigureAwait(false);
            try
            {
                await act(item).ConfigureAwait(false);
            }
            finally
            {
                limit.Release();
            }
        })).ConfigureAwait(false);
    }
}
