# Deployments that set the instances' own status, with no right on the balancer, and no pool member read from it.
Describe 'A deployment by status whose driver was killed' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Check Status
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $credential = Get-RangeCredential
        $login = "-StatusCredential ([pscredential]::new('operator', (ConvertTo-SecureString range -AsPlainText)))"
        $quick = "-TrafficControl Status $login -DrainWaitSec 0.5 -MonitorDelaySec 1 -StableSec 0.2 -Store '$($range.Store)' -FilePath '$($range.DeployFile)'"
        function Get-Endpoint([int[]]$Index) { ($Index | ForEach-Object { "'127.0.0.1:$($ports[$_])'" }) -join ', ' }
        # Killed in the deploy of the first one, which is in stand-by then.
        function Stop-InDeploy([int[]]$Index) {
            $range.Deployer.Hold($ports[$Index[0]])
            $driver = Start-RangeDriver $range "$(Get-Endpoint $Index) | Get-AppStatus | Invoke-RollingDeployment -Release 2.0 $quick"
            Wait-RangeCondition {
                if ($driver.HasExited) { throw "The driver ended: $($driver.Output) $($driver.Errors)" }
                $range.Deployer.Calls.Count -eq 1
            }
            $driver.Kill()
            $range.Deployer.Clear()
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'is gone on with once the credential is passed again' {
        Stop-InDeploy 0, 1
        { Resume-Deployment -Last -Store $range.Store } | Should -Throw -ErrorId 'ScriptMissing,*' -ExpectedMessage '*-StatusCredential*'
        $range.Deployer.Calls | Should -BeNullOrEmpty
        (Resume-Deployment -Last -Store $range.Store -StatusCredential $credential).State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.0', '1.0')
        Wait-RangeCondition { (Get-RangeState $range) -eq 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP' }
    }

    It 'is in the way of its own instances, and of no others' {
        Stop-InDeploy 0, 1
        $other = Wait-RangeDriver (Start-RangeDriver $range "($(Get-Endpoint 2, 3) | Get-AppStatus | Invoke-RollingDeployment -Release 2.0 $quick).State")
        $other.ExitCode | Should -Be 0 -Because $other.Text
        $same = Wait-RangeDriver (Start-RangeDriver $range "$(Get-Endpoint 1, 3) | Get-AppStatus | Invoke-RollingDeployment -Release 3.0 $quick")
        $same.ExitCode | Should -Be 1 -Because $same.Text
        $same.Text | Should -Match 'not finished'
    }

    It 'is closed: what was only taken out is ready again' {
        $driver = Start-RangeDriver $range "$(Get-Endpoint 0, 1) | Get-AppStatus | Invoke-RollingDeployment -Release 2.0 $($quick -replace 'WaitSec 0.5', 'WaitSec 60')"
        Wait-RangeCondition {
            if ($driver.HasExited) { throw "The driver ended: $($driver.Output) $($driver.Errors)" }
            (Get-RangeJournalText $range) -match '"StepStarted".*"AwaitIdle"'
        }
        $driver.Kill()
        (Get-AppStatus "127.0.0.1:$($ports[0])").Status | Should -Be 'StandBy'
        (Stop-Deployment -Last -Store $range.Store -StatusCredential $credential).State | Should -Be 'Stopped'
        (Get-AppStatus "127.0.0.1:$($ports[0])").Status | Should -Be 'Ready'
        $range.Deployer.Calls | Should -BeNullOrEmpty
    }
}
