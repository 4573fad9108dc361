# Other consoles speak to a running deployment through its store.
Describe 'A running deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $allUp = 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        $store = @{ Store = $range.Store }
        $quick = @{ Release = '2.0'; StableSec = 0.2; HealthyDeadlineSec = 30; Store = $range.Store; FilePath = $range.DeployFile }
        $run = "Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment -Release 2.0 -StableSec 0.2 -HealthyDeadlineSec 30 -Store '$($range.Store)' -FilePath '$($range.DeployFile)'"
        function Wait-State([string]$State) {
            Wait-RangeCondition { try { (Get-Deployment -Last @store).State -eq $State } catch { $false } }
        }
        # The driver holds its first instance in the deploy.
        function Start-Held([string]$Script = $run) {
            $range.Deployer.Hold($ports[0])
            Start-RangeDriver $range $Script
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'keeps its pool to itself: another one is refused with the holder''s name, or waits' {
        $driver = Start-Held
        $id = (Get-Deployment -Last @store).Id
        $range.Tap.Clear()
        $refused = { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'PoolLocked,*' -PassThru
        "$refused" | Should -Match $id
        "$refused" | Should -Match "pid $($driver.Id)"
        $range.Tap.Writes | Should -BeNullOrEmpty
        $waiting = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer -Backend app -Name a3, a4 | Invoke-RollingDeployment @quick -LockTimeoutSec 60" @{ quick = $quick }
        $running = $waiting.Shell.BeginInvoke()
        $range.Deployer.Mend($ports[0])
        $waiting.Shell.EndInvoke($running).State | Should -Be 'Succeeded' -Because "$($waiting.Shell.Streams.Error)"
        $waiting.Shell.Dispose()
        (Wait-RangeDriver $driver).ExitCode | Should -Be 0
        @(Get-Deployment @store).State | Should -Be @('Succeeded', 'Succeeded')
    }

    It 'is suspended, watched, and let go on' {
        $driver = Start-Held "$run -PauseTimeoutSec 60"
        (Suspend-Deployment -Last @store -Reason 'have a look').State | Should -Be 'Paused'
        $range.Deployer.Mend($ports[0])
        Wait-RangeCondition { (Get-Deployment -Last @store).Lanes[0].State -eq 'Succeeded' }
        $range.Deployer.Calls.Count | Should -Be 1 -Because 'no further lane starts'
        { Suspend-Deployment -Last @store -ErrorAction Stop } | Should -Throw -ErrorId 'DeploymentNotRunning,*'
        $watching = New-RangeShell 'Watch-Deployment -Last @store -Verbose' @{ store = $store }
        $watched = $watching.Shell.BeginInvoke()
        (Resume-Deployment -Last @store).State | Should -Not -Be 'Paused'
        $seen = $watching.Shell.EndInvoke($watched)
        $seen.State | Should -Be 'Succeeded'
        "$($watching.Screen.Lines)" | Should -Match 'a2: Deploy[\s\S]*Succeeded'
        $watching.Shell.Dispose()
        (Wait-RangeDriver $driver).ExitCode | Should -Be 0
        Get-RangeState $range | Should -Be $allUp
    }

    It 'waits for an approval, and goes on with it' {
        $driver = Start-RangeDriver $range "$run -RequireApproval -PauseTimeoutSec 60"
        Wait-State AwaitingApproval
        $range.Deployer.Calls.Count | Should -Be 1
        { Resume-Deployment -Last @store } | Should -Throw -ErrorId 'DeploymentNotRunning,*'
        (Approve-Deployment -Last @store -Reason 'CHG-4711').State | Should -Not -Be 'AwaitingApproval'
        (Wait-RangeDriver $driver).ExitCode | Should -Be 0
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
        { Approve-Deployment -Last @store -ErrorAction Stop } | Should -Throw -ErrorId 'DeploymentNotRunning,*'
    }

    It 'whose approval is denied halts' {
        $driver = Start-RangeDriver $range "$run -RequireApproval -PauseTimeoutSec 60"
        Wait-State AwaitingApproval
        (Get-Deployment -State AwaitingApproval @store | Deny-Deployment @store -Reason 'too slow').Id | Should -Not -BeNullOrEmpty
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'denied the approval: too slow'
        (Get-Deployment -Last @store).State | Should -Be 'Halted'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'that nobody approves ends Paused with exit code 1, and is resumed from another console' {
        $end = Wait-RangeDriver (Start-RangeDriver $range "$run -RequireApproval")
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'Resume-Deployment'
        (Get-Deployment -Last @store).State | Should -Be 'Paused'
        (Resume-Deployment -Last @store).State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
    }

    It 'whose window closes starts nothing more, and is resumed later' {
        $closed = { Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick -NotAfter (Get-Date).AddSeconds(-1) } | Should -Throw -ErrorId 'DeploymentPaused' -PassThru
        "$closed" | Should -Match 'window closed'
        $range.Deployer.Calls | Should -BeNullOrEmpty
        (Resume-Deployment -Last @store).State | Should -Be 'Succeeded'
    }

    It 'that pauses on a failure is gone on with when the instance is mended' {
        $range.Deployer.Break($ports[0])
        $driver = Start-RangeDriver $range "$run -OnFailure Pause -PauseTimeoutSec 60"
        Wait-State Paused
        $range.Deployer.Mend($ports[0])
        $null = Resume-Deployment -Last @store
        (Wait-RangeDriver $driver).ExitCode | Should -Be 0
        $range.Deployer.Calls | Should -Be @("$($ports[0]) 2.0 1", "$($ports[0]) 2.0 2", "$($ports[1]) 2.0 1")
    }

    It 'that pauses on a failure is ended and taken back by an undo from another console' {
        $range.Deployer.Break($ports[1])
        $driver = Start-RangeDriver $range "$run -OnFailure Pause -PauseTimeoutSec 60"
        Wait-State Paused
        (Undo-Deployment -Last @store).State | Should -Be 'RolledBack'
        (Wait-RangeDriver $driver).ExitCode | Should -Be 1
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'that only bakes is stopped at once, says that nothing was found out, and bakes anew when it is resumed' {
        $driver = Start-RangeDriver $range "$run -BakeSec 80000"
        Wait-RangeCondition { (Get-RangeJournalText $range) -match '"BakeStarted"' }
        $stopped = Stop-Deployment -Last -Wait @store
        $stopped.State | Should -Be 'Stopped'
        $stopped.Error | Should -Match 'watch over wave 1 was cut short'
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'cut short'
        Get-RangeJournalText $range | Should -Match '"BakeEnded".*"cutShort":true'
        Get-RangeState $range | Should -Be $allUp

        $again = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Resume-Deployment -Last @store" @{ store = $store }
        $running = $again.Shell.BeginInvoke()
        Wait-RangeCondition { ([regex]::Matches((Get-RangeJournalText $range), '"BakeStarted"')).Count -eq 2 }
        $null = Stop-Deployment -Last -Wait @store
        { $again.Shell.EndInvoke($running) } | Should -Throw
        $again.Shell.Dispose()
    }

    It 'that is suspended while it deploys is undone when that deploy is done, and says what is waited for' {
        $driver = Start-Held "$run -PauseTimeoutSec 600"
        (Suspend-Deployment -Last @store).State | Should -Be 'Paused'
        $undoing = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Undo-Deployment -Last @store -LockTimeoutSec 120" @{ store = $store }
        $running = $undoing.Shell.BeginInvoke()
        Wait-RangeCondition { "$($undoing.Screen.Lines) $($undoing.Shell.Streams.Warning)" -match 'a1 \(Deploy\) is done: that is waited for, for 120 s' }
        $range.Deployer.Mend($ports[0])
        $undoing.Shell.EndInvoke($running).State | Should -Be 'RolledBack' -Because "$($undoing.Shell.Streams.Error)"
        $undoing.Shell.Dispose()
        (Wait-RangeDriver $driver).ExitCode | Should -Be 1
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'is stopped: what is in flight ends, nothing more starts' {
        $driver = Start-Held
        (Stop-Deployment -Last @store).State | Should -Be 'Stopping'
        $range.Deployer.Mend($ports[0])
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'DeploymentStopped|was stopped'
        (Get-Deployment -Last @store).State | Should -Be 'Stopped'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'is stopped at once: what was only drained goes back' {
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
        $driver = Start-RangeDriver $range $run
        Wait-RangeCondition { (Get-RangeJournalText $range) -match '"StepStarted".*"AwaitIdle"' }
        $stopped = Stop-Deployment -Last -Immediate -Wait -Reason 'wrong release' @store
        $stopped.State | Should -Be 'Stopped'
        $stopped.Lanes.State | Should -Be @('Compensated', 'NotStarted')
        (Wait-RangeDriver $driver).ExitCode | Should -Be 1
        $held.ForEach('Dispose')
        Get-RangeState $range | Should -Be $allUp
        $range.Deployer.Calls | Should -BeNullOrEmpty
        # It left nothing behind, and is gone on with all the same. (An instance goes on with a slow request that nobody waits for any more.)
        $null = Send-RangeCommand $range 'shutdown sessions server app/a1; shutdown sessions server app/a2'
        (Resume-Deployment -Last @store).State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
    }

    It 'whose balancer is reached by another address now is gone on with by -Balancer' {
        $driver = Start-Held
        $driver.Kill()
        $range.Deployer.Clear()
        $shell = New-RangeShell "Resume-Deployment -Last @store -Balancer (Connect-HAProxy tcp://127.0.0.1:$($range.Admin))" @{ store = $store }
        ($shell.Shell.Invoke()).State | Should -Be 'Succeeded' -Because "$($shell.Shell.Streams.Error)"
        $shell.Shell.Dispose()
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
        $lone = New-RangeShell 'Undo-Deployment -Last @store' @{ store = $store }
        { $lone.Shell.Invoke() } | Should -Throw '*Connect-HAProxy tcp://*'
        $lone.Shell.Dispose()
    }

    It 'whose driver died in a deploy is closed: what was deployed to stays out and is named' {
        $driver = Start-Held
        $driver.Kill()
        $range.Deployer.Clear()
        (Stop-Deployment -Last @store -WarningVariable warnings -WarningAction SilentlyContinue).State | Should -Be 'Stopped'
        "$warnings" | Should -Match 'a1 stays'
        Get-RangeState $range | Should -Be 'app/a1 DRAIN, app/a2 UP, app/a3 UP, app/a4 UP'
        { Resume-Deployment -Last @store } | Should -Throw -ErrorId 'DeploymentNotRunning,*'
        # The pool is free again.
        (Get-HAProxyServer -Backend app -Name a3 | Invoke-RollingDeployment @quick -WarningAction SilentlyContinue).State | Should -Be 'Succeeded'
    }

    It 'whose driver died in a drain is closed: what was only drained goes back' {
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 600000) }
        $driver = Start-RangeDriver $range $run
        Wait-RangeCondition { (Get-RangeJournalText $range) -match '"StepStarted".*"AwaitIdle"' }
        $driver.Kill()
        Get-RangeState $range | Should -Match 'app/a1 DRAIN'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        (Stop-Deployment -Last @store).State | Should -Be 'Stopped'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 250 -Because 'the connections are waited for no more'
        $held.ForEach('Dispose')
        Get-RangeState $range | Should -Be $allUp
        $range.Deployer.Calls | Should -BeNullOrEmpty
    }
}

Describe 'Before a deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $quick = @{ Release = '2.0'; StableSec = 0.2; Store = $range.Store; FilePath = $range.DeployFile }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'Test-Deployment tells what it found, and changes nothing' {
        $findings = Get-HAProxyServer -Backend app | Test-Deployment @quick
        $findings.Level | Should -Not -Contain 'Error'
        $findings.Check | Should -Contain 'Rights'
        $findings.Check | Should -Contain 'Lock'
        ($findings | Where-Object Check -eq Status).Count | Should -Be 4
        $range.Tap.Writes | Should -BeNullOrEmpty
        Get-RangeJournal $range | Should -BeNullOrEmpty
    }

    It 'Test-Deployment forbids what can''t keep its limits' {
        $findings = Get-HAProxyServer -Backend app | Test-Deployment @quick -MinimumHealthy 4 -ErrorVariable errors -ErrorAction SilentlyContinue
        ($findings | Where-Object Level -eq Error).Check | Should -Contain 'Capacity'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'PlanRefused,*'
    }

    It 'a plan is run as it was approved, and refused when the world has changed' {
        $plan = Get-HAProxyServer -Backend app | Select-Object -First 1 | Invoke-RollingDeployment @quick -PlanOnly
        $null = Send-RangeCommand $range 'set server app/a4 state maint'
        $refused = { Get-HAProxyServer -Backend app | Select-Object -First 1 | Invoke-RollingDeployment -Plan $plan -Store $range.Store -FilePath $range.DeployFile } | Should -Throw -ErrorId 'PlanOutdated,*' -PassThru
        "$refused" | Should -Match 'pool app has 3'
        $range.Deployer.Calls | Should -BeNullOrEmpty
        $null = Send-RangeCommand $range 'set server app/a4 state ready'
        Wait-RangeCondition { (Get-RangeState $range) -match 'a4 UP$' }
        $result = Get-HAProxyServer -Backend app | Select-Object -First 1 | Invoke-RollingDeployment -Plan $plan -Store $range.Store -FilePath $range.DeployFile
        $result.State | Should -Be 'Succeeded'
        $result.Release | Should -Be '2.0'
    }
}
