# An operator at the balancer's own socket while a deployment runs: what they do is told, and never written over blindly.
Describe 'An operator''s hand during a deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $range = Start-Range
        Start-RangeStandby $range 1
        $ports = $range.Instances.Port
        $run = "Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.1 -HealthyDeadlineSec 30 -DrainTimeoutSec 3 -Verbose -Store '$($range.Store)' -FilePath '$($range.DeployFile)'"
        # By the time of the hand, the first instance is in its deploy, and waits there.
        function Invoke-WithHand([string[]]$Hand, [string]$Script = $run) {
            $range.Deployer.Hold($ports[0])
            $driver = Start-RangeOrder $range $Script
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
            foreach ($command in $Hand) { (Send-RangeCommand $range $command).Trim() | Should -Match '^$|deleted' }
            $range.Deployer.Mend($ports[0])
            Wait-RangeDriver $driver
        }
        function Get-Written([string]$Name) { @($range.Tap.Writes -match "app/$Name ") }
    }
    BeforeEach { Reset-RangeStandby $range }
    AfterAll { Stop-Range $range; $range.Standby.Dispose() }

    It 'that sets one to <State> before its turn is left so, and told' -TestCases @{ State = 'maint' }, @{ State = 'drain' } {
        $end = Invoke-WithHand "set server app/a3 state $State"
        $end.ExitCode | Should -Be 0 -Because $end.Text
        $end.Text | Should -Match 'app/a3 was set \w+ by hand and is left so'
        Get-Written a3 | Should -BeNullOrEmpty
        Get-RangeState $range | Should -Be "app/a1 UP, app/a2 UP, app/a3 $($State.ToUpper()), app/a4 UP"
        Get-RangeVersion $range | Should -Be (@('2.0') * 4)
        # Undoing leaves it as the operator wants it, too.
        (Undo-Deployment -Last -Store $range.Store).State | Should -Be 'RolledBack'
        Get-Written a3 | Should -BeNullOrEmpty
        Get-RangeState $range | Should -Be "app/a1 UP, app/a2 UP, app/a3 $($State.ToUpper()), app/a4 UP"
    }

    It 'that sets one to maint while it is deployed to fails that instance, and it stays so' {
        $end = Invoke-WithHand 'set server app/a1 state maint'
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'ChangedByOperator'
        $end.Text | Should -Match 'app/a1 was set Offline by hand during the deployment, and is left so'
        Get-Written a1 | Should -Be 'set server app/a1 state drain'
        Get-RangeState $range | Should -Be 'app/a1 MAINT, app/a2 UP, app/a3 UP, app/a4 UP'
        $range.Deployer.Calls.Count | Should -Be 1 -Because 'no further one is begun'
        (Get-Deployment -Last -Store $range.Store).State | Should -Be 'Halted'
        # The operator gives it back: then it is gone on with, and serves.
        $null = Send-RangeCommand $range 'set server app/a1 state ready'
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
    }

    It 'that enables one again while its connections end is not written over: nothing is deployed to it' {
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
        $driver = Start-RangeOrder $range $run
        Wait-RangeCondition { (Get-RangeState $range) -match 'app/a1 DRAIN' }
        $null = Send-RangeCommand $range 'set server app/a1 state ready'
        $held.ForEach('Dispose')
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match 'enabled it again'
        $range.Deployer.Calls | Should -BeNullOrEmpty
        Get-Written a1 | Should -Be 'set server app/a1 state drain' -Because 'it is back already'
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
    }

    It 'that removes one is told by its name, and the others are left in order' {
        try {
            $end = Invoke-WithHand 'set server app/a2 state maint', 'del server app/a2'
            $end.ExitCode | Should -Be 1
            $end.Text | Should -Match 'a2.*MemberNotFound|MemberNotFound.*a2'
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a3 UP, app/a4 UP'
            Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
        }
        finally {
            # A balancer that is started again has it.
            $range.HAProxy.Dispose()
        }
    }

    It 'that deploys to one before its turn is told, and deployed over by a resume alone' {
        $range.Deployer.Hold($ports[0])
        $driver = Start-RangeOrder $range $run
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
        Restart-RangeInstance $ports[2] '1.5' -Hard
        Wait-RangeCondition { (Get-RangeState $range) -match 'app/a3 UP' }
        $range.Deployer.Mend($ports[0])
        $end = Wait-RangeDriver $driver
        $end.ExitCode | Should -Be 1
        $end.Text | Should -Match "a3 runs '1.5', and ran '1.0'"
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '1.5', '1.0')
        Get-Written a3 | Should -BeNullOrEmpty
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Get-RangeVersion $range | Should -Be (@('2.0') * 4)
    }

    It 'that disables one is seen by whoever goes on after a crash' {
        $null = Stop-RangeOrderAt $range $run (Get-RangeLinePattern 'StepStarted Verify')
        foreach ($name in 'a1', 'a4') { $null = Send-RangeCommand $range "set server app/$name state maint" }
        $range.Tap.Clear()
        $failed = { Resume-Deployment -Last -Store $range.Store } | Should -Throw -ErrorId 'DeploymentHalted' -PassThru
        "$failed" | Should -Match 'app/a1 was set Offline by hand'
        Get-Written 'a[14]' | Should -BeNullOrEmpty
        Get-RangeState $range | Should -Match 'app/a1 MAINT.*app/a4 MAINT'
    }
}
