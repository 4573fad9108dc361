# Releases in pairs, driven by the status that two virtual servers' monitors read: what is stage becomes ready, what is ready
# becomes stand-by; undone, everything is as it was; completed, stand-by becomes stage.
Describe 'A promotion in pairs behind an F5' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        . $PSScriptRoot/Support/Load.ps1
        $ports = [AppStatusRange.Wire]::FreePorts(8) | Sort-Object
        [AppStatusRange.Instances]::StartAll($ports[0..3], (Get-InstanceOptions '1.0' ready))
        [AppStatusRange.Instances]::StartAll($ports[4..7], (Get-InstanceOptions '2.0' stage))
        $bigip = Start-StatusBigIp $ports
        $entry = $bigip.Entry
        $status = @{ StatusCredential = Get-RangeCredential }
        $promote = @{ Promote = $true; Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 60; WarningAction = 'SilentlyContinue' } + $status
        function Get-Side { (Get-F5PoolMember production | Sort-Object Port | Get-AppStatus | ForEach-Object { "$($_.Version) $($_.RawStatus)" }) -join ', ' }
        function Get-Up([string]$Pool) { "$((Get-F5PoolMember $Pool | Where-Object Health -EQ Up | Sort-Object Port).Port)" }
        $before = ((1..4 | ForEach-Object { '1.0 ready' }) + (1..4 | ForEach-Object { '2.0 stage' })) -join ', '
        $after = ((1..4 | ForEach-Object { '1.0 stand-by' }) + (1..4 | ForEach-Object { '2.0 ready' })) -join ', '
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
    }
    BeforeEach {
        # A promotion replaces no instance: what it has changed is their status.
        $ports[0..3] | ForEach-Object { "127.0.0.1:$_" } | Set-AppStatus -Status ready -Credential (Get-RangeCredential) | Out-Null
        $ports[4..7] | ForEach-Object { "127.0.0.1:$_" } | Set-AppStatus -Status stage -Credential (Get-RangeCredential) | Out-Null
        # Those of the test before are Up still, for as long as the monitors' time-out.
        Wait-RangeCondition { (Get-Up production) -eq "$($ports[0..3])" -and (Get-Up test) -eq "$($ports[4..7])" }
        $promote.Store = Join-Path $TestDrive ([guid]::NewGuid())
    }

    It 'moves production to the new release without a failed request and never with fewer than four ready, and back, and completes' {
        $production = Start-Load $entry.production
        Wait-RangeCondition { (Get-F5PoolMember production | Measure-Object Connections -Sum).Sum -gt 0 }
        $result = Get-F5PoolMember production | Invoke-RollingDeployment @promote
        $result.State | Should -Be 'Succeeded'
        $result.Strategy | Should -Be 'Promote'
        $result.LowestCapacity | Should -BeGreaterOrEqual 4
        Get-Side | Should -Be $after

        $undone = $result | Undo-Deployment -Store $promote.Store @status -WarningAction SilentlyContinue
        $undone.State | Should -Be 'RolledBack'
        Get-Side | Should -Be $before

        $again = Get-F5PoolMember production | Invoke-RollingDeployment @promote -BatchSize 2
        $again.State | Should -Be 'Succeeded'
        Get-Side | Should -Be $after
        $load = Stop-Load $production
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        foreach ($version in '1.0', '2.0') { $load.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in production" }

        $completed = $again | Complete-Deployment -Store $promote.Store @status
        $completed.State | Should -Be 'Succeeded'
        Get-Side | Should -Be ($after -replace 'stand-by', 'stage')
        { $again | Undo-Deployment -Store $promote.Store @status } | Should -Throw -ErrorId 'DeploymentSuperseded*'
    }

    It 'sends the test virtual server to what is in stage' {
        $test = Start-Load $entry.test -Rate 50 -Mix '/=100'
        $result = Get-F5PoolMember production | Select-Object -Last 8 | Invoke-RollingDeployment @promote -PlanOnly
        Wait-RangeCondition { (Get-F5PoolMember test | Measure-Object Connections -Sum).Sum -gt 0 }
        $load = Stop-Load $test
        $load.Failed | Should -Be 0
        @($load.Versions.psobject.Properties.Name) | Should -Be @('2.0')
        "$result" | Should -Match 'in place of'
    }

    Context 'with a pair that fails in the middle' {
        BeforeEach {
            # The second of the new ones reports well beforehand, and fails once it is ready.
            $sick = @{ HealthCheck = { -not ($Instance.Port -eq $using:ports[5] -and (Invoke-RestMethod "http://127.0.0.1:$($Instance.Port)/appstatus").status -eq 'ready') } }
            # The deadline is for that one; all that the others need of it is some readings of the monitors, of 0.1 s each.
            $kept = $promote.Clone()
            $promote.StableSec, $promote.HealthyDeadlineSec = 0, 5
        }
        AfterEach { $promote.StableSec, $promote.HealthyDeadlineSec = $kept.StableSec, $kept.HealthyDeadlineSec }

        It 'halts: the bad one is back in stage, and what it was to replace serves' {
            $production = Start-Load $entry.production
            { Get-F5PoolMember production | Invoke-RollingDeployment @promote @sick } | Should -Throw -ErrorId 'DeploymentHalted*'
            (Stop-Load $production).Failed | Should -Be 0
            Get-Side | Should -Be '1.0 stand-by, 1.0 ready, 1.0 ready, 1.0 ready, 2.0 ready, 2.0 stage, 2.0 stage, 2.0 stage'
            $done = Resume-Deployment -Last -Store $promote.Store -HealthCheck { $true } @status
            $done.State | Should -Be 'Succeeded'
            Get-Side | Should -Be $after
        }

        It 'rolls back' {
            $production = Start-Load $entry.production
            { Get-F5PoolMember production | Invoke-RollingDeployment @promote @sick -OnFailure Rollback } | Should -Throw -ErrorId 'DeploymentRolledBack*'
            (Stop-Load $production).Failed | Should -Be 0
            Get-Side | Should -Be $before
        }

        It 'pauses, and ends paused when nobody comes' {
            { Get-F5PoolMember production | Invoke-RollingDeployment @promote @sick -OnFailure Pause -PauseTimeoutSec 0.5 } | Should -Throw -ErrorId 'DeploymentPaused*'
            $undone = Undo-Deployment -Last -Store $promote.Store -HealthCheck { $true } @status
            $undone.State | Should -Be 'RolledBack'
            Get-Side | Should -Be $before
        }
    }

    It 'refuses what does not report the release, what is not enough, and where nothing is in stage' {
        { Get-F5PoolMember production | Invoke-RollingDeployment @promote -ExpectedVersion 2.1 } | Should -Throw -ErrorId 'VersionMismatch*'
        { Get-F5PoolMember production | Sort-Object Port | Select-Object -First 5 | Invoke-RollingDeployment @promote } | Should -Throw -ErrorId 'MinimumHealthyUnreachable*'
        { Get-F5PoolMember production | Sort-Object Port | Select-Object -First 4 | Invoke-RollingDeployment @promote } | Should -Throw -ErrorId 'PlanRefused*'
        Get-Side | Should -Be $before
        Get-Deployment -Store $promote.Store | Should -BeNullOrEmpty
    }

    It 'takes unequal sides: more that come than go, and more that go than come' {
        $few = Get-F5PoolMember production | Sort-Object Port | Select-Object -Skip 2 | Invoke-RollingDeployment @promote
        $few.State | Should -Be 'Succeeded'
        Get-Side | Should -Be '1.0 ready, 1.0 ready, 1.0 stand-by, 1.0 stand-by, 2.0 ready, 2.0 ready, 2.0 ready, 2.0 ready'
        $null = $few | Undo-Deployment -Store $promote.Store @status
        Get-Side | Should -Be $before
        $many = Get-F5PoolMember production | Sort-Object Port | Select-Object -First 6 | Invoke-RollingDeployment @promote -MinimumHealthy 2
        $many.State | Should -Be 'Succeeded'
        Get-Side | Should -Be '1.0 stand-by, 1.0 stand-by, 1.0 stand-by, 1.0 stand-by, 2.0 ready, 2.0 ready, 2.0 stage, 2.0 stage'
    }

    It 'does what a plan file says, and no more' {
        $file = Join-Path $TestDrive plan.json
        $goals = 'ready', 'ready', 'stand-by', 'stand-by', 'ready', 'ready', 'stage', 'stage'
        @{ method = @{ type = 'rolling'; pause = 0 }; nodes = @(0..7 | ForEach-Object { @{ host = "127.0.0.1:$($ports[$_])"; goal = $goals[$_] } }) } | ConvertTo-Json -Depth 5 | Set-Content $file
        $result = (Get-Content $file -Raw | ConvertFrom-Json).nodes | Invoke-RollingDeployment @promote -MonitorDelaySec 1 -DrainWaitSec 1
        $result.State | Should -Be 'Succeeded'
        Get-Side | Should -Be '1.0 ready, 1.0 ready, 1.0 stand-by, 1.0 stand-by, 2.0 ready, 2.0 ready, 2.0 stage, 2.0 stage'
        { [pscustomobject]@{ host = "127.0.0.1:$($ports[0])"; goal = 'redy' } | Invoke-RollingDeployment @promote } | Should -Throw -ErrorId 'InvalidTarget*'
    }

    It 'exchanges the sides whole as blue-green, and back' {
        $production = Start-Load $entry.production
        $blueGreen = @{} + $promote
        $result = Get-F5PoolMember production | Invoke-BlueGreenDeployment @blueGreen -KeepWarmSec 0.5
        $result.State | Should -Be 'Succeeded'
        $result.Strategy | Should -Be 'BlueGreen'
        Get-Side | Should -Be $after
        ($result | Undo-Deployment -Store $promote.Store @status).State | Should -Be 'RolledBack'
        Get-Side | Should -Be $before
        $load = Stop-Load $production
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
    }

    It 'exchanges nothing when one of the new side is sick' {
        { Get-F5PoolMember production | Invoke-BlueGreenDeployment @promote -HealthCheck { $Instance.Port -ne $using:ports[5] } -MinimumHealthy 3 } | Should -Throw -ErrorId 'DeploymentHalted*'
        Get-Side | Should -Be $before
    }
}
