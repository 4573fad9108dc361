# The mission's second system, rule by rule: two virtual servers over one set of hosts, whose monitors read the status. A release
# goes out in pairs, back again, or is committed; a plan file names a goal for each node. All the while there is load on production.
Describe 'System 2, F5 pools driven by status' {
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/BigIp.ps1
        . $PSScriptRoot/../Support/Load.ps1
        . $PSScriptRoot/../Support/StatusWatch.ps1
        $WarningPreference = 'SilentlyContinue'
        $ports = [AppStatusRange.Wire]::FreePorts(6) | Sort-Object
        $old, $new = $ports[0..2], $ports[3..5]
        $bigip = Start-StatusBigIp $ports
        $operator = Get-RangeCredential
        $promote = @{ Promote = $true; Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 20; StatusCredential = $operator }
        # The status of all, in the order of their ports: the three that were in production first, then the three that wait.
        function Get-Side { (Get-F5PoolMember production | Sort-Object Port | Get-AppStatus | ForEach-Object RawStatus) -join ' ' }
        $before = 'ready ready ready stage stage stage'
        $after = 'stand-by stand-by stand-by ready ready ready'

        function Reset-Hosts {
            foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
            [AppStatusRange.Instances]::StartAll($old, (Get-InstanceOptions '1.0' ready))
            [AppStatusRange.Instances]::StartAll($new, (Get-InstanceOptions '2.0' stage))
            Wait-RangeCondition { @(Get-F5PoolMember production | Where-Object Health -EQ Up).Count -eq 3 -and @(Get-F5PoolMember test | Where-Object Health -EQ Up).Count -eq 3 }
            $promote.Store = Join-Path $TestDrive ([guid]::NewGuid())
        }
        # What a deployment did, in the order of its journal: 'Enter 127.0.0.1:7001 started', ….
        function Get-Done($Result) {
            Get-Content $Result.Journal | ForEach-Object { ($_ | ConvertFrom-Json).event } | Where-Object type -In StepStarted, StepSucceeded |
                ForEach-Object { "$($_.step) $($_.lane) $($_.type -replace 'Step')" }
        }
        function Get-Place([string[]]$Done, [string]$What) { [array]::IndexOf($Done, $What) }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
    }

    Context 'two virtual servers over one set of hosts' {
        BeforeAll { Reset-Hosts }

        It 'have the same members' {
            @(Get-F5VirtualServer).Pool | Sort-Object | Should -Be @('production', 'test')
            (Get-F5PoolMember production).Name | Sort-Object | Should -Be @((Get-F5PoolMember test).Name | Sort-Object)
            (Get-F5PoolMember production).Count | Should -Be 6
        }

        It 'have monitors that read the status' {
            (Get-F5PoolMember production | Where-Object Health -EQ Up | Sort-Object Port).Port | Should -Be $old
            (Get-F5PoolMember test | Where-Object Health -EQ Up | Sort-Object Port).Port | Should -Be $new
            $null = Set-AppStatus "127.0.0.1:$($new[0])" ready -Credential $operator
            $one = @{ Member = "127.0.0.1:$($new[0])" }
            Get-F5PoolMember production @one | Wait-PoolMember -Health Up -IntervalSec 0.1 -TimeoutSec 10 | Should -Not -BeNullOrEmpty
            Get-F5PoolMember test @one | Wait-PoolMember -Health Down -IntervalSec 0.1 -TimeoutSec 10 | Should -Not -BeNullOrEmpty
        }
    }

    Context 'a rolling release' {
        BeforeAll {
            Reset-Hosts
            $production, $test = (Start-Load $bigip.Entry.production), (Start-Load $bigip.Entry.test -Rate 20 -Mix '/=100')
            Wait-RangeCondition { (Get-RequestCount $old[0]) -gt 0 -and (Get-RequestCount $new[0]) -gt 0 }
            # It has gone to and fro by what is asserted below: the release, the way back, the release again, and the commit.
            $watch = Start-StatusWatch $old $new
            $released = Get-F5PoolMember production | Invoke-RollingDeployment @promote
            $releasedSamples = Stop-StatusWatch $watch
            $sideReleased = Get-Side
            $testLoad = Stop-Load $test
            $watch = Start-StatusWatch $new $old
            $undone = $released | Undo-Deployment -Store $promote.Store -StatusCredential $operator
            $undoneSamples = Stop-StatusWatch $watch
            $sideUndone = Get-Side
            $again = Get-F5PoolMember production | Invoke-RollingDeployment @promote
            $committed = $again | Complete-Deployment -Store $promote.Store -StatusCredential $operator
            $sideCommitted = Get-Side
            $done = Get-Done $released
            $pairs = @($released.Lanes.Name)
        }
        AfterAll { foreach ($load in $production, $test) { if ($load) { $load.Process.Dispose() } } }

        It 'goes in pairs: as many lanes as there are in production, each with one that comes and one that goes' {
            $plan = $released.Lanes | Where-Object State -EQ Succeeded
            $plan.Count | Should -Be 3
            $pairs | Sort-Object | Should -Be @($new | ForEach-Object { "127.0.0.1:$_" } | Sort-Object)
            foreach ($pair in $pairs) { ($done -like "Enter $pair Succeeded").Count, ($done -like "Drain $pair Succeeded").Count | Should -Be @(1, 1) }
        }

        It 'makes a stage instance ready, waits until it serves, and only then makes a ready one stand-by' {
            foreach ($pair in $pairs) {
                $places = foreach ($step in "Enter $pair Started", "Enter $pair Succeeded", "AwaitServing $pair Succeeded", "Drain $pair Started", "Drain $pair Succeeded") { Get-Place $done $step }
                $places | Should -Not -Contain -1
                $places | Should -Be ($places | Sort-Object)
            }
        }

        It 'does one pair after the other' {
            $turns = $done | Where-Object { $_ -match '^(Enter|Drain) .* (Started|Succeeded)$' } | ForEach-Object { ($_ -split ' ')[1] }
            # Enter and Drain, each begun and ended, of the first pair; then those of the next.
            $turns | Should -Be @(foreach ($pair in ($turns | Select-Object -Unique)) { , $pair * 4 })
        }

        It 'was seen so from outside: never fewer than three ready, never more than four, and nobody stand-by before another was ready' {
            # From the first moment on, and some of those between that and the last one.
            "$($releasedSamples[0].Leaving)" | Should -Be 'ready ready ready'
            @($releasedSamples | ForEach-Object { "$($_.Leaving) | $($_.Coming)" } | Select-Object -Unique).Count | Should -BeGreaterThan 2
            foreach ($sample in $releasedSamples) {
                $because = "$($sample.Before) | $($sample.Leaving) | $($sample.Coming)"
                $leaving = @($sample.Leaving -eq 'ready').Count
                $leaving + @($sample.Coming -eq 'ready').Count | Should -BeGreaterOrEqual 3 -Because $because
                $leaving + @($sample.Before -eq 'ready').Count | Should -BeLessOrEqual 4 -Because $because
                @($sample.Leaving -eq 'stand-by').Count | Should -BeLessOrEqual @($sample.Coming -eq 'ready').Count
            }
            @($releasedSamples | Where-Object { @($_.Coming -eq 'ready').Count -gt @($_.Leaving -eq 'stand-by').Count }).Count | Should -BeGreaterThan 0
        }

        It 'leaves production on the new release, and the old one in stand-by' {
            $released.State | Should -Be 'Succeeded'
            $sideReleased | Should -Be $after
        }

        It 'rolls back: stand-by back to ready, the new ones back to stage' {
            $undone.State | Should -Be 'RolledBack'
            $sideUndone | Should -Be $before
        }

        It 'rolls back as carefully: one that was replaced is ready before a new one goes to stage' {
            "$($undoneSamples[0].Leaving)" | Should -Be 'ready ready ready'
            @($undoneSamples | ForEach-Object { "$($_.Leaving) | $($_.Coming)" } | Select-Object -Unique).Count | Should -BeGreaterThan 2
            foreach ($sample in $undoneSamples) { @($sample.Leaving -eq 'stage').Count | Should -BeLessOrEqual @($sample.Coming -eq 'ready').Count -Because "$($sample.Leaving) | $($sample.Coming)" }
        }

        It 'is committed: stand-by becomes stage, and nothing else changes' {
            $again.State | Should -Be 'Succeeded'
            $committed.State | Should -Be 'Succeeded'
            $sideCommitted | Should -Be 'stage stage stage ready ready ready'
        }

        It 'cannot be rolled back once it is committed' {
            { $again | Undo-Deployment -Store $promote.Store -StatusCredential $operator } | Should -Throw -ErrorId 'DeploymentSuperseded*'
        }

        It 'frees them for the next version, which takes the same way' {
            foreach ($port in $old) { Restart-RangeInstance $port '3.0' -Status stage }
            Wait-RangeCondition { @(Get-F5PoolMember test | Where-Object Health -EQ Up).Count -eq 3 }
            $next = @{} + $promote
            $next.Release = '3.0'
            (Get-F5PoolMember production | Invoke-RollingDeployment @next).State | Should -Be 'Succeeded'
            Get-Side | Should -Be 'ready ready ready stand-by stand-by stand-by'
        }

        It 'loses no request of production, from the first pair to the next version' {
            $load = Stop-Load $production
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            foreach ($version in '1.0', '2.0', '3.0') { $load.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in production" }
        }

        It 'sends test traffic to what waits in stage, and to nothing else' {
            # While the last of the pairs was moved nobody was in stage any more: those requests were answered by nobody.
            $testLoad.Versions.'2.0' | Should -BeGreaterThan 0
            @($testLoad.Versions.psobject.Properties.Name) | Should -Be @('2.0')
        }
    }

    Context 'a plan file' {
        BeforeEach { Reset-Hosts }
        BeforeAll {
            function New-PlanFile([string[]]$Goals) {
                $file = Join-Path $TestDrive 'plan.json'
                $nodes = @(0..5 | ForEach-Object { @{ host = "127.0.0.1:$($ports[$_])"; goal = $Goals[$_] } })
                @{ method = @{ type = 'rolling'; pause = 1 }; nodes = $nodes } | ConvertTo-Json -Depth 5 | Set-Content $file
                Get-Content $file -Raw | ConvertFrom-Json
            }
        }

        It 'gives each node its goal, in pairs' {
            $plan = New-PlanFile stand-by, stand-by, ready, ready, ready, stage
            $production = Start-Load $bigip.Entry.production
            Wait-RangeCondition { (Get-RequestCount $old[0]) -gt 0 }
            $watch = Start-StatusWatch $old $new
            $result = $plan.nodes | Invoke-RollingDeployment @promote -BakeSec $plan.method.pause -MonitorDelaySec 1 -DrainWaitSec 1
            $samples = Stop-StatusWatch $watch
            $load = Stop-Load $production
            $result.State | Should -Be 'Succeeded'
            Get-Side | Should -Be 'stand-by stand-by ready ready ready stage'
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            foreach ($sample in $samples) { @($sample.Leaving -eq 'stand-by').Count | Should -BeLessOrEqual @($sample.Coming -eq 'ready').Count }
        }

        It 'pauses after each pair as long as it says' {
            $plan = New-PlanFile stand-by, stand-by, stand-by, ready, ready, ready
            $planned = $plan.nodes | Invoke-RollingDeployment @promote -BakeSec $plan.method.pause -PlanOnly
            $planned.Waves.Count | Should -Be 3
            $planned.Waves[0, 1].Bake.TotalSeconds | Should -Be @(1, 1)
        }

        It 'sets the goals at once where nothing needs to be kept serving' {
            $plan = New-PlanFile stage, stand-by, ready, ready, stage, stand-by
            $null = $plan.nodes | Set-AppStatus -Credential $operator
            Get-Side | Should -Be 'stage stand-by ready ready stage stand-by'
        }

        It 'with a goal that is none is refused, and nothing is touched' {
            { (New-PlanFile stand-by, stand-by, stand-by, ready, ready, redy).nodes | Invoke-RollingDeployment @promote } | Should -Throw -ErrorId 'InvalidTarget*'
            Get-Side | Should -Be $before
        }
    }
}
