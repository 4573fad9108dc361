# What a rolling deployment refuses, spares, waits for and checks, seen from the balancer's side.
Describe 'The limits of a rolling deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        # Two of the four are in a second pool, too.
        $range = Start-Range -Alias admin
        $WarningPreference = 'SilentlyContinue'
        $quick = @{ ExpectedVersion = '1.0'; StableSec = 0; HealthyDeadlineSec = 60; Store = $range.Store; Module = $RangeModule }
        $nothing = { 'deployed' }
        $allUp = 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP, admin/a1 UP, admin/a2 UP'
        function Get-Drained { @($range.Tap.Writes -match 'state drain' -replace '^set server (\S+) .*', '$1') }
        function Assert-NothingTouched {
            $range.Tap.Writes | Should -BeNullOrEmpty
            Get-RangeJournal $range | Should -BeNullOrEmpty
        }
        # The members of the pool app alone.
        function Get-App([string[]]$Name = '*') { Get-HAProxyServer -Backend app -Name $Name }
        function Get-DeploymentError([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    Context 'an instance that fails its check beforehand' {
        BeforeEach { Restart-RangeInstance $range.Instances[2].Port 1.0 --fail-health; Wait-RangeCondition { (Get-RangeState $range) -match 'app/a3 DOWN' } }

        It 'is skipped, reported and left alone' {
            $result = Get-App | Invoke-RollingDeployment @quick -HealthPath /health -Deploy $nothing -WarningVariable warned -WarningAction SilentlyContinue
            $result.State | Should -Be 'SucceededWithIssues'
            $result.Skipped | Should -Be 'a3'
            $result.Lanes.State | Should -Be @('Succeeded', 'Succeeded', 'Skipped', 'Succeeded')
            "$($result.Lanes[2].Error)" | Should -Match 'a3 failed its check.*IncludeUnhealthy'
            "$warned" | Should -Match 'a3 fails its health check'
            Get-Drained | Should -Be @('app/a1', 'app/a2', 'app/a4')
        }

        It 'is deployed with -IncludeUnhealthy, and first' {
            $quick = $quick.Clone(); $quick.ExpectedVersion = '2.0'
            $result = Get-App | Invoke-RollingDeployment @quick -HealthPath /health -IncludeUnhealthy -Release '2.0' -Deploy { Restart-RangeInstance $Instance.Port $Release }
            $result.State | Should -Be 'Succeeded'
            Get-Drained | Should -Be @('app/a3', 'app/a1', 'app/a2', 'app/a4')
            $result.Skipped | Should -BeNullOrEmpty
            Get-RangeState $range | Should -Be $allUp
        }
    }

    It 'an instance that an operator had disabled (<_>) is deployed, and disabled afterwards' -ForEach 'maint', 'drain' {
        $null = Send-RangeCommand $range "set server app/a2 state $_"
        $before = Get-RangeState $range
        $result = Get-App | Invoke-RollingDeployment @quick -Release x -LogPath (Join-Path $range.Folder "logs-$_") -Deploy $nothing -WarningAction SilentlyContinue
        $result.State | Should -Be 'Succeeded'
        $result.Lanes.State | Should -Be @('Succeeded', 'Succeeded', 'Succeeded', 'Succeeded')
        Join-Path $range.Folder "logs-$_/a2.log" | Should -FileContentMatch 'Output\s+deployed'
        Get-RangeState $range | Should -Be $before
        $range.Tap.Writes -match 'app/a2' | Should -BeNullOrEmpty
    }

    Context '-MinimumHealthy' {
        It 'that can''t be kept is refused, with the batch that fits' {
            $failure = Get-DeploymentError { Get-App | Invoke-RollingDeployment @quick -BatchSize 3 -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'MinimumHealthyUnreachable*'
            "$failure" | Should -Match '2' -Because 'a batch of two would fit'
            Assert-NothingTouched
        }

        It 'is counted on the whole pool, also when a part was piped in' {
            # Two of four serve: none may go while half of the four that were enabled must stay.
            foreach ($n in 2, 3) { Restart-RangeInstance $range.Instances[$n].Port 1.0 --fail-health }
            Wait-RangeCondition { (Get-RangeState $range) -match 'a3 DOWN, app/a4 DOWN' }
            $failure = Get-DeploymentError { Get-App a1 | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'MinimumHealthyUnreachable*'
            "$failure" | Should -Match 'app'
            Assert-NothingTouched
        }

        It 'of 100% is refused, and a count of 3 lets one go at a time' {
            (Get-DeploymentError { Get-App | Invoke-RollingDeployment @quick -MinimumHealthy 100% -Deploy $nothing }).FullyQualifiedErrorId | Should -BeLike 'MinimumHealthyUnreachable*'
            Assert-NothingTouched
            $result = Get-App a1, a2 | Invoke-RollingDeployment @quick -MinimumHealthy 3 -Deploy $nothing
            $result.LowestCapacity | Should -Be 3
        }

        It 'keeps a lane back while others are down, and lets it go when they are back' {
            # While a1 is out, a4 dies: at a2's turn three serve, and three must stay. It comes back once the lane was
            # seen to wait: the run has read the pool again and again, and drained nothing.
            $healer = Start-ThreadJob {
                param($range, $module)
                Import-Module $module
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a1 UP.*app/a4 DOWN' }
                $seen = $range.Tap.Commands.Count
                Wait-RangeCondition { $range.Tap.Commands.Count -ge $seen + 4 }
                $range.Tap.Writes
                Start-RangeInstance $range.Instances[3].Port 1.0
            } -ArgumentList $range, $RangeModule
            $result = Get-App a1, a2 | Invoke-RollingDeployment @quick -MinimumHealthy 3 -ArgumentList $range -Deploy {
                param($range)
                if ($Instance.Name -ne 'a1') { return }
                [AppStatusRange.Instances]::Kill($range.Instances[3].Port)
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a4 DOWN' }
            }
            $healer | Receive-Job -Wait -AutoRemoveJob | Should -Be @('set server app/a1 state drain', 'set server app/a1 state ready')
            $result.State | Should -Be 'Succeeded'
            Get-Drained | Should -Be @('app/a1', 'app/a2')
            Get-RangeState $range | Should -Be $allUp
        }

        It 'that is lost for good halts the run after -HealthyDeadlineSec, and spares the lane' {
            # The first lane replaces nothing: three readings are all that it needs of the deadline.
            $quick = $quick.Clone(); $quick.HealthyDeadlineSec = 4
            $failure = Get-DeploymentError {
                Get-App a1, a2 | Invoke-RollingDeployment @quick -MinimumHealthy 3 -ArgumentList $range -Deploy {
                    param($range)
                    [AppStatusRange.Instances]::Kill($range.Instances[3].Port)
                    Wait-RangeCondition { (Get-RangeState $range) -match 'app/a4 DOWN' }
                }
            }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $failure.TargetObject.Lanes[1].ErrorId | Should -Be 'CapacityLost'
            "$failure" | Should -Match 'a2 was kept back for 4 s.*It was not touched'
            Get-Drained | Should -Be 'app/a1'
        }
    }

    It 'one host in two backends is one lane, drained in both' {
        $result = Get-HAProxyServer -Backend app, admin | Where-Object Name -In a1, a2 | Invoke-RollingDeployment @quick -ArgumentList $range.Admin -Deploy {
            param($admin)
            $stats = [AppStatusRange.Wire]::Ask($admin, 'show stat -1 4 -1').TrimStart('#', ' ') -split "`n" | ConvertFrom-Csv | Where-Object svname -eq $Instance.Name
            if (@($stats | Where-Object status -Like 'DRAIN*').Count -ne 2) { throw "It is $($stats.status)." }
        }
        $result.State | Should -Be 'Succeeded' -Because $result.Lanes.Error
        $result.Lanes.Name | Should -Be @('a1', 'a2')
        Get-Drained | Should -Be @('app/a1', 'admin/a1', 'app/a2', 'admin/a2')
        Get-RangeState $range | Should -Be $allUp
    }

    It 'one host in two backends of which one was piped in is warned of' {
        $null = Get-App a1 | Invoke-RollingDeployment @quick -Deploy $nothing -WarningVariable warned
        "$warned" | Should -Match 'admin.*a1'
        Get-Drained | Should -Be 'app/a1'
    }

    Context 'looking without touching' {
        It '-WhatIf shows the plan and writes nothing' {
            $shown = pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModuleRoot'; `$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -BatchSize 2 -Store '$($range.Store)' -Deploy { } -WhatIf" | Out-String
            $shown | Should -Match 'What if'
            foreach ($text in 'a1', 'a4', '2\.0', 'at most 2 side by side', 'never below 2') { $shown | Should -Match $text }
            Assert-NothingTouched
        }

        It '-PlanOnly emits the plan and writes nothing' {
            $plan = Get-App | Invoke-RollingDeployment @quick -Release '2.0' -BatchSize '1,2' -PlanOnly -Deploy $nothing
            $plan.GetType().Name | Should -Be 'DeploymentPlan'
            $plan.Waves.Count | Should -Be 3
            Assert-NothingTouched
        }
    }

    It 'a ramp as <Name> gives waves of 1, 2 and the rest' -ForEach @(@{ Name = 'one text'; Ramp = '1,2' }, @{ Name = 'a list'; Ramp = 1, 2 }) {
        $plan = Get-App | Invoke-RollingDeployment @quick -BatchSize $Ramp -PlanOnly -Deploy $nothing
        $plan.Waves | ForEach-Object { $_.Lanes.Count } | Should -Be @(1, 2, 1)
        $result = Get-App | Invoke-RollingDeployment @quick -BatchSize $Ramp -Deploy $nothing
        $result.State | Should -Be 'Succeeded'
        $result.LowestCapacity | Should -Be 2
        # A barrier: a2 and a3 go only when a1 is back, a4 only when both are.
        $writes = @($range.Tap.Writes -replace '^set server app/(\S+) state ', '$1 ')
        $writes[0, 1] | Should -Be @('a1 drain', 'a1 ready')
        $writes[2..5] | Sort-Object | Should -Be @('a2 drain', 'a2 ready', 'a3 drain', 'a3 ready')
        $writes[6, 7] | Should -Be @('a4 drain', 'a4 ready')
    }

    Context 'the fleet check at the end' {
        BeforeAll {
            # Some come up with what they had before.
            $deploy = { param($ports) Restart-RangeInstance $Instance.Port $(if ($Instance.Port -in $ports) { '1.0' } else { $Release }) }
            $release = @{ Release = '2.0'; StableSec = 0; HealthyDeadlineSec = 60; Store = $range.Store; Module = $RangeModule; Deploy = $deploy }
        }

        It 'takes an instance out that kept the old version, and halts nothing for it' {
            $result = Get-App | Invoke-RollingDeployment @release -ArgumentList @(, @($range.Instances[0].Port))
            $result.State | Should -Be 'SucceededWithIssues'
            $result.Mismatched | Should -Be 'a1'
            $result.Lanes.State | Should -Be @('Succeeded', 'Succeeded', 'Succeeded', 'Succeeded')
            $result.Lanes[0].Left | Should -Be 'app/a1 Draining'
            Get-RangeState $range | Should -BeLike 'app/a1 DRAIN*, app/a2 UP, app/a3 UP, app/a4 UP,*'
        }

        It 'takes none out when they are more than -MaxMismatched, and fails' {
            $failure = Get-DeploymentError { Get-App | Invoke-RollingDeployment @release -MaxMismatched 1 -ArgumentList @(, $range.Instances[0, 1].Port) }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentFailed*'
            "$failure" | Should -Match '2 not on the expected version \(a1, a2\)'
            $failure.TargetObject.Mismatched | Should -Be @('a1', 'a2')
            Wait-RangeCondition { (Get-RangeState $range) -eq $allUp }
        }

        It 'takes none out below -MinimumHealthy' {
            $result = Get-App | Invoke-RollingDeployment @release -MinimumHealthy 3 -ArgumentList @(, $range.Instances[0, 1].Port)
            $result.State | Should -Be 'SucceededWithIssues'
            $result.Mismatched | Should -Be @('a1', 'a2')
            Wait-RangeCondition { @(Get-RangeServer $range | Where-Object { $_.Backend -eq 'app' -and $_.Status -eq 'UP' }).Count -eq 3 }
        }
    }

    Context '-BakeSec' {
        It 'watches health, and a wave that loses it halts the run' {
            $failure = Get-DeploymentError {
                Get-App | Invoke-RollingDeployment @quick -BakeSec 300 -HealthPath /health -Deploy $nothing -AfterRestore {
                    $null = Start-ThreadJob {
                        param($module, $range, $port)
                        Import-Module $module
                        Wait-RangeCondition { (Get-RangeJournalText $range) -match 'BakeStarted' }
                        Restart-RangeInstance $port 1.0 --fail-health
                    } -ArgumentList $using:RangeModule, $using:range, $Instance.Port
                }
            }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            "$failure" | Should -Match 'a1'
            $failure.TargetObject.Lanes.State | Should -Be @('Failed', 'NotStarted', 'NotStarted', 'NotStarted')
            $failure.TargetObject.Duration.TotalSeconds | Should -BeLessThan 300 -Because 'it does not bake on'
            Get-RangeState $range | Should -BeLike 'app/a1 D*, app/a2 UP, app/a3 UP, app/a4 UP,*'
        }

        It 'is spent after each wave, -FirstBakeSec after the first' {
            $result = Get-App a1, a2 | Invoke-RollingDeployment @quick -BakeSec 0.3 -FirstBakeSec 1.5 -Deploy $nothing
            $result.State | Should -Be 'Succeeded'
            $gap = ($result.Lanes[1].Started - ($result.Lanes[0].Started + $result.Lanes[0].Duration)).TotalSeconds
            $gap | Should -BeGreaterOrEqual 1.4
        }
    }

    Context 'hooks' {
        It 'run around each instance, with its variables' {
            $trace = Join-Path $range.Folder 'trace.txt'
            $result = Get-App a1, a2 | Invoke-RollingDeployment @quick -Release r7 -ArgumentList $range.Admin `
                -BeforeDrain { Add-Content $using:trace "before $($Instance.Name) $Release" } `
                -Deploy { Add-Content $using:trace "deploy $($Instance.Name)" } `
                -AfterRestore { Add-Content $using:trace "after $($Instance.Name)" }
            $result.State | Should -Be 'Succeeded'
            Get-Content $trace | Should -Be @('before a1 r7', 'deploy a1', 'after a1', 'before a2 r7', 'deploy a2', 'after a2')
        }

        It 'that fail before the drain (<Name>) leave the instance untouched' -ForEach @(
            @{ Name = 'by an error'; Hook = { throw 'monitoring is not there' }; Text = 'monitoring is not there' }
            @{ Name = 'by exit 4'; Hook = { exit 4 }; Text = 'exit code 4' }
        ) {
            $failure = Get-DeploymentError { Get-App | Invoke-RollingDeployment @quick -BeforeDrain $Hook -Deploy $nothing }
            $failure.TargetObject.Lanes[0].ErrorId | Should -Be 'HookFailed'
            "$failure" | Should -Match $Text
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It 'that fail after the restore fail the lane, and the instance serves' {
            $failure = Get-DeploymentError { Get-App a1 | Invoke-RollingDeployment @quick -AfterRestore { throw 'no warm-up' } -Deploy $nothing }
            $failure.TargetObject.Lanes[0].ErrorId | Should -Be 'HookFailed'
            $failure.TargetObject.Lanes[0].Left | Should -Be 'app/a1 Enabled'
            Get-RangeState $range | Should -Be $allUp
        }
    }

    Context 'a connection that never ends' {
        BeforeEach {
            $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
            Wait-RangeCondition { @(Get-RangeServer $range | Where-Object { $_.Backend -eq 'app' -and $_.Connections -eq 1 }).Count -eq 4 }
        }
        AfterEach { $held.ForEach('Dispose') }

        It 'makes the lane fail, and the member is put back' {
            $failure = Get-DeploymentError { Get-App | Invoke-RollingDeployment @quick -DrainTimeoutSec 1 -Deploy { throw 'it was deployed' } }
            $failure.TargetObject.Lanes.State | Should -Be @('Failed', 'NotStarted', 'NotStarted', 'NotStarted')
            $failure.TargetObject.Lanes[0].ErrorId | Should -Be 'DrainTimedOut'
            "$failure" | Should -Match 'a1.*1 connection'
            "$failure" | Should -Not -Match 'it was deployed'
            Get-RangeState $range | Should -Be $allUp
        }

        It 'is waited for no longer with Continue' {
            $result = Get-App a1 | Invoke-RollingDeployment @quick -DrainTimeoutSec 1 -OnDrainTimeout Continue -Deploy $nothing
            $result.State | Should -Be 'Succeeded'
            $range.Tap.Writes | Should -Be @('set server app/a1 state drain', 'set server app/a1 state ready')
        }

        It 'leaves the member offline for the deploy with Force' {
            $result = Get-App a1 | Invoke-RollingDeployment @quick -DrainTimeoutSec 1 -OnDrainTimeout Force -ArgumentList $range.Admin -Deploy {
                param($admin)
                $line = [AppStatusRange.Wire]::Ask($admin, 'show stat app 4 -1').TrimStart('#', ' ') -split "`n" | ConvertFrom-Csv | Where-Object svname -eq a1
                if ($line.status -ne 'MAINT') { throw "It is $($line.status)." }
            }
            $result.State | Should -Be 'Succeeded' -Because $result.Lanes[0].Error
            Get-RangeState $range | Should -Be $allUp
        }

        It 'counts as idle with -IdleConnections 1' {
            (Get-App a1 | Invoke-RollingDeployment @quick -IdleConnections 1 -DrainTimeoutSec 60 -Deploy $nothing).State | Should -Be 'Succeeded'
        }
    }

    Context 'checks of one''s own' {
        It '-HealthCheck must return $true, and nothing else (<Name>)' -ForEach @(
            @{ Name = 'false'; Check = { $false }; Text = 'returned false' }
            @{ Name = 'a text'; Check = { 'True' }; Text = "'True', which is not" }
            @{ Name = 'nothing'; Check = { }; Text = 'returned nothing' }
            @{ Name = 'an error'; Check = { throw 'no database' }; Text = 'no database' }
        ) {
            $failure = Get-DeploymentError { Get-App a1 | Invoke-RollingDeployment @quick -HealthCheck $Check -Deploy $nothing -WarningAction SilentlyContinue }
            $failure.TargetObject.Skipped | Should -Be 'a1'
            "$failure" | Should -Match "a1 \(CheckFailed\).*$Text"
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It '-HealthCheck decides after the deploy' {
            $mark = Join-Path $range.Folder 'sick'
            $failure = Get-DeploymentError {
                Get-App a1 | Invoke-RollingDeployment @quick -HealthyDeadlineSec 1 -HealthCheck { -not (Test-Path $using:mark) } -Deploy { Set-Content $using:mark x }
            }
            $failure.TargetObject.Lanes[0].ErrorId | Should -Be 'HealthNotReached'
            $failure.TargetObject.Lanes[0].Left | Should -Be 'app/a1 Draining'
        }

        It '-VersionCheck <Name>' -ForEach @(
            @{ Name = 'may return the version'; Check = { Get-Content (Join-Path $using:range.Folder "$($Instance.Name).version") } }
            @{ Name = 'may return whether it is the expected one'; Check = { (Get-Content (Join-Path $using:range.Folder "$($Instance.Name).version")) -eq '20260101-1200' } }
        ) {
            $set = { Set-Content (Join-Path $using:range.Folder "$($Instance.Name).version") $(if ($using:wrong) { 'old' } else { $Release }) }
            foreach ($name in 'a1', 'a2') { Set-Content (Join-Path $range.Folder "$name.version") 'before' }
            $quick = $quick.Clone(); $quick.ExpectedVersion = '20260101-1200'
            $wrong = $false
            (Get-App a1 | Invoke-RollingDeployment @quick -Release 20260101-1200 -VersionCheck $Check -Deploy $set).State | Should -Be 'Succeeded'
            $wrong = $true
            $failure = Get-DeploymentError { Get-App a2 | Invoke-RollingDeployment @quick -Release 20260101-1200 -HealthyDeadlineSec 1 -MaxMismatched 0 -VersionCheck $Check -Deploy $set }
            $failure.TargetObject.Lanes[0].ErrorId | Should -Be 'VersionMismatch'
        }
    }
}
