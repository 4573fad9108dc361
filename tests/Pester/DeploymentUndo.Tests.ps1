# The way back: every instance on its earlier release, every member as it was, under the same limits.
Describe 'An undo' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $allUp = 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        $quick = @{ Release = '2.0'; StableSec = 0.2; HealthyDeadlineSec = 30; Store = $range.Store; FilePath = $range.DeployFile }
        $run = "Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.2 -HealthyDeadlineSec 30 -Store '$($range.Store)' -FilePath '$($range.DeployFile)'"
        function Assert-AsBefore {
            Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
            Get-RangeState $range | Should -Be $allUp
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'of a deployment that was killed in a deploy takes everything back, under load, and a second one changes nothing' {
        Start-RangeLoad $range
        $range.Deployer.Hold($ports[1])
        $driver = Start-RangeDriver $range $run
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 2 }
        $driver.Kill()
        $range.Deployer.Clear()
        Get-RangeState $range | Should -Match 'app/a2 DRAIN'
        $id = (Get-Deployment -Last -Store $range.Store).Id

        $range.Tap.Clear()
        $undone = Undo-Deployment $id -Store $range.Store
        $undone.State | Should -Be 'RolledBack'
        $undone.Strategy | Should -Be 'Undo'
        # What is out comes first; what was not touched is not touched.
        $range.Deployer.Calls | Should -Be @("$($ports[1]) 1.0 1", "$($ports[0]) 1.0 1")
        $range.Tap.Writes | Should -Not -Match 'a[34]'
        Assert-AsBefore
        (Stop-RangeLoad $range).Failed | Should -Be 0
        (Get-Deployment $id -Store $range.Store).State | Should -Be 'RolledBack'

        $range.Tap.Clear()
        (Undo-Deployment $id -Store $range.Store).State | Should -Be 'RolledBack'
        (Undo-Deployment -Last -Store $range.Store).State | Should -Be 'RolledBack'
        $range.Tap.Writes | Should -BeNullOrEmpty
        $range.Deployer.Calls.Count | Should -Be 2
        { Resume-Deployment $id -Store $range.Store } | Should -Throw -ErrorId 'DeploymentSuperseded,*'
    }

    It 'of a deployment that was killed in a drain puts back, and deploys nothing' {
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
        $driver = Start-RangeDriver $range $run
        Wait-RangeCondition { (Get-RangeJournalText $range) -match '"StepStarted".*"AwaitIdle"' }
        $driver.Kill()
        (Undo-Deployment -Last -Store $range.Store).State | Should -Be 'RolledBack'
        $held.ForEach('Dispose')
        $range.Deployer.Calls | Should -BeNullOrEmpty
        Assert-AsBefore
    }

    It 'of a whole release goes back in reverse, and leaves one that was disabled before as it was' {
        $null = Send-RangeCommand $range 'set server app/a4 state maint'
        (Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick).State | Should -Be 'Succeeded'
        (Get-HAProxyServer -Backend app -Name a4 | Invoke-RollingDeployment @quick -WarningAction SilentlyContinue).State | Should -Be 'Succeeded'
        $range.Deployer.Clear()
        $all = Get-Deployment -Store $range.Store
        $all.Count | Should -Be 2

        # The older one can't be undone before the newer one.
        $refused = { Undo-Deployment $all[1].Id -Store $range.Store } | Should -Throw -ErrorId 'DeploymentSuperseded,*' -PassThru
        "$refused" | Should -Match "Undo-Deployment $($all[0].Id)"
        (Undo-Deployment $all[0].Id -Store $range.Store).State | Should -Be 'RolledBack'
        (Undo-Deployment $all[1].Id -Store $range.Store).State | Should -Be 'RolledBack'
        $range.Deployer.Calls | Should -Be @("$($ports[3]) 1.0 1", "$($ports[1]) 1.0 1", "$($ports[0]) 1.0 1")
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 MAINT'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
    }

    It 'goes to another known release with -Release' {
        $earlier = $quick.Clone(); $earlier.Release = '1.5'
        (Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment @earlier).State | Should -Be 'Succeeded'
        (Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick).State | Should -Be 'Succeeded'
        $range.Deployer.Clear()
        $undone = Undo-Deployment -Last -Release 1.5 -Store $range.Store
        $undone.State | Should -Be 'RolledBack'
        $undone.Release | Should -Be '1.5'
        $range.Deployer.Calls | Should -Be @("$($ports[1]) 1.5 1", "$($ports[0]) 1.5 1")
        Get-RangeVersion $range | Should -Be @('1.5', '1.5', '1.0', '1.0')
        (Get-Deployment -Store $range.Store).State | Should -Be @('RolledBack', 'RolledBack', 'Succeeded') -Because 'the undo is done, and so is what it undid'
    }

    It 'that is killed itself is gone on with by undoing again' {
        $null = Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick
        $id = (Get-Deployment -Last -Store $range.Store).Id
        $range.Deployer.Hold($ports[0])
        $driver = Start-RangeDriver $range "Undo-Deployment $id -Store '$($range.Store)'"
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 4 }
        $driver.Kill()
        $range.Deployer.Clear()
        (Undo-Deployment $id -Store $range.Store).State | Should -Be 'RolledBack'
        $range.Deployer.Calls | Should -Be "$($ports[0]) 1.0 2" -Because 'the other one was back already'
        Assert-AsBefore
        @(Get-Deployment -Store $range.Store).State | Should -Be @('RolledBack', 'RolledBack')
    }

    It 'leaves one that fails out of traffic, and takes the others back' {
        $null = Get-HAProxyServer -Backend app | Select-Object -First 3 | Invoke-RollingDeployment @quick
        $range.Deployer.Break($ports[1], '1.0')
        $failed = { Undo-Deployment -Last -Store $range.Store } | Should -Throw -ErrorId 'DeploymentFailed' -PassThru
        ($failed.Exception.Result.Lanes | Where-Object State -eq Failed).Name | Should -Be 'a2'
        Get-RangeVersion $range | Should -Be @('1.0', '2.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 DRAIN, app/a3 UP, app/a4 UP'
        $range.Deployer.Clear()
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'RolledBack'
        Assert-AsBefore
    }

    It 'shows by -WhatIf what it would do, and does nothing' {
        $null = Get-HAProxyServer -Backend app | Select-Object -First 2 | Invoke-RollingDeployment @quick
        $range.Tap.Clear()
        $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Undo-Deployment -Last -Store '$($range.Store)' -WhatIf"
        $shell.Shell.Invoke() | Should -BeNullOrEmpty
        "$($shell.Screen.Lines)" | Should -Match 'a2[\s\S]*a1'
        $shell.Shell.Dispose()
        $range.Tap.Writes | Should -BeNullOrEmpty
        @(Get-Deployment -Store $range.Store).Count | Should -Be 1
    }

    It 'comes by itself with -OnFailure Rollback, and no request is lost' {
        Start-RangeLoad $range
        $range.Deployer.Break($ports[2])
        $rolled = { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -OnFailure Rollback } | Should -Throw -ErrorId 'DeploymentRolledBack' -PassThru
        $rolled.Exception.Result.State | Should -Be 'RolledBack'
        ($rolled.Exception.Result.Lanes | Where-Object State -eq Failed).Name | Should -Be 'a3'
        $range.Deployer.Calls | Select-Object -Skip 3 | Should -Be @("$($ports[2]) 1.0 1", "$($ports[1]) 1.0 1", "$($ports[0]) 1.0 1")
        Assert-AsBefore
        (Stop-RangeLoad $range).Failed | Should -Be 0
    }
}
