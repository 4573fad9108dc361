using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments.Processes;

/// <summary>A process that outlives the one that started it, and hears neither its Ctrl+C nor the end of its terminal.</summary>
/// <param name="Start">When it was started, in the system's own count, which no change of the clock moves: numbers of processes that have ended are given away again. Empty where the system has none.</param>
internal sealed record DetachedProcess(int Id, string Start)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    // Who is ended by force is gone at once, but for one that waits for a disk or a share which does not answer.
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // With a session of its own where the system can give it one. It writes its number itself, before it is what it shall be: whoever dies here
    // leaves nothing that is not known of.
    private const string Shell = """
        log=$1; number=$2; shift 2
        inner='number=$1; shift; echo $$ $(cut -d" " -f22 /proc/$$/stat 2>/dev/null) >"$number" || exit 1; exec "$@"'
        if command -v setsid >/dev/null 2>&1; then setsid sh -c "$inner" sh "$number" "$@" </dev/null >>"$log" 2>&1 &
        else sh -c "$inner" sh "$number" "$@" </dev/null >>"$log" 2>&1 & fi
        """;

    private static bool OnWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    public bool Runs => Find() is { } process && Dispose(process);

    /// <param name="log">The file that what it prints is added to; not on Windows.</param>
    /// <param name="numberFile">Gets its number and its start.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotReady"/>: it could not be started.</exception>
    public static async Task StartAsync(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, string log, string numberFile, CancellationToken cancellationToken)
    {
        File.Delete(numberFile);
        ProcessStartInfo start = OnWindows
            ? new ProcessStartInfo(program, CommandLine.Of(arguments)) { UseShellExecute = false, CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", CommandLine.Of(["-c", Shell, "sh", log, numberFile, program, .. arguments])) { UseShellExecute = false };
        foreach (KeyValuePair<string, string> variable in variables) start.Environment[variable.Key] = variable.Value;
        try
        {
            using Process process = Process.Start(start)!;
            if (OnWindows) File.WriteAllText(numberFile, FormattableString.Invariant($"{process.Id} {process.StartTime.ToFileTimeUtc()}"));
        }
        catch (Exception cause) when (cause is Win32Exception or InvalidOperationException)
        {
            throw new AppStatusException(ErrorId.EnvironmentNotReady, $"{program} could not be started: {cause.Message}", inner: cause);
        }

        long began = Stopwatch.GetTimestamp();
        while (Read(numberFile) is null)
        {
            if (Since(began) > StartLimit) throw new AppStatusException(ErrorId.EnvironmentNotReady, $"{program} was not started within {StartLimit.TotalSeconds:0} s: {numberFile} or {log} can't be written, perhaps.", "Look at the rights of that folder.");
            await MachineClock.DelayAsync(Look, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The process of a file that <see cref="StartAsync"/> wrote; null: there is none yet.</summary>
    public static DetachedProcess? Read(string numberFile)
    {
        try
        {
            string text = File.ReadAllText(numberFile);
            string[] words = text.Trim().Split(' ');
            // A line that has no end is being written.
            return (OnWindows || text.EndsWith("\n", StringComparison.Ordinal)) && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? new DetachedProcess(id, words.Length > 1 ? words[1] : Directory.Exists("/proc/self") ? "unknown" : "")
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Asks it to end, and ends it when it has not done so in time; on Windows, and without patience, it is ended at once. Returns when it has ended.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotReady"/>: it can't be ended.</exception>
    public async Task StopAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!Runs) return;
        if (!OnWindows && patience > TimeSpan.Zero) Signal("TERM");
        else Kill();
        if (await HasEndedAsync(() => Runs, Kill, patience, TimeProvider.System, cancellationToken).ConfigureAwait(false)) return;
        throw new AppStatusException(
            ErrorId.EnvironmentNotReady, FormattableString.Invariant($"Process {Id} was ended by force and still runs {KillLimit.TotalSeconds:0} s later: it is another user's, or waits for a disk or a share that does not answer."),
            FormattableString.Invariant($"Look at what it waits for ({(OnWindows ? $"Get-Process -Id {Id}" : $"ps -o pid,user,stat,wchan,args -p {Id}")}), then type this again."), Id);
    }

    /// <summary>Whether it ends by itself in time, or soon after it was ended by force.</summary>
    internal static async Task<bool> HasEndedAsync(Func<bool> runs, Action kill, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (runs())
        {
            TimeSpan waited = time.GetElapsedTime(began);
            if (waited > patience + KillLimit) return false;
            if (waited > patience) kill();
            await time.DelayAsync(Look, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private void Signal(string signal)
    {
        using Process? kill = Process.Start(new ProcessStartInfo("/bin/kill", FormattableString.Invariant($"-{signal} {Id}")) { UseShellExecute = false, RedirectStandardError = true });
        // Whether it has been heard is seen by what becomes of the process.
        kill?.WaitForExit((int)KillLimit.TotalMilliseconds);
    }

    private void Kill()
    {
        using Process? process = Find();
        try
        {
            process?.Kill();
        }
        catch (Exception cause) when (cause is InvalidOperationException or Win32Exception)
        {
            // It has ended in the meantime.
        }
    }

    private static TimeSpan Since(long began) => TimeSpan.FromSeconds((Stopwatch.GetTimestamp() - began) / (double)Stopwatch.Frequency);

    private Process? Find()
    {
        Process? process = null;
        try
        {
            process = Process.GetProcessById(Id);
            if (!process.HasExited && (Start.Length == 0 || Start == StartOf(process))) return process;
        }
        catch (Exception cause) when (cause is ArgumentException or InvalidOperationException or Win32Exception or IOException)
        {
            // There is none of that number any more.
        }

        process?.Dispose();
        return null;
    }

    // The 22nd word of its line; the second one is its name in parentheses, which may hold anything.
    private static string StartOf(Process process)
    {
        if (OnWindows) return process.StartTime.ToFileTimeUtc().ToString(CultureInfo.InvariantCulture);
        string line = File.ReadAllText(FormattableString.Invariant($"/proc/{process.Id}/stat"));
        string[] words = line.Substring(line.LastIndexOf(')') + 2).Split(' ');
        // A process that has ended and was not asked about yet stands there still.
        return words[0] == "Z" ? "" : words[19];
    }

    private static bool Dispose(Process process)
    {
        process.Dispose();
        return true;
    }
}
