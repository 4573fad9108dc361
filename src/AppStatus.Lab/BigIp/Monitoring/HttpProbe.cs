using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>One probe, as the device does it: the send string goes out as it is, and the receive string is looked for in all that comes back.</summary>
internal static class HttpProbe
{
    private const int MaxAnswerBytes = 5120;

    private static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(200);

    /// <returns>Whether the member answered as the monitor wants it; no connection and no answer in time are a no.</returns>
    public static async Task<bool> IsUpAsync(HttpMonitor monitor, string host, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Unescape(monitor.Send)), cancellationToken);
            var buffer = new byte[MaxAnswerBytes];
            for (var length = 0; length < buffer.Length;)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (count == 0)
                {
                    return false;
                }

                length += count;
                if (Matches(monitor.Receive, Encoding.UTF8.GetString(buffer, 0, length)))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    // The device completes what lacks the empty line that ends a request.
    private static string Unescape(string send)
    {
        var text = send.Replace(@"\r", "\r", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal);
        return text.EndsWith("\r\n\r\n", StringComparison.Ordinal) ? text : text.TrimEnd('\r', '\n') + "\r\n\r\n";
    }

    private static bool Matches(string pattern, string answer) =>
        pattern.Length == 0 || Regex.IsMatch(answer, pattern, RegexOptions.CultureInvariant, MatchLimit);
}
