# A block that hangs in a .NET call can't be stopped: nothing is deployed beside it, neither by a retry nor by whoever goes on.
Describe 'A -Deploy block that can''t be stopped' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 2
        Start-RangeDeployer $range
        $store = @{ Store = $range.Store }
        $quick = @{ Release = '2.0'; ExpectedVersion = '1.0'; StableSec = 0; HealthyDeadlineSec = 30; MinimumHealthy = '0' }
        $calls = [Collections.Concurrent.ConcurrentQueue[string]]::new()
        $block = {
            $seen = $using:calls; $open = $using:gate
            $seen.Enqueue("$($Instance.Name) $Attempt")
            $open.Wait()
        }
        $allUp = 'app/a1 UP, app/a2 UP'
        function Invoke-Hanging([hashtable]$With = @{}) {
            try { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick @store -DeployTimeoutSec 1 -DeployRetry 2 -MaxFailures 5 -Deploy $block @With } catch { $_ }
        }
        # Refuses for as long as the block runs.
        function Resume-WhenEnded {
            $script:resumed = $null
            Wait-RangeCondition { try { $script:resumed = Resume-Deployment -Last @store -Deploy $block -WarningVariable script:warned; $true } catch { if ("$($_.FullyQualifiedErrorId)" -notlike 'DeployNotStopped*') { throw }; $false } }
            $script:resumed
        }
    }
    BeforeEach {
        Reset-Range $range
        $calls.Clear()
        $gate = [Threading.ManualResetEventSlim]::new($false)
    }
    AfterEach { if ($gate) { $gate.Set() } }
    AfterAll { Stop-Range $range }

    It 'fails its lane as one that may still be running, is not run again, and halts the run' {
        $failed = Invoke-Hanging
        $failed.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
        "$failed" | Should -Match "a1 \(DeployNotStopped\).*may still be running in PowerShell process $PID"
        "$failed" | Should -Match 'Make sure that the deploy to a1 has ended'
        $failed.TargetObject.Lanes.State | Should -Be @('Failed', 'NotStarted')
        $calls.ToArray() | Should -Be @('a1 1')
        Get-RangeState $range | Should -Be 'app/a1 DRAIN, app/a2 UP'
    }

    It 'is not deployed beside by a resume or an undo in this process, nor by a new deployment, and is gone on with when it has ended' {
        $null = Invoke-Hanging
        $range.Tap.Clear()
        { Resume-Deployment -Last @store -Deploy $block } | Should -Throw -ErrorId 'DeployNotStopped*'
        { Undo-Deployment -Last @store -Deploy $block } | Should -Throw -ErrorId 'DeployNotStopped*'
        $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Resume-Deployment -Last @store -Deploy { }" @{ store = $store }
        { $shell.Shell.Invoke() } | Should -Throw '*still runs in PowerShell process*' -Because 'another runspace is the same process'
        $shell.Shell.Dispose()
        $range.Tap.Writes | Should -BeNullOrEmpty

        $gate.Set()
        (Resume-WhenEnded).State | Should -Be 'Succeeded'
        $warned | Should -BeNullOrEmpty -Because 'it ran here, and has ended'
        $calls.ToArray() | Should -Be @('a1 1', 'a1 2', 'a2 1')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'is not deployed beside by a new deployment in this process' {
        $null = Invoke-Hanging
        $null = Stop-Deployment -Last @store -WarningAction SilentlyContinue
        $failed = Invoke-Hanging
        $failed.TargetObject.Lanes[0].ErrorId | Should -Be 'DeployNotStopped'
        $failed.TargetObject.State | Should -Be 'Halted'
        $calls.ToArray() | Should -Be @('a1 1')
        $gate.Set()
        (Resume-WhenEnded).State | Should -Be 'Succeeded'
    }

    It 'is not rolled back over' {
        $failed = Invoke-Hanging @{ OnFailure = 'Rollback' }
        "$failed" | Should -Match 'It was not rolled back, because the deploy to a1 may still be running'
        $calls.ToArray() | Should -Be @('a1 1')
        @(Get-Deployment @store).Count | Should -Be 1
    }

    It 'is warned of where another process goes on' {
        $null = Invoke-Hanging
        $end = Wait-RangeDriver (Start-RangeDriver $range "Resume-Deployment -Last -Store '$($range.Store)' -Deploy { }")
        $end.ExitCode | Should -Be 0 -Because $end.Text
        $end.Text | Should -Match "a1 could not be stopped[\s\S]*process\s+$PID"
    }
}
