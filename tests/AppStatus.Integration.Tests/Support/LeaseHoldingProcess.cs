using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;

namespace AppStatus.Integration.Tests.Support;

/// <summary>Another process that holds a lease in a folder until it is killed, looks at it for so long, or sends signals: this very assembly, started again.</summary>
internal sealed class LeaseHoldingProcess : IAsyncDisposable
{
    private const string Variable = "APPSTATUS_TEST_HOLD_LEASE";
    private readonly Process _process;

    private LeaseHoldingProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static Task<LeaseHoldingProcess> StartAsync(string folder, string key) => StartAsync("held", folder, key);

    /// <summary>One that looks at the lease, and is caught in the middle of that.</summary>
    public static Task<LeaseHoldingProcess> StartLookingAsync(string folder, string key) => StartAsync("looking", folder, key);

    /// <summary>One that sends so many signals to a deployment of the store, by its own number, as soon as it is told to.</summary>
    public static Task<LeaseHoldingProcess> StartSendingAsync(string folder, string id, int count) => StartAsync("sending", folder, id, count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Tells it to go on with what it does, and waits until that is done.</summary>
    public async Task FinishAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _process.ExitCode.ShouldBe(0);
    }

    private static async Task<LeaseHoldingProcess> StartAsync(string what, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LeaseHoldingProcess).Assembly.Location]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment[Variable] = string.Join('|', [what, .. words]);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe(what);
        return new LeaseHoldingProcess(process);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    // A test project's entry point is generated; this runs before it.
#pragma warning disable CA2255, RS0030, MA0045, xUnit1031
    [ModuleInitializer]
    internal static void ServeIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } asked) return;
        string[] words = asked.Split('|');
        switch (words[0])
        {
            case "held":
                ILease lease = new FileLeaseStore(words[1], TimeProvider.System)
                    .AcquireAsync([words[2]], LeaseHolder.Here("child", TimeProvider.System) with { DeploymentId = "d-child" }, TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult();
                AwaitParent(words[0]);
                GC.KeepAlive(lease);
                break;
            case "looking":
                using (FileStream? look = HeldFile.TryLook(Path.Combine(words[1], FileLeaseStore.Hash(words[2])))) AwaitParent(look is null ? "shut out" : words[0]);
                break;
            case "sending":
                using (var store = new FileDeploymentStore(words[1], TimeProvider.System))
                {
                    AwaitParent(words[0]);
                    for (int number = 0; number < int.Parse(words[3], CultureInfo.InvariantCulture); number++)
                        store.SendAsync(words[2], new ControlSignal(ControlAction.Suspend, FormattableString.Invariant($"{Environment.ProcessId} {number}")), CancellationToken.None).GetAwaiter().GetResult();
                }

                break;
        }

        Environment.Exit(0);
    }

    // It is killed, told to go on, or left alone when its parent ends.
    private static void AwaitParent(string word)
    {
        Console.WriteLine(word);
        Console.ReadLine();
    }
#pragma warning restore CA2255, RS0030, MA0045, xUnit1031
}
