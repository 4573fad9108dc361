using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AppStatus.AspNetCore.Flags;

/// <summary>
/// Reads all known flags with one MGET on one connection, again and again: that works with any Redis and any account that may
/// read, where notifications would have to be configured on the server, and can be lost.
/// </summary>
internal sealed class FlagWatcher : BackgroundService, IFeatureFlags
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly FeatureFlagOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FlagWatcher> _logger;
    private readonly RedisClient _redis;
    private readonly FlagMemory _memory;
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _newName = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _lost;
    private int _refusals;

    public FlagWatcher(IOptions<FeatureFlagOptions> options, ILogger<FlagWatcher> logger, TimeProvider? time = null)
    {
        _options = options.Value;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _redis = new RedisClient(
            new RedisOptions
            {
                Endpoint = RedisEndpoint.Parse(_options.Redis!),
                Credential = _options.Credential,
                SkipCertificateCheck = _options.SkipCertificateCheck,
                ConnectTimeout = AnswerLimit,
                CommandTimeout = AnswerLimit,
            },
            _time);
        _memory = new FlagMemory(_options.MaxStale, _time);
        foreach (var name in _options.Names) _memory.Add(name);
    }

    public IReadOnlyList<KnownFeatureFlag> Known =>
        [.. _memory.Names.Order(StringComparer.Ordinal).Select(name => new KnownFeatureFlag(name, _memory.Find(name)?.Text))];

    public bool IsEnabled(string name, bool defaultValue = false) => Find(name)?.IsOnForAll ?? defaultValue;

    public bool IsEnabled(string name, string key, bool defaultValue = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Find(name)?.IsOnFor(name, key) ?? defaultValue;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        if (_memory.Names.Count == 0) return;
        try
        {
            await _firstAttempt.Task.WaitAsync(_options.StartLimit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _logger.LogWarning("The feature flags in {Redis} were not read within {Limit}: starting with the defaults.", _redis.Endpoint, _options.StartLimit);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _redis.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the host.
        await Task.Yield();
        var pause = _options.RefreshInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before the names are: one that comes in between wakes the wait below.
            var newName = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _newName, newName);
            var read = await ReadAsync(stoppingToken);
            _firstAttempt.TrySetResult();
            pause = read ? _options.RefreshInterval : Longer(pause);
            try
            {
                // While Redis is away, nobody's question makes the attempts more frequent.
                var woken = read ? newName.Task : Never;
                await woken.WaitAsync(pause, _time, stoppingToken);
            }
            catch (Exception end) when (end is TimeoutException or OperationCanceledException)
            {
                // Time for the next reading, or the application stops.
            }
        }
    }

    private FlagValue? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_memory.Add(name)) Volatile.Read(ref _newName).TrySetResult();
        else if (!_memory.Knows(name) && Interlocked.Increment(ref _refusals) == 1)
            _logger.LogError("The feature flag {Name} is not read, and the default holds: it is no flag's name, or the application has asked for {Most} others. Let no request choose the name.", name, FlagMemory.MaxNames);
        return _memory.Find(name);
    }

    private static TimeSpan Longer(TimeSpan pause) => pause >= LongestPause ? pause : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task<bool> ReadAsync(CancellationToken stopping)
    {
        string[] names = [.. _memory.Names];
        if (names.Length == 0) return true;
        try
        {
            var command = RedisCommand.Of("MGET", [.. names.Select(name => (RedisArgument)(_options.KeyPrefix + name))]).Repeatable();
            var result = await _redis.TryExecuteAsync(command, stopping);
            if (result.Fault is { } fault)
            {
                if (!_lost) _logger.LogError("The feature flags can't be read: {Fault} {Held}", fault.ToString(), Held);
                _lost = true;
                return false;
            }

            for (var index = 0; index < names.Length; index++) Keep(names[index], FlagReading.Of(result.Reply!.Items[index]));
            _memory.Confirm();
            if (_lost) _logger.LogInformation("The feature flags are read again from {Redis}.", _redis.Endpoint);
            _lost = false;
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception failure)
        {
            // Whatever it is: a watcher that ended would freeze the flags, and a host that ended for it would be worse.
            if (!_lost) _logger.LogError(failure, "The feature flags can't be read. {Held}", Held);
            _lost = true;
            return false;
        }
    }

    private string Held => _options.MaxStale == Timeout.InfiniteTimeSpan ? "What was read last holds." : $"What was read last holds for {_options.MaxStale}, then the defaults.";

    private void Keep(string name, FlagReading reading)
    {
        var before = _memory.Keep(name, reading.Value);
        if (before != reading.Value) _logger.LogInformation("The feature flag {Name} is {Value}; it was {Before}.", name, reading.Value?.Text ?? "not there", before?.Text ?? "not there");
        if (reading.IsMissing || reading.Value is not null) _unreadable.Remove(name);
        else if (_unreadable.Add(name)) _logger.LogWarning("The key {Key} holds {Reading}: the default holds.", _options.KeyPrefix + name, reading);
    }
}
