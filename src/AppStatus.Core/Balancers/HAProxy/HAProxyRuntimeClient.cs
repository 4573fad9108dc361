using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>
/// Speaks to one HAProxy's runtime API: one connection carries one line of commands, takes an answer to each and is closed by
/// the server. Every command that this product sends may be sent twice, so a line that was cut off is sent again.
/// </summary>
internal sealed class HAProxyRuntimeClient(HAProxyAddress address, TimeSpan timeout, TimeSpan restartGrace, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    public string Name => address.Name;

    /// <summary>Runs the commands over one connection, and tries again while the HAProxy restarts.</summary>
    /// <returns>As many answers as commands, without their closing empty line; an empty one is the success of a <c>set</c>.</returns>
    public async Task<IReadOnlyList<string>> ExecuteAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ExecuteOnceAsync(commands, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException e) when (e.Id is ErrorId.Unreachable or ErrorId.ConnectionClosed && time.GetElapsedTime(start) < restartGrace)
            {
                await time.DelayAsync(RetryDelay, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs the commands over one connection.</summary>
    /// <exception cref="AppStatusException">Unreachable, TimedOut, ConnectionClosed, AccessDenied or InvalidResponse.</exception>
    public async Task<IReadOnlyList<string>> ExecuteOnceAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = time.CreateCancellationTokenSource(timeout);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using Socket socket = await ConnectAsync(stop.Token).ConfigureAwait(false);
            return await AskAsync(socket, commands, stop.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A socket that was closed to stop it throws whatever it was at.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (limit.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.TimedOut,
                FormattableString.Invariant($"The HAProxy at {address} did not answer within {timeout.TotalSeconds:0.#} s.{InDoubt(commands)}"),
                "Look whether the socket's maxconn is used up ('show cli sockets'), or connect with a longer -TimeoutSec.", address.Name, e);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await address.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new AppStatusException(ErrorId.AccessDenied, $"This user may not open the runtime API at {address}.",
                "Give the user's group access with 'mode' and 'group' on the 'stats socket' line.", address.Name, e);
        }
        catch (SocketException e) when (address.Path is { } path)
        {
            throw File.Exists(path)
                ? new AppStatusException(ErrorId.Unreachable, $"Nobody listens at the socket file {path}: {SafeText.Condensed(e.Message)}.", "Check that HAProxy runs: a file that it left behind stays.", address.Name, e)
                : new AppStatusException(ErrorId.Unreachable, $"There is no socket file {path}.", $"Check the path: HAProxy makes it by a line such as 'stats socket {path} level admin', and in a chroot or container it may be elsewhere.", address.Name, e);
        }
        catch (SocketException e)
        {
            throw new AppStatusException(ErrorId.Unreachable, $"No HAProxy answers at {address}: {SafeText.Condensed(e.Message)}.",
                "Check that HAProxy runs and has a line such as 'stats socket ipv4@127.0.0.1:9999 level admin'.", address.Name, e);
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync(Socket socket, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        byte[] line = Encoding.ASCII.GetBytes(string.Join(";", commands) + "\n");
        using var received = new MemoryStream();
        using (cancellationToken.Register(socket.Dispose))
        using (var stream = new NetworkStream(socket, ownsSocket: false))
        {
            try
            {
                await stream.WriteAsync(line, 0, line.Length, cancellationToken).ConfigureAwait(false);
                byte[] buffer = new byte[16 * 1024];
                int read;
                while ((read = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    received.Write(buffer, 0, read);
                    if (received.Length > MaxAnswerBytes) throw Invalid($"more than {MaxAnswerBytes / (1024 * 1024)} MB");
                }
            }
            catch (Exception e) when (e is IOException or SocketException && !cancellationToken.IsCancellationRequested)
            {
                throw Closed(commands, received.Length, e);
            }
        }

        string text = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
        if (RuntimeAnswers.Split(text) is not { } answers || answers.Count < commands.Count) throw Closed(commands, received.Length, inner: null);
        return answers.Count == commands.Count ? answers : throw Invalid($"{answers.Count} answers to {commands.Count} commands");
    }

    private AppStatusException Closed(IReadOnlyList<string> commands, long received, Exception? inner) => IsReading(commands)
        ? new(ErrorId.ConnectionClosed,
            $"What listens at {address} closed the connection {(received == 0 ? "without an answer" : "in the middle of its answer")}: it restarts, or this is no HAProxy runtime API. Nothing was changed.",
            "Check that the address is that of a 'stats socket' line, and no port of users or of the statistics page; look for a restart in HAProxy's log.", address.Name, inner)
        : new(ErrorId.ConnectionClosed,
            $"The HAProxy at {address} closed the connection before it had answered.{InDoubt(commands)}",
            "Read the state again; if this repeats, look for a restart in HAProxy's log, and at 'stats timeout'.", address.Name, inner);

    private static bool IsReading(IReadOnlyList<string> commands) => commands.All(command => command.StartsWith("show ", StringComparison.Ordinal));

    private static string InDoubt(IReadOnlyList<string> commands) => IsReading(commands) ? "" : " Whether the command took effect is not known.";

    private AppStatusException Invalid(string what) => new(ErrorId.InvalidResponse,
        $"What answers at {address} is no HAProxy runtime API that is understood: it sent {what}.",
        "Check the URI: it must be a 'stats socket', not the statistics page or a master CLI.", address.Name);
}
