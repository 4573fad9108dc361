# The mission itself: a release onto a pool under load, and not one request lost.
Describe 'A rolling release under load' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $quick = @{ Release = '2.0'; StableSec = 0.5; HealthyDeadlineSec = 30; Module = $RangeModule }
    }

    Context 'drained by the balancer' {
        BeforeAll {
            $range = Start-Range
            $quick.Store = $range.Store
        }
        BeforeEach { Reset-Range $range }
        AfterAll { Stop-Range $range }

        It 'replaces four instances, one after the other, and loses no request' {
            Start-RangeLoad $range
            $result = Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy { Restart-RangeInstance $Instance.Port $Release }
            $load = Stop-RangeLoad $range

            $result.State | Should -Be 'Succeeded'
            $result.LowestCapacity | Should -Be 3
            $result.Lanes.State | Should -Be @('Succeeded', 'Succeeded', 'Succeeded', 'Succeeded')
            Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'

            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            foreach ($version in '1.0', '2.0') { $load.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in traffic" }

            # In order, each one drained and put back before the next.
            $range.Tap.Writes | Should -Be @(foreach ($n in 1..4) { "set server app/a$n state drain"; "set server app/a$n state ready" })
        }

        It 'waits for the connections of each member before it deploys there' {
            $held = 1..8 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
            Wait-RangeCondition { (Get-RangeServer $range | Measure-Object Connections -Sum).Sum -eq 8 }
            # They end when both lanes wait for them.
            $end = Start-ThreadJob -ArgumentList $range, $RangeModule {
                param($range, $module)
                Import-Module $module
                Wait-RangeCondition { [regex]::Matches((Get-RangeJournalText $range), '"StepStarted"[^\n]*"AwaitIdle"').Count -eq 2 }
                # And have looked again and again.
                $seen = $range.Tap.Commands.Count
                Wait-RangeCondition { $range.Tap.Commands.Count -ge $seen + 16 }
                $null = Send-RangeCommand $range 'shutdown sessions server app/a1; shutdown sessions server app/a2'
            }
            $result = Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick -BatchSize 2 -ArgumentList $range.Admin -Deploy {
                param($admin)
                $line = [AppStatusRange.Wire]::Ask($admin, 'show stat app 4 -1').TrimStart('#', ' ') -split "`n" | ConvertFrom-Csv | Where-Object svname -eq $Instance.Name
                if ($line.status -notlike 'DRAIN*' -or $line.scur -ne 0) { throw "It is $($line.status) and has $($line.scur) connections." }
                # An instance goes on with a slow request although nobody waits for it any more.
                Restart-RangeInstance $Instance.Port $Release -Hard
            }
            $end | Receive-Job -Wait -AutoRemoveJob
            $held.ForEach('Dispose')
            $result.State | Should -Be 'Succeeded'
            $result.LowestCapacity | Should -Be 2
        }

        It 'counts failed requests when draining is left out: the harness can tell' {
            Start-RangeLoad $range -Mix '/=80,/slow?ms=1500=20'
            Wait-RangeCondition { @(Get-RangeServer $range | Where-Object Connections -ge 5).Count -eq 4 }
            $null = Get-HAProxyServer -Backend app | Select-Object -First 2 |
                Invoke-RollingDeployment @quick -DrainTimeoutSec 0 -OnDrainTimeout Continue -Deploy { Restart-RangeInstance $Instance.Port $Release -Hard }
            $load = Stop-RangeLoad $range
            $load.Failed | Should -BeGreaterThan 0
        }
    }

    Context 'driven by the status that the balancer''s check reads' {
        BeforeAll {
            $range = Start-Range -Check Status
            $quick.Store = $range.Store
            $quick.TrafficControl = 'Status'
            $quick.StatusCredential = Get-RangeCredential
        }
        BeforeEach { Reset-Range $range }
        AfterAll { Stop-Range $range }

        It 'with pool members, whose counts and health prove it' {
            Start-RangeLoad $range
            $result = Get-HAProxyServer -Backend app | Get-AppStatus |
                Invoke-RollingDeployment @quick -BatchSize 2 -Deploy { Restart-RangeInstance $Instance.Port $Release -Status stand-by }
            $load = Stop-RangeLoad $range

            $result.State | Should -Be 'Succeeded'
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
            $range.Tap.Writes | Should -BeNullOrEmpty -Because 'the balancer is only read'
        }

        It 'without them, by waiting' {
            Start-RangeLoad $range
            $result = $range.Instances | ForEach-Object { "127.0.0.1:$($_.Port)" } | Get-AppStatus |
                Invoke-RollingDeployment @quick -BatchSize 2 -DrainWaitSec 3 -MonitorDelaySec 1 -Deploy { Restart-RangeInstance $Instance.Port $Release -Status stand-by }
            $load = Stop-RangeLoad $range

            $result.State | Should -Be 'Succeeded'
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
            ($result.Lanes[0].Steps | Where-Object Step -eq AwaitIdle).Detail | Should -Match 'not observed'
        }
    }
}
