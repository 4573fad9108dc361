# Whatever ends a pipeline, it leaves nothing: no request, no wait, no exception that nobody saw.
Describe 'Stopping' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
        if (-not ('UnobservedExceptions' -as [type])) {
            Add-Type @'
public static class UnobservedExceptions {
    public static int Count;
    static UnobservedExceptions() { System.Threading.Tasks.TaskScheduler.UnobservedTaskException += (s, e) => { Count++; }; }
    public static int Collect() { for (int i = 0; i < 3; i++) { System.GC.Collect(); System.GC.WaitForPendingFinalizers(); } return Count; }
}
'@
        }
        $null = [UnobservedExceptions]::Collect()
        function Assert-NothingLeft {
            Wait-Until { $stub.Open -eq 0 }
            [UnobservedExceptions]::Collect() | Should -Be 0
        }
    }
    AfterAll { $stub.Dispose() }

    It 'fifty times by Ctrl+C, in <Name>' -ForEach @(
        @{ Name = 'Get-AppStatus'; Script = 'Get-AppStatus $targets -TimeoutSec 300' }
        @{ Name = 'Get-AppStatus by pipe'; Script = '$targets | Get-AppStatus -ThrottleLimit 2 -TimeoutSec 300' }
        @{ Name = 'Set-AppStatus'; Script = 'Set-AppStatus $targets ready -TimeoutSec 300' }
        @{ Name = 'Wait-AppStatus'; Script = 'Wait-AppStatus $targets stage -IntervalSec 0.05' }
        @{ Name = 'Test-AppStatus'; Script = 'Test-AppStatus $targets ready -TimeoutSec 300' }
    ) {
        $targets = 1..6 | ForEach-Object { "http://$at/hang$_" }
        $shell = New-Shell $Script @{ targets = $targets }
        foreach ($n in 1..50) {
            $run = $shell.BeginInvoke()
            # Each round stops a little later: before (whatever that comes to), while and after the requests begin.
            if ($n % 5) { Wait-Until { $stub.Open -ge [Math]::Min($n % 5, 2) } } else { Start-Sleep -Milliseconds ($n % 4) }
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 250 -Because 'the requests would go on for 300 s'
            { $shell.EndInvoke($run) } | Should -Throw
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            Wait-Until { $stub.Open -eq 0 }
        }
        $shell.Dispose()
        Assert-NothingLeft
    }

    It 'fifty times by Select-Object -First, in <Name>' -ForEach @(
        @{ Name = 'Get-AppStatus'; Script = { param($t) Get-AppStatus $t | Select-Object -First 1 } }
        @{ Name = 'Get-AppStatus by pipe'; Script = { param($t) $t | Get-AppStatus | Select-Object -First 1 } }
        @{ Name = 'Get-AppStatus with a command between'; Script = { param($t) $t | Get-AppStatus | ForEach-Object { $_ } | Select-Object -First 1 } }
        @{ Name = 'Wait-AppStatus'; Script = { param($t) $t | Wait-AppStatus -Status stage -Consecutive 1 | Select-Object -First 1 } }
    ) {
        $targets = @("http://$at/quick") + (1..6 | ForEach-Object { "http://$at/hang$_" })
        foreach ($n in 1..50) {
            (& $Script $targets).Uri.AbsolutePath | Should -Be '/quick'
            Wait-Until { $stub.Open -eq 0 }
        }
        Assert-NothingLeft
    }

    It 'by an upstream failure, which never lets us end' {
        foreach ($n in 1..50) {
            { 1..6 | ForEach-Object { if ($_ -eq 6) { throw 'upstream' }; "http://$at/hang$_" } | Get-AppStatus } | Should -Throw 'upstream'
            Wait-Until { $stub.Open -eq 0 }
        }
        Assert-NothingLeft
    }

    It 'by a downstream failure' {
        $targets = @("http://$at/quick") + (1..6 | ForEach-Object { "http://$at/hang$_" })
        foreach ($n in 1..50) {
            { $targets | Get-AppStatus | ForEach-Object { throw 'downstream' } } | Should -Throw 'downstream'
            Wait-Until { $stub.Open -eq 0 }
        }
        Assert-NothingLeft
    }

    It 'by an error under Stop, with its id' {
        $targets = @("http://$at/missing") + (1..6 | ForEach-Object { "http://$at/hang$_" })
        { $targets | Get-AppStatus -ErrorAction Stop } | Should -Throw -ErrorId 'StatusEndpointNotFound,*'
        Assert-NothingLeft
    }

    It 'by a break out of the loop around it' {
        foreach ($once in 1) { @("http://$at/quick") + (1..6 | ForEach-Object { "http://$at/hang$_" }) | Get-AppStatus | ForEach-Object { break } }
        Assert-NothingLeft
    }
}
