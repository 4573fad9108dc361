using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>
/// A Redis as its users see it: a connection that is made at the first command, and made again at the next one after it broke.
/// A command that may have run is never sent again, unless its caller has said that twice is the same as once.
/// </summary>
internal sealed class RedisClient(RedisOptions options, TimeProvider time) : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private RedisConnection? _connection;
    private Task<RedisConnection>? _connecting;
    private bool _disposed;

    public RedisEndpoint Endpoint => options.Endpoint;

    public TimeProvider Time => time;

    /// <summary>Runs a command.</summary>
    /// <exception cref="AppStatusException">It failed, or Redis answered with an error.</exception>
    public async Task<RedisValue> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken) =>
        (await TryExecuteAsync(command, cancellationToken).ConfigureAwait(false)).Value(Endpoint);

    /// <summary>Runs a command, and says what became of it.</summary>
    public Task<RedisResult> TryExecuteAsync(RedisCommand command, CancellationToken cancellationToken) =>
        TryRunAsync(connection => connection.ExecuteAsync(command, cancellationToken), command.Name, command.SafeToRepeat, cancellationToken);

    /// <summary>Runs a script, and says what became of it.</summary>
    public Task<RedisResult> TryEvaluateAsync(
        RedisScript script, IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments, bool safeToRepeat, CancellationToken cancellationToken) =>
        TryRunAsync(connection => EvaluateAsync(connection, script, keys, arguments, cancellationToken), "EVALSHA", safeToRepeat, cancellationToken);

    /// <summary>Runs a script on one connection; whoever follows it on the same connection follows it on the server.</summary>
    public static async Task<RedisResult> EvaluateAsync(
        RedisConnection connection, RedisScript script, IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        RedisResult result = await connection.ExecuteAsync(script.ByDigest(keys, arguments), cancellationToken).ConfigureAwait(false);
        return RedisScript.IsMissing(result)
            ? await connection.ExecuteAsync(script.Whole(keys, arguments), cancellationToken).ConfigureAwait(false)
            : result;
    }

    /// <summary>Runs some commands on one connection, once more on a new one where that is safe.</summary>
    /// <param name="run">Returns the result that counts.</param>
    /// <param name="name">What it is called in a message.</param>
    public async Task<RedisResult> TryRunAsync(Func<RedisConnection, Task<RedisResult>> run, string name, bool safeToRepeat, CancellationToken cancellationToken)
    {
        RedisResult? first = null;
        while (true)
        {
            RedisResult result;
            try
            {
                RedisConnection connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
                result = await run(connection).ConfigureAwait(false);
            }
            catch (AppStatusException e)
            {
                result = new RedisResult(CommandEffect.NotSent, Reply: null, e.Fault);
                first ??= result;
            }

            bool repeat = result.Effect == CommandEffect.NotSent || (result.Effect == CommandEffect.Unknown && safeToRepeat && result.Fault!.Id == ErrorId.ConnectionClosed);
            if (first is null && repeat)
            {
                first = result;
                continue;
            }

            // That the second attempt was not sent says nothing of the first.
            return first is { Effect: CommandEffect.Unknown } && result.Effect == CommandEffect.NotSent
                ? result with { Effect = CommandEffect.Unknown, Fault = result.Fault! with { Message = $"{result.Fault.Message} Whether '{name}' took effect when it was first sent is not known." } }
                : result;
        }
    }

    public void Dispose()
    {
        RedisConnection? connection;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            connection = _connection;
        }

        _closing.Cancel();
        connection?.Dispose();
    }

    private async Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        Task<RedisConnection> connecting;
        lock (_gate)
        {
            if (_disposed) throw new AppStatusException(ErrorId.NotConnected, $"The session with {Endpoint} was closed.", "Connect again.", Endpoint.ToString());
            if (_connection is { IsOpen: true } open) return open;
            // One attempt serves all who wait for it, so it does not end when one of them does.
            connecting = _connecting ??= Task.Run(ReconnectAsync);
        }

        return await connecting.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RedisConnection> ReconnectAsync()
    {
        RedisConnection? connection = null;
        try
        {
            connection = await RedisConnection.OpenAsync(options, time, _closing.Token).ConfigureAwait(false);
            return connection;
        }
        catch (OperationCanceledException e)
        {
            throw new AppStatusException(ErrorId.NotConnected, $"The session with {Endpoint} was closed.", "Connect again.", Endpoint.ToString(), e);
        }
        finally
        {
            lock (_gate)
            {
                _connecting = null;
                _connection = connection;
                if (_disposed) connection?.Dispose();
            }
        }
    }
}
