# A store that fails in the middle: the run stops before its next effect, whatever is out of traffic is named by the journal,
# and once the store is mended, another process goes on.
Describe 'A store that fails under a deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $range = Start-Range
        Start-RangeStandby $range 1
        $ports = $range.Instances.Port
        function Get-Run([string]$Store) {
            "Get-HAProxyServer -Backend app -Name a1, a2 | Invoke-RollingDeployment -Release 2.0 -StableSec 0.1 -HealthyDeadlineSec 30 -Store '$Store' -FilePath '$($range.DeployFile)'"
        }
        function Assert-Released {
            Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }
        # From here on the driver's files can't grow by more than that: its disk is full.
        function Set-Full($Driver, [int]$Room) {
            $length = (Get-Item (Get-RangeJournal $range)).Length
            & prlimit --pid $Driver.Id "--fsize=$($length + $Room)"
            $LASTEXITCODE | Should -Be 0
        }
    }
    BeforeEach { Reset-RangeStandby $range }
    AfterAll { Stop-Range $range; $range.Standby.Dispose() }

    It 'a disk that is full (<Room> bytes left) after <When> stops it before the next effect' -TestCases @(
        @{ When = 'a drain'; Room = 0; Match = 'state drain'; Step = 'Drain' }
        @{ When = 'a drain'; Room = 60; Match = 'state drain'; Step = 'Drain' }
        @{ When = 'a restore'; Room = 60; Match = 'state ready'; Step = 'Restore' }
    ) {
        if (-not (Test-RangeProgram prlimit)) { Set-ItResult -Skipped -Because 'there is no prlimit'; return }
        # What was done at the balancer is not heard of before the disk is full.
        $held = $range.Tap.Hold($Match, $true)
        $driver = Start-RangeOrder $range (Get-Run $range.Store)
        Wait-RangeCondition { $held.Reply }
        Set-Full $driver $Room
        $range.Tap.Writes.Count | Should -Be @{ Drain = 1; Restore = 2 }[$Step]
        $written = $range.Tap.Writes
        $held.Let($true)

        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1 -Because $end.Text
        $end.Text | Should -Match 'StoreUnavailable|The journal .* can''t be used'
        $end.Text | Should -Match 'No further change is made'
        $range.Tap.Writes | Should -Be $written
        $journal = Get-RangeJournalText $range
        $journal.Split("`n")[-1].Length | Should -Be $Room
        ($journal.Split("`n")[-2] | ConvertFrom-Json).event | ForEach-Object { "$($_.type) $($_.step)" } | Should -Be "StepStarted $Step"
        $cut = Get-Deployment -Last -Store $range.Store
        $cut.State | Should -Be 'Interrupted'

        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Assert-Released
    }

    It 'a Redis that is killed is waited for, and one that stays away stops it before the next effect' {
        if (-not (Test-RangeProgram redis-server)) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $redis = Start-RangeRedis $range
        try {
            $store = "redis://127.0.0.1:$($redis.Port)/0"
            foreach ($port in $ports[0, 1]) { $range.Deployer.Hold($port) }
            $driver = Start-RangeOrder $range (Get-Run $store)
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
            $redis.Process.Kill()
            $range.Deployer.Mend($ports[0])
            $redis = Start-RangeRedis $range $redis.Port
            # It has gone on: the second one is under way.
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 2 } 60
            $redis.Process.Kill()
            $range.Tap.Clear()
            $range.Deployer.Mend($ports[1])
            $end = Wait-RangeDriver $driver 90
            $end.ExitCode | Should -Be 1 -Because $end.Text
            $end.Text | Should -Match 'can''t be used'
            $range.Tap.Writes | Should -BeNullOrEmpty
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 DRAIN, app/a3 UP, app/a4 UP'

            $redis = Start-RangeRedis $range $redis.Port
            (Get-Deployment -Last -Store $store).Lanes.State | Should -Be @('Succeeded', 'Running')
            Clear-RangeRedisLease $redis.Port
            (Resume-Deployment -Last -Store $store).State | Should -Be 'Succeeded'
            $range.Deployer.Calls | Should -Be @("$($ports[0]) 2.0 1", "$($ports[1]) 2.0 1", "$($ports[1]) 2.0 2")
            Assert-Released
        }
        finally { $redis.Process.Dispose() }
    }
}
