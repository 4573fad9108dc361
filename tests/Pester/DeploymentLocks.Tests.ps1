# Two deployments of one pool in two processes, and a holder that freezes: one at a time changes the pool, and the other is told who.
Describe 'The lock of a pool' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $range = Start-Range
        Start-RangeStandby $range 2
        $ports = $range.Instances.Port
        $hasRedis = Test-RangeProgram redis-server
        if ($hasRedis) {
            $redis = Start-RangeRedis $range
            $tap = [AppStatusRange.RedisTap]::new($redis.Port)
        }
        $stores = @{ File = $range.Store; Redis = "redis://127.0.0.1:$($redis.Port)/0" }
        function Get-Run([string]$Store, [string]$More = '') {
            "Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment -Release 2.0 -StableSec 0.1 -HealthyDeadlineSec 60 -Store '$Store' -FilePath '$($range.DeployFile)' $More"
        }
        function Assert-Released([int]$Count = 2) {
            Get-RangeVersion $range | Should -Be (@('2.0') * $Count + @('1.0') * (4 - $Count))
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }
        # Both at the same moment; the one that gets the pool is held in its first deploy.
        function Start-Both([string]$Script) {
            $range.Deployer.Hold($ports[0])
            $both = Start-RangeOrder $range $Script
            $both = @($both; Start-RangeOrder $range $Script)
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 } 30
            $both
        }
    }
    BeforeEach {
        Reset-RangeStandby $range
        if ($hasRedis) { $null = Send-RangeRedis $redis.Port FLUSHALL }
    }
    AfterAll {
        if ($tap) { $tap.Dispose() }
        if ($redis) { $redis.Process.Dispose() }
        Stop-Range $range
        $range.Standby.Dispose()
    }

    It 'in a <Store> store is one''s, and the other is told whose' -TestCases @{ Store = 'File' }, @{ Store = 'Redis' } {
        if ($Store -eq 'Redis' -and -not $hasRedis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $both = Start-Both (Get-Run $stores[$Store])
        Wait-RangeCondition { @($both | Where-Object HasExited).Count -eq 1 } 30
        $loser, $winner = $both | Sort-Object { -not $_.HasExited }
        $end = Wait-RangeDriver $loser
        $end.ExitCode | Should -Be 1
        $now = Get-Deployment -Store $stores[$Store]
        $now.State | Should -Be 'Running' -Because 'there is one, and it goes on'
        $user, $machine = [Environment]::UserName, [Environment]::MachineName
        $end.Text | Should -Match "by AppStatus of $user on $machine \(pid $($winner.Id), deployment $($now.Id)\)"
        $range.Deployer.Mend($ports[0])
        (Wait-RangeDriver $winner).ExitCode | Should -Be 0
        $range.Deployer.Calls.Count | Should -Be 2
        Assert-Released
    }

    It 'in a <Store> store is waited for as long as asked' -TestCases @{ Store = 'File' }, @{ Store = 'Redis' } {
        if ($Store -eq 'Redis' -and -not $hasRedis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $both = Start-Both (Get-Run $stores[$Store] '-LockTimeoutSec 120')
        @($both | Where-Object HasExited).Count | Should -Be 0
        $range.Deployer.Mend($ports[0])
        foreach ($driver in $both) { $end = Wait-RangeDriver $driver; $end.ExitCode | Should -Be 0 -Because $end.Text }
        # One after the other: never both at once.
        $all = Get-Deployment -Store $stores[$Store]
        $all.State | Should -Be @('Succeeded', 'Succeeded')
        $range.Deployer.Calls | Should -Be @("$($ports[0]) 2.0 1", "$($ports[1]) 2.0 1", "$($ports[0]) 2.0 1", "$($ports[1]) 2.0 1")
        Assert-Released
    }

    It 'stays with a frozen holder in a File store, which is named, and goes on when it thaws' {
        $range.Deployer.Hold($ports[0])
        $driver = Start-RangeOrder $range (Get-Run $range.Store)
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
        [AppStatusRange.Signals]::Freeze($driver.Id)
        try {
            foreach ($try in { Resume-Deployment -Last -Store $range.Store }, { Undo-Deployment -Last -Store $range.Store }) {
                $refused = $try | Should -Throw -ErrorId 'PoolLocked,*' -PassThru
                "$refused" | Should -Match "pid $($driver.Id)"
            }
            (Get-Deployment -Last -Store $range.Store).State | Should -Be 'Running'
        }
        finally { [AppStatusRange.Signals]::Thaw($driver.Id) }
        $range.Deployer.Mend($ports[0])
        (Wait-RangeDriver $driver).ExitCode | Should -Be 0
        Assert-Released
    }

    It 'in a Redis store leaves a frozen holder when its time is over: thawed, it changes nothing more, and records nothing' {
        if (-not $hasRedis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        # One lane waits for a connection's end, the other one's drain is on the wire, and a line of the journal, too.
        $slow = [AppStatusRange.Wire]::Hold($range.Entry, 100000)
        Wait-RangeCondition { @(Get-RangeServer $range | Where-Object Connections).Count -eq 1 }
        $busy = (Get-RangeServer $range | Where-Object Connections).Name
        $other = if ($busy -eq 'a2') { 'a1' } else { 'a2' }
        $write = $range.Tap.Hold("set server app/$other state drain", $false)
        $store = "redis://127.0.0.1:$($tap.Port)/0"
        $run = "Get-HAProxyServer -Backend app -Name $busy, $other | Invoke-RollingDeployment -Release 2.0 -BatchSize 2 -StableSec 0.1 -Store '$store' -FilePath '$($range.DeployFile)'"
        $driver = Start-RangeOrder $range $run
        Wait-RangeCondition { $write.Met -and (Get-RangeState $range) -match "$busy DRAIN" } 30
        $line = $tap.Hold('"StepSucceeded".*"AwaitIdle"', $false)
        $null = Send-RangeCommand $range "shutdown sessions server app/$busy"
        $slow.Dispose()
        Wait-RangeCondition { $line.Met }
        [AppStatusRange.Signals]::Freeze($driver.Id)
        # The one write that was on the wire lands.
        $write.Let($true)
        Wait-RangeCondition { (Get-RangeState $range) -match "$other DRAIN" }

        $written = $range.Tap.Writes.Count
        (Resume-Deployment -Last -Store $stores.Redis -LockTimeoutSec 90 -WarningAction SilentlyContinue).State | Should -Be 'Succeeded'
        $range.Tap.Writes.Count | Should -BeGreaterThan $written
        $written = $range.Tap.Writes
        $journal = Get-RangeRedisJournal $redis.Port
        # What it had on the way to the journal is refused, by its token.
        $line.Let($true)
        Wait-RangeCondition { $line.Reply }
        $line.Reply | Should -Match 'fenced'
        [AppStatusRange.Signals]::Thaw($driver.Id)
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        # Whichever comes first when it thaws: the refusal, or the end of its patience for the answer. Either ends it.
        $end.Text | Should -Match "lease .* is lost|has taken the pool over|did not answer 'EVALSHA'.* No further change is made"
        $range.Tap.Writes | Should -Be $written
        Get-RangeRedisJournal $redis.Port | Should -Be $journal
        (Get-Deployment -Last -Store $stores.Redis).State | Should -Be 'Succeeded'
        foreach ($name in $busy, $other) { Get-RangeState $range | Should -Match "app/$name UP" }
    }
}
