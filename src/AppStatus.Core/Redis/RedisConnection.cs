using System.Net.Sockets;
using System.Threading.Channels;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>
/// One connection that many callers share. Commands are sent in the order in which they come, many at a time, and Redis answers
/// in that order. What breaks a connection breaks it for good, and tells each command of it whether it may have run.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    private const int MaxQueued = 1024;
    private const int BatchBytes = 64 * 1024;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly Stream _stream;
    private readonly ITimer _watchdog;
    private readonly object _gate = new();
    private readonly Queue<PendingCommand> _awaiting = new();
    private readonly Channel<PendingCommand> _outgoing = Channel.CreateBounded<PendingCommand>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private Fault? _broken;

    /// <param name="stream">To the server; it is closed with the connection.</param>
    internal RedisConnection(RedisOptions options, TimeProvider time, Stream stream)
    {
        _options = options;
        _time = time;
        _stream = stream;
        _watchdog = time.CreateTimer(static connection => ((RedisConnection)connection!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = Task.Run(WriteAsync);
        _ = Task.Run(ReadAsync);
    }

    public bool IsOpen
    {
        get { lock (_gate) return _broken is null; }
    }

    /// <summary>Connects, logs in and selects the database.</summary>
    /// <exception cref="AppStatusException">Unreachable, TimedOut, CertificateUntrusted, ConnectionClosed, AuthenticationFailed, InvalidArgument or RedisRefused.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        RedisEndpoint endpoint = options.Endpoint;
        using CancellationTokenSource limit = time.CreateCancellationTokenSource(options.ConnectTimeout);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        RedisConnection? connection = null;
        try
        {
            connection = new RedisConnection(options, time, await new RedisTransport(options).OpenAsync(stop.Token).ConfigureAwait(false));
            if (options.Credential is { } login)
            {
                RedisArgument[] words = login.UserName.Length > 0 ? [login.UserName, login.Password] : [login.Password];
                (await connection.ExecuteAsync(RedisCommand.Of("AUTH", words), stop.Token).ConfigureAwait(false)).Value(endpoint);
            }

            // Sent for database 0, too: its answer shows that this is a Redis that lets us in.
            (await connection.ExecuteAsync(RedisCommand.Of("SELECT", endpoint.Database), stop.Token).ConfigureAwait(false)).Value(endpoint);
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            // A socket that was closed to stop it throws whatever it was at.
            cancellationToken.ThrowIfCancellationRequested();
            if (!limit.IsCancellationRequested) throw;
            throw new AppStatusException(ErrorId.TimedOut, FormattableString.Invariant($"{endpoint} let nobody in within {options.ConnectTimeout.TotalSeconds:0.###} s. No command was sent."),
                "Check the address, the firewall, and whether it must be redis:// or rediss://; look whether the Redis is overloaded or stopped.", endpoint.ToString(), e);
        }
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped it; a command that was sent runs all the same.</exception>
    public async Task<RedisResult> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingCommand(command);
        using (cancellationToken.Register(static given => ((PendingCommand)given!).GiveUp(), pending))
        {
            // Without a detour while there is room: one caller's commands keep their order.
            if (!_outgoing.Writer.TryWrite(pending))
            {
                try
                {
                    await _outgoing.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
                }
                catch (ChannelClosedException)
                {
                    pending.Fail(Broken(), CommandEffect.NotSent);
                }
            }

            return await pending.Result.ConfigureAwait(false);
        }
    }

    public void Dispose() => Break(new Fault(ErrorId.ConnectionClosed, $"The connection to {_options.Endpoint} was closed here."));

    private Fault Broken()
    {
        lock (_gate) return _broken ?? RedisFaults.Closed(_options.Endpoint, "");
    }

    private async Task WriteAsync()
    {
        try
        {
            using var batch = new MemoryStream();
            while (await _outgoing.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                batch.SetLength(0);
                while (batch.Length < BatchBytes && _outgoing.Reader.TryRead(out PendingCommand? pending))
                {
                    if (!pending.TrySend()) continue;
                    if (Expect(pending)) batch.Write(pending.Command.Bytes, 0, pending.Command.Bytes.Length);
                }

                if (batch.Length == 0) continue;
                await _stream.WriteAsync(batch.GetBuffer(), 0, (int)batch.Length, CancellationToken.None).ConfigureAwait(false);
                await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Break(RedisFaults.Closed(_options.Endpoint, Words(e)));
        }
    }

    private async Task ReadAsync()
    {
        var replies = new RedisReplyReader(new RedisLimits());
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                replies.Append(buffer.AsSpan(0, read));
                while (replies.Read() is { } reply) Deliver(reply);
            }

            Break(RedisFaults.Closed(_options.Endpoint, replies.IsAtRest ? "the server closed it" : "the server closed it in the middle of an answer"));
        }
        catch (RedisProtocolException e)
        {
            Break(RedisFaults.NotUnderstood(_options.Endpoint, e.Message));
        }
        catch (Exception e)
        {
            Break(RedisFaults.Closed(_options.Endpoint, Words(e)));
        }
    }

    private bool Expect(PendingCommand pending)
    {
        lock (_gate)
        {
            if (_broken is null)
            {
                pending.SentAt = _time.GetTimestamp();
                _awaiting.Enqueue(pending);
                if (_awaiting.Count == 1) _watchdog.Change(_options.CommandTimeout, Timeout.InfiniteTimeSpan);
                return true;
            }
        }

        pending.Fail(Broken(), CommandEffect.NotSent);
        return false;
    }

    private void Deliver(RedisValue reply)
    {
        PendingCommand? pending;
        lock (_gate) pending = _awaiting.Count > 0 ? _awaiting.Dequeue() : null;
        if (pending is not null) pending.Answer(_options.Endpoint, reply);
        // A Redis that takes no more clients says so unasked, and hangs up.
        else if (reply.Kind == RedisKind.Error) Break(RedisFaults.OfError(_options.Endpoint, "the connection", reply.Text));
        else throw new RedisProtocolException("it answered without being asked");
    }

    private void Watch()
    {
        RedisCommand silent;
        lock (_gate)
        {
            if (_broken is not null || _awaiting.Count == 0) return;
            PendingCommand oldest = _awaiting.Peek();
            TimeSpan left = _options.CommandTimeout - _time.GetElapsedTime(oldest.SentAt);
            if (left > TimeSpan.Zero)
            {
                _watchdog.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            silent = oldest.Command;
        }

        Break(RedisFaults.Silent(_options.Endpoint, silent, _options.CommandTimeout));
    }

    private void Break(Fault fault)
    {
        PendingCommand[] sent;
        lock (_gate)
        {
            if (_broken is not null) return;
            _broken = fault;
            sent = [.. _awaiting];
            _awaiting.Clear();
        }

        _outgoing.Writer.TryComplete();
        _watchdog.Dispose();
        _stream.Dispose();
        foreach (PendingCommand pending in sent) pending.Fail(fault, CommandEffect.Unknown);
        // What the sending loop takes out meanwhile, it fails itself.
        while (_outgoing.Reader.TryRead(out PendingCommand? pending)) pending.Fail(fault, CommandEffect.NotSent);
    }

    private static string Words(Exception e) => (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "the server reset it",
        _ => SafeText.Condensed((e.InnerException ?? e).Message),
    };
}
