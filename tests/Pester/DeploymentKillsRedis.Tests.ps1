# kill -9 of the driver between an effect and its record in a shared Redis, to the byte: whoever goes on has another home,
# another folder, and no file of the dead one.
Describe 'A driver that is killed between its effects and a Redis' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        if (-not (Test-RangeProgram redis-server)) { return }
        $range = Start-Range
        Start-RangeStandby $range
        $redis = Start-RangeRedis $range
        $tap = [AppStatusRange.RedisTap]::new($redis.Port)
        $store = "redis://127.0.0.1:$($tap.Port)/0"
        # Announced and not done; done and not recorded.
        $moments = @(
            @{ Kind = 'DeploymentStarted'; Recorded = $true }
            foreach ($step in 'Drain', 'Deploy', 'Restore') {
                @{ Kind = "StepStarted $step"; Recorded = $true }
                @{ Kind = "StepSucceeded $step"; Recorded = $false }
            }
            @{ Kind = 'LaneEnded'; Recorded = $true }
        )
        # It hears nothing of the line any more: what it announced is not begun, and what it did is known to nobody.
        function Stop-OrderAt([string]$Script, $Moment) {
            $pattern = Get-RangeLinePattern $Moment.Kind
            $held = $tap.Hold($pattern, $Moment.Recorded)
            $driver = Start-RangeOrder $range $Script
            Wait-RangeCondition {
                if ($driver.HasExited) { throw "It ended before $($Moment.Kind): $($driver.Output) $($driver.Errors)" }
                $held.Met -and ($held.Reply -or -not $Moment.Recorded)
            } 60
            $driver.Kill()
            $held.Let($false)
            (Get-RangeRedisJournal $redis.Port 1) -match $pattern | Should -Be $Moment.Recorded -Because $Moment.Kind
            Clear-RangeRedisLease $redis.Port
        }
        function Assert-End([string]$Version) {
            Get-RangeVersion $range | Should -Be (@($Version) * 4)
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
            $told = Stop-RangeLoad $range
            $told.Failed | Should -Be 0 -Because "of $($told.Sent) $($told.FirstErrors)"
            Get-ChildItem $range.Folder -Recurse -Filter *.jsonl | Should -BeNullOrEmpty
            Test-Path $range.Store | Should -BeFalse
        }
    }
    BeforeEach {
        if ($redis) {
            Reset-RangeStandby $range
            $null = Send-RangeRedis $redis.Port FLUSHALL
            Start-RangeLoad $range -Mix '/=96,/slow?ms=700=4' -KeepAlive $false
        }
    }
    AfterAll {
        if (-not $redis) { return }
        $tap.Dispose()
        $redis.Process.Dispose()
        Stop-Range $range
        $range.Standby.Dispose()
    }

    It 'is gone on with, and no request is lost' {
        if (-not $redis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $script = "Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.1 -HealthyDeadlineSec 60 -Store $store -FilePath '$($range.DeployFile)'"
        foreach ($moment in $moments) {
            Stop-OrderAt $script $moment
            $script = "Resume-Deployment -Last -Store $store"
        }
        $end = Wait-RangeDriver (Start-RangeOrder $range $script)
        $end.ExitCode | Should -Be 0 -Because $end.Text
        Assert-End '2.0'
    }

    It 'is undone, and no request is lost' {
        if (-not $redis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $null = Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -BatchSize 2 -StableSec 0 -Store $store -FilePath $range.DeployFile
        $id = (Get-Deployment -Last -Store $store).Id
        $script = "Undo-Deployment $id -Store $store"
        foreach ($moment in $moments) { Stop-OrderAt $script $moment }
        $end = Wait-RangeDriver (Start-RangeOrder $range $script)
        $end.ExitCode | Should -Be 0 -Because $end.Text
        Assert-End '1.0'
    }
}
