using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>A command on its way: waiting to be sent, or for its answer.</summary>
internal sealed class PendingCommand(RedisCommand command)
{
    private readonly TaskCompletionSource<RedisResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _fate;

    private const int Sent = 1;
    private const int GivenUp = 2;

    public RedisCommand Command { get; } = command;

    public Task<RedisResult> Result => _result.Task;

    /// <summary>When it was sent, by the monotonic clock.</summary>
    public long SentAt { get; set; }

    /// <summary>Takes it for sending; false when its caller has given it up before, and it must not be sent any more.</summary>
    public bool TrySend() => Interlocked.CompareExchange(ref _fate, Sent, 0) == 0;

    /// <summary>The caller doesn't wait any more. Once sent, it runs all the same, and its answer is taken off the connection.</summary>
    public void GiveUp()
    {
        Interlocked.CompareExchange(ref _fate, GivenUp, 0);
        _result.TrySetCanceled();
    }

    public void Answer(RedisEndpoint endpoint, RedisValue reply) => _result.TrySetResult(new RedisResult(
        CommandEffect.Answered, reply, reply.Kind == RedisKind.Error ? RedisFaults.OfError(endpoint, Command.Name, reply.Text) : null));

    public void Fail(Fault connection, CommandEffect effect) => _result.TrySetResult(new RedisResult(effect, Reply: null, RedisFaults.OfCommand(connection, Command, effect)));
}
