using System.Diagnostics;
using System.Runtime.CompilerServices;
using AppStatus.Core.Deployments.Leases;

namespace AppStatus.Integration.Tests.Support;

/// <summary>Another process that holds a lease in a folder until it is killed: this very assembly, started again.</summary>
internal sealed class LeaseHoldingProcess : IAsyncDisposable
{
    private const string Variable = "APPSTATUS_TEST_HOLD_LEASE";
    private readonly Process _process;

    private LeaseHoldingProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static async Task<LeaseHoldingProcess> StartAsync(string folder, string key)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LeaseHoldingProcess).Assembly.Location]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment[Variable] = folder + "|" + key;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("held");
        return new LeaseHoldingProcess(process);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    // A test project's entry point is generated; this runs before it.
#pragma warning disable CA2255, RS0030, MA0045, xUnit1031
    [ModuleInitializer]
    internal static void HoldIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } asked) return;
        string[] words = asked.Split('|');
        ILease lease = new FileLeaseStore(words[0], TimeProvider.System)
            .AcquireAsync([words[1]], LeaseHolder.Here("child", TimeProvider.System) with { DeploymentId = "d-child" }, TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine("held");
        // Its parent kills it, or ends and closes this.
        Console.ReadLine();
        GC.KeepAlive(lease);
        Environment.Exit(0);
    }
#pragma warning restore CA2255, RS0030, MA0045, xUnit1031
}
