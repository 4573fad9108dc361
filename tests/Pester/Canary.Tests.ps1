# A canary behind a real HAProxy: what share of the requests it really gets, and what takes it away again.
Describe 'A canary by weights' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Load.ps1
        $range = Start-Range
        $canary = @{ Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 30; Module = $RangeModule; Store = $range.Store; Deploy = { Restart-RangeInstance $Instance.Port $Release } }
        function Get-Weight { ((Send-RangeCommand $range 'show servers state app') -split "`n" | Where-Object { $_ -match '^\d+ app ' } | ForEach-Object { ($_ -split ' ')[7] }) -join ',' }
    }
    BeforeEach {
        Reset-Range $range
        foreach ($n in 1..4) { $null = Send-RangeCommand $range "set server app/a$n weight 1" }
    }
    AfterAll { Stop-Range $range }

    It 'gives the canary its share, then half, then releases the rest, and loses no request' {
        Start-RangeLoad $range -Mix '/=100'
        $result = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 25, 50, 100 -StepSec 1
        $load = Stop-RangeLoad $range

        $result.State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        Get-Weight | Should -Be '1,1,1,1'
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
    }

    It 'holds below 100, with the share that was asked for, and goes on from there' {
        $held = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10 -StepSec 0.2
        $held.State | Should -Be 'Holding'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
        Get-Weight | Should -Be '1,3,3,3'

        Start-RangeLoad $range -Rate 400 -Mix '/=100'
        Wait-RangeCondition { (Get-RangeServer $range | Measure-Object Connections -Sum).Sum -gt 0 }
        # The share is counted over so many.
        Wait-RangeCondition { ($range.Instances.Port | ForEach-Object { Get-RequestCount $_ } | Measure-Object -Sum).Sum -ge 1000 }
        $load = Stop-RangeLoad $range
        $share = 100 * $load.Versions.'2.0' / $load.Sent
        $share | Should -BeGreaterThan 7
        $share | Should -BeLessThan 13

        { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10 } | Should -Throw -ErrorId 'DeploymentUnfinished*'

        $done = $held | Resume-Deployment -Store $range.Store -Deploy $canary.Deploy -Module $RangeModule
        $done.State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
        Get-Weight | Should -Be '1,1,1,1'
    }

    It 'goes back from a hold to what was' {
        $held = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10 -StepSec 0
        $undone = $held | Undo-Deployment -Store $range.Store -Deploy $canary.Deploy -Module $RangeModule
        $undone.State | Should -Be 'RolledBack'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        Get-Weight | Should -Be '1,1,1,1'
    }

    It 'gives up a held share when it is closed, and is not gone on with by a job that is run again' {
        $null = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10 -StepSec 0
        { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10 -StepSec 0 -OnUnfinished Resume } | Should -Throw -ErrorId 'DeploymentUnfinished*'
        Get-Weight | Should -Be '1,3,3,3'
        $closed = Stop-Deployment -Last -Store $range.Store -WarningAction SilentlyContinue
        $closed.State | Should -Be 'Stopped'
        Get-Weight | Should -Be '1,1,1,1'
        Get-RangeState $range | Should -Match 'app/a1 DRAIN.*app/a2 UP, app/a3 UP, app/a4 UP'
    }

    It 'takes the traffic of a canary that loses its health, before stable weights fall' {
        $range.Tap.Clear()
        $check = { if ($Instance.Name -eq 'a1' -and (Test-Path $using:sick)) { $false } else { $true } }
        $sick = Join-Path $range.Folder 'sick'
        Remove-Item $sick -ErrorAction Ignore
        $failure = { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10, 100 -StepSec 30 -HealthCheck $check -AfterRestore { } -MaxFailures 5 } 
        $shell = New-RangeShell '$s = $sick; Connect-HAProxy $uri | Out-Null; Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 10, 100 -StepSec 30 -MaxFailures 5 -HealthCheck { -not ($Instance.Name -eq "a1" -and (Test-Path $using:s)) }' @{ canary = $canary; sick = $sick; uri = "tcp://127.0.0.1:$($range.Tap.Port)" }
        $run = $shell.Shell.BeginInvoke()
        Wait-RangeCondition { (Get-Weight) -eq '1,3,3,3' }
        $null = New-Item $sick
        { $shell.Shell.EndInvoke($run) } | Should -Throw '*lost health*'
        $shell.Runspace.Dispose()

        Get-Weight | Should -Be '1,1,1,1'
        Get-RangeState $range | Should -Match 'app/a1 DRAIN'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
        $writes = @($range.Tap.Writes)
        # Out first: the stable ones' weights fall, which would have given it more before it had nothing.
        $first = [array]::LastIndexOf($writes, 'set server app/a1 state drain')
        $writes[($first + 1)..($first + 3)] | Sort-Object | Should -Be @(2..4 | ForEach-Object { "set server app/a$_ weight 1" })
        (Get-Deployment -Store $range.Store | Select-Object -First 1).State | Should -Be 'Halted'
    }

    It 'goes back by itself with -OnFailure Rollback' {
        $count = @{ Looks = 0 }
        $failure = $null
        try {
            Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 25, 100 -StepSec 20 -OnFailure Rollback -HealthCheck {
                $server = [AppStatusRange.Wire]::Ask($using:range.Admin, 'show stat app 4 -1').TrimStart('#', ' ') -split "`n" | ConvertFrom-Csv | Where-Object svname -eq 'a1'
                $version = (Invoke-RestMethod "http://127.0.0.1:$($Instance.Port)/appstatus").version
                -not ($Instance.Name -eq 'a1' -and $version -eq '2.0' -and $server.status -eq 'UP')
            }
        }
        catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentRolledBack*'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        Get-Weight | Should -Be '1,1,1,1'
    }

    It 'shows the weights of each step, and refuses a share that no weights make' {
        $plan = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 5, 50, 100 -PlanOnly
        "$plan" | Should -Match '5 % of the traffic, 0.16 times that of a stable one; weights a1 3 \(canary\), a2 19, a3 19, a4 19'
        "$plan" | Should -Match '50 % of the traffic, 3 times that of a stable one; weights a1 3 \(canary\), a2 1, a3 1, a4 1'
        { Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-CanaryDeployment @canary -TrafficPercent 25 -PlanOnly } | Should -Throw -ErrorId 'PlanRefused*'
        { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 50, 25 } | Should -Throw -ErrorId 'InvalidArgument*'
        { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 50 -CanaryInstance nobody } | Should -Throw -ErrorId 'InvalidArgument*'
        $range.Tap.Clear()
        Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 5, 100 -WhatIf
        $range.Tap.Writes | Should -BeNullOrEmpty
    }
}
