using System.Diagnostics;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Pester;

/// <summary>
/// Runs files of tests/Pester, each in a PowerShell of its own, on the built module, so that <c>dotnet test</c> runs everything.
/// Some run side by side: see <see cref="PesterShares"/>.
/// </summary>
public abstract class PesterScenarios
{
    private protected static async Task PassesAsync(string file)
    {
        string pwsh = Requirement.Program(OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
        string path = Path.Combine(PesterShares.Folder, file);
        // 3 says that there is no Pester; any other number but 0 is a failure.
        string script = $$"""
            if (-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge [version]'5.0' })) { exit 3 }
            Import-Module Pester -MinimumVersion 5.0
            $run = Invoke-Pester '{{path.Replace("'", "''", StringComparison.Ordinal)}}' -Output Detailed -PassThru
            exit [int]($run.Result -ne 'Passed')
            """;

        (int exitCode, string output) = await RunAsync(pwsh, script, TestContext.Current.CancellationToken);

        if (exitCode == 3) Requirement.Missing("PowerShell has no module Pester of 5.0 or later (Install-Module Pester).");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string pwsh, string script, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Only to end what hangs.
        limit.CancelAfter(TimeSpan.FromMinutes(30));
        var start = new ProcessStartInfo(pwsh)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
            ArgumentList = { "-NoProfile", "-NonInteractive", "-Command", script },
            Environment = { ["NO_COLOR"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off" },
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
