using AppStatus.Lab.Elb.Model;

namespace AppStatus.Lab.Elb.Traffic;

/// <summary>Checks the targets of each pool in use, and takes those off the list that have drained.</summary>
internal sealed class TargetMonitor : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(5);

    private readonly ElbModel _model;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromSeconds(1) }) { Timeout = CheckLimit };

    public TargetMonitor(ElbModel model, TimeProvider time)
    {
        _model = model;
        _time = time;
        _running = Task.WhenAll(model.Pools.Select(CheckAsync).Append(EndDrainsAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task EndDrainsAsync()
    {
        while (true)
        {
            await Task.Delay(Tick, _time, _stop.Token);
            lock (_model.Gate)
            {
                foreach (var pool in _model.Pools)
                {
                    pool.EndDrains(_time.GetUtcNow());
                }
            }
        }
    }

    private async Task CheckAsync(TargetPool pool)
    {
        while (true)
        {
            await Task.WhenAll(ToCheck(pool).Select(async target =>
            {
                var passed = await IsHealthyAsync(pool, target);
                lock (_model.Gate)
                {
                    pool.Checked(target, passed);
                }
            }));
            await Task.Delay(TimeSpan.FromSeconds(pool.Health.HealthIntervalSec), _time, _stop.Token);
        }
    }

    private RegisteredTarget[] ToCheck(TargetPool pool)
    {
        lock (_model.Gate)
        {
            var unused = _model.TargetGroups.Any(group => group.Pool == pool && !_model.UsersOf(group).Any());
            return unused ? [] : [.. pool.Targets];
        }
    }

    private async Task<bool> IsHealthyAsync(TargetPool pool, RegisteredTarget target)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://{target.Address}:{target.Port}{pool.Health.HealthPath}"), _stop.Token);
            return (int)response.StatusCode == 200;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            return false;
        }
    }
}
