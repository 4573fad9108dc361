using System.Globalization;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Security.Cryptography;
using System.Text;
using AppStatus.Core;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>
/// A script block of the user's, taken from the session and run in a runspace of its own for each lane, off the pipeline
/// thread. What it needs of the session (variables, folder) is read when it is taken.
/// </summary>
internal sealed class LaneScript
{
    private const string Wrapper = "param($Block, $Arguments) . $Block @Arguments";
    private const string TextWrapper = Wrapper + " | Out-String -Stream -Width 300";

    /// <summary>How long a stopped script may take to end before it is left behind.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly Func<ScriptBlock> _block;
    private readonly UsingVariables _using;
    private readonly object?[] _arguments;
    private readonly string[] _modules;
    private readonly string _folder;

    private LaneScript(Func<ScriptBlock> block, UsingVariables usingVariables, object?[] arguments, string[] modules, string folder, string hash)
    {
        _block = block;
        _using = usingVariables;
        _arguments = arguments;
        _modules = modules;
        _folder = folder;
        Hash = hash;
    }

    /// <summary>SHA-256 of the text, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Takes a script file; call it on the pipeline thread.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ScriptMissing"/> or <see cref="ErrorId.InvalidArgument"/>: it is not there, or does not parse.</exception>
    public static LaneScript TakeFile(string path, SessionState session, object?[]? arguments = null, string[]? modules = null)
    {
        if (!File.Exists(path))
            throw new AppStatusException(ErrorId.ScriptMissing, $"The deploy script {path} is not there. Nothing was touched.", "Name another one with -FilePath, or pass -Deploy.", path);

        ScriptBlockAst tree = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0)
            throw new AppStatusException(ErrorId.InvalidArgument, $"The deploy script {path} does not parse: {errors[0].Message} (line {errors[0].Extent.StartLineNumber}). Nothing was touched.", target: path);
        return Take(tree.GetScriptBlock(), session, "FilePath", arguments, modules);
    }

    /// <summary>Takes the block; call it on the pipeline thread.</summary>
    /// <param name="parameter">The parameter's name, for messages.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.UsingVariableNotFound"/>.</exception>
    public static LaneScript Take(ScriptBlock block, SessionState session, string parameter, object?[]? arguments = null, string[]? modules = null)
    {
        // The tree keeps its file and lines, so that $PSScriptRoot and positions in errors are the script's; a block made
        // of it is bound to no runspace.
        var tree = (ScriptBlockAst)block.Ast;
        return new LaneScript(
            tree.GetScriptBlock,
            UsingVariables.Capture(block, session, parameter),
            arguments ?? [],
            modules ?? [],
            session.Path.CurrentFileSystemLocation.ProviderPath,
            HashOf(block.ToString()));
    }

    /// <summary>Runs it to its end. A cancellation stops it, and returns when it has stopped, or when it has not for ten seconds.</summary>
    /// <param name="asText">Format the output as a console would, line by line; else it is returned as objects.</param>
    /// <param name="line">Takes each line of each stream as it comes, from any thread.</param>
    /// <exception cref="OperationCanceledException">It was stopped, and has ended.</exception>
    /// <exception cref="ScriptNotStoppedException">It was told to stop, and still runs.</exception>
    public async Task<LaneScriptResult> RunAsync(
        IReadOnlyDictionary<string, object?> variables, bool asText, Action<LaneLine> line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Opening blocks for some tens of milliseconds, and this may be called on a timer's or the runner's thread.
        return await Task.Run(() => RunInRunspaceAsync(variables, asText, line, cancellationToken), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<LaneScriptResult> RunInRunspaceAsync(
        IReadOnlyDictionary<string, object?> variables, bool asText, Action<LaneLine> line, CancellationToken cancellationToken)
    {
        var host = new LaneHost();
        Runspace runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        PowerShell shell = PowerShell.Create();
        bool ended = true;
        try
        {
            runspace.Open();
            Prepare(runspace, variables);
            shell.Runspace = runspace;
            var output = new PSDataCollection<PSObject>();
            object? last = null;
            LaneStreams.Forward(shell, output, asText ? null : item => last = item, line);
            Compose(shell, asText, variables);

            Task run = Task.Factory.FromAsync(shell.BeginInvoke<PSObject, PSObject>(null, output), shell.EndInvoke);
            using (cancellationToken.Register(() => shell.BeginStop(null, null)))
                ended = await EndOrGiveUpAsync(run, cancellationToken).ConfigureAwait(false);
            if (!ended) throw new ScriptNotStoppedException(CloseAsync(run, shell, runspace), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return await ResultAsync(run, runspace, host, () => last).ConfigureAwait(false);
        }
        finally
        {
            // Closing a runspace that can't be stopped would block for as long as it runs: it is closed when it has ended.
            if (ended)
            {
                shell.Dispose();
                runspace.Dispose();
            }
        }
    }

    private void Compose(PowerShell shell, bool asText, IReadOnlyDictionary<string, object?> variables)
    {
        if (_modules.Length > 0)
            shell.AddCommand("Import-Module").AddParameter("Name", _modules).AddParameter("ErrorAction", ActionPreference.Stop).AddStatement();
        shell.AddScript(asText ? TextWrapper : Wrapper)
            .AddParameter("Block", _block())
            .AddParameter("Arguments", _arguments)
            .AddParameter("--%", _using.ForLane(variables));
    }

    /// <summary>False: it was stopped, and goes on in spite of it (a .NET call that blocks can't be stopped).</summary>
    private static async Task<bool> EndOrGiveUpAsync(Task run, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>();
        using (cancellationToken.Register(() => cancelled.TrySetResult(true)))
            await Task.WhenAny(run, cancelled.Task).ConfigureAwait(false);
        if (run.IsCompleted) return true;

        using var patience = new CancellationTokenSource();
        Task limit = MachineClock.DelayAsync(StopPatience, patience.Token);
        await Task.WhenAny(run, limit).ConfigureAwait(false);
        patience.Cancel();
        return run.IsCompleted;
    }

    /// <summary>Closes the session of one that was left behind, once it has ended after all.</summary>
    private static async Task CloseAsync(Task run, PowerShell shell, Runspace runspace)
    {
        try
        {
            await run.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody waits for what it has to say any more.
        }

        shell.Dispose();
        runspace.Dispose();
    }

    private static async Task<LaneScriptResult> ResultAsync(Task run, Runspace runspace, LaneHost host, Func<object?> last)
    {
        try
        {
            await run.ConfigureAwait(false);
            return new LaneScriptResult(last(), host.Exited ?? ExitCode(runspace), Error: null) { Exited = host.Exited };
        }
        catch (RuntimeException exception)
        {
            return new LaneScriptResult(last(), ExitCode(runspace), Describe(exception));
        }
    }

    private void Prepare(Runspace runspace, IReadOnlyDictionary<string, object?> variables)
    {
        SessionStateProxy session = runspace.SessionStateProxy;
        session.Path.SetLocation(_folder);
        foreach (KeyValuePair<string, object?> variable in variables) session.SetVariable(variable.Key, variable.Value);
        session.SetVariable("ErrorActionPreference", ActionPreference.Stop);
        // Exit codes are judged by -SuccessExitCode, once, at the end: robocopy's 1 is a success.
        session.SetVariable("PSNativeCommandUseErrorActionPreference", false);
        session.SetVariable("LASTEXITCODE", 0);
    }

    private static int ExitCode(Runspace runspace) =>
        runspace.SessionStateProxy.GetVariable("LASTEXITCODE") is { } code ? Convert.ToInt32(code, CultureInfo.InvariantCulture) : 0;

    private static string Describe(RuntimeException exception)
    {
        ErrorRecord record = exception.ErrorRecord;
        string text = record.ErrorDetails?.Message ?? record.Exception.Message;
        if (record.InvocationInfo is { ScriptLineNumber: > 0 } at)
            text = $"{text.TrimEnd('.')} (line {at.ScriptLineNumber.ToString(CultureInfo.InvariantCulture)}{(string.IsNullOrEmpty(at.ScriptName) ? "" : " of " + Path.GetFileName(at.ScriptName))})";
        return exception is CommandNotFoundException
            ? $"{text}. The block runs in a session of its own: bring functions along with -Module."
            : text;
    }

    private static string HashOf(string text)
    {
        using SHA256 sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text)).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
