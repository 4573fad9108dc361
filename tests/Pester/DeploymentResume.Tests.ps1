# A driver that is killed, at any moment: another process goes on where the journal ends, and no request is lost.
Describe 'A deployment that was cut short' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $allUp = 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        $limits = '-StableSec 0.2 -HealthyDeadlineSec 30'
        $run = "Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 $limits -Store '$($range.Store)' -FilePath '$($range.DeployFile)'"
        # Two of the four, where it is not about the rest.
        $short = $run -replace 'app \|', 'app | Select-Object -First 2 |'
        function Assert-Released([int]$Count = 4) {
            Get-RangeVersion $range | Should -Be (@('2.0') * $Count + @('1.0') * (4 - $Count))
            Get-RangeState $range | Should -Be $allUp
        }
        # The driver is killed as soon as its journal has the line.
        function Stop-DriverAt([string]$Line, [string]$Script = $run) {
            $driver = Start-RangeDriver $range $Script
            Wait-RangeCondition {
                if ($driver.HasExited) { throw "The driver ended: $($driver.Output) $($driver.Errors)" }
                (Get-RangeJournalText $range) -match $Line
            }
            $driver.Kill()
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'in the middle of a deploy is gone on with by another process, from another folder, under load' {
        Start-RangeLoad $range
        $range.Deployer.Hold($ports[1])
        $driver = Start-RangeDriver $range $run
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 2 }
        (Get-Deployment -Store $range.Store).State | Should -Be 'Running'
        $driver.Kill()
        $range.Deployer.Mend($ports[1])

        $cut = Get-Deployment -Store $range.Store
        $cut.State | Should -Be 'Interrupted'
        $cut.Lanes.State | Should -Be @('Succeeded', 'Running', 'NotStarted', 'NotStarted')
        Get-RangeState $range | Should -Match 'app/a2 DRAIN'
        $second = Wait-RangeDriver (Start-RangeDriver $range "Set-Location /; (Get-Deployment -State Interrupted -Store '$($range.Store)' | Resume-Deployment -Store '$($range.Store)').State")
        $second.ExitCode | Should -Be 0 -Because $second.Text
        $second.Text | Should -Match 'Succeeded'

        Assert-Released
        $range.Deployer.Calls | Should -Be @("$($ports[0]) 2.0 1", "$($ports[1]) 2.0 1", "$($ports[1]) 2.0 2", "$($ports[2]) 2.0 1", "$($ports[3]) 2.0 1")
        (Get-Deployment -Store $range.Store).State | Should -Be 'Succeeded'
        (Stop-RangeLoad $range).Failed | Should -Be 0
    }

    It 'at <Where> ends as if nothing had happened' -TestCases @(
        @{ Where = 'a drain'; Line = '"StepStarted".*"Drain"' }
        @{ Where = 'the end of a deploy'; Line = '"StepSucceeded".*"Deploy"' }
        @{ Where = 'a restore'; Line = '"StepStarted".*"Restore"' }
        @{ Where = 'the wait for traffic'; Line = '"StepStarted".*"AwaitServing"' }
        @{ Where = 'the check of the fleet'; Line = '"FleetCheckStarted"' }
    ) {
        Stop-DriverAt $Line $short
        $result = Resume-Deployment -Last -Store $range.Store
        $result.State | Should -Be 'Succeeded'
        $result.Lanes.State | Should -Be @('Succeeded', 'Succeeded')
        $result.LowestCapacity | Should -Be 3
        Assert-Released 2
    }

    It 'is gone on with twice: the one that goes on is killed, too' {
        Stop-DriverAt '"StepStarted".*"Deploy"' $short
        $id = (Get-Deployment -Last -Store $range.Store).Id
        Stop-DriverAt '"DeploymentResumed"[\s\S]*"LaneEnded"' "Resume-Deployment $id -Store '$($range.Store)'"
        (Resume-Deployment $id -Store $range.Store).State | Should -Be 'Succeeded'
        Assert-Released 2
    }

    It 'with a torn last line is gone on with' {
        Stop-DriverAt '"StepSucceeded".*"Drain"' $short
        $journal = Get-RangeJournal $range
        [IO.File]::AppendAllText($journal, '{"sequence":99,"at":"2026-')
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Assert-Released 2
    }

    It 'with damage in its middle is refused, and nothing is touched' {
        Stop-DriverAt '"LaneEnded"'
        $journal = Get-RangeJournal $range
        [IO.File]::WriteAllText($journal, ([IO.File]::ReadAllText($journal) -replace '"CheckHealth","attempt":1', '"CheckHealth","attempt":2'))
        $range.Tap.Clear()
        { Resume-Deployment -Last -Store $range.Store } | Should -Throw -ErrorId 'JournalDamaged,*'
        $range.Tap.Writes | Should -BeNullOrEmpty
    }

    It 'that halted tries the failed instance again, first, when it is mended' {
        $range.Deployer.Break($ports[1])
        $halted = { Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.2 -Store $range.Store -FilePath $range.DeployFile } | Should -Throw -ErrorId 'DeploymentHalted' -PassThru
        $halted.Exception.Result.Lanes.State | Should -Be @('Succeeded', 'Failed', 'NotStarted', 'NotStarted')
        $range.Deployer.Clear()
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        $range.Deployer.Calls | Should -Be @("$($ports[1]) 2.0 2", "$($ports[2]) 2.0 1", "$($ports[3]) 2.0 1")
        Assert-Released
    }

    It 'goes on without the failed instance by -SkipFailed' {
        $range.Deployer.Break($ports[1])
        { Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.2 -Store $range.Store -FilePath $range.DeployFile } | Should -Throw -ErrorId 'DeploymentHalted'
        try { $null = Resume-Deployment -Last -SkipFailed -Store $range.Store } catch { $result = $_.Exception.Result }
        $result.Lanes.State | Should -Be @('Succeeded', 'Failed', 'Succeeded', 'Succeeded')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 DRAIN, app/a3 UP, app/a4 UP'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '2.0', '2.0')
    }

    It 'needs its block again, and says so before anything is touched' {
        Stop-DriverAt '"LaneEnded"' ($short -replace '-FilePath ', '-Deploy { . ' -replace '$', ' }')
        $range.Tap.Clear()
        { Resume-Deployment -Last -Store $range.Store } | Should -Throw -ErrorId 'ScriptMissing,*'
        $range.Tap.Writes | Should -BeNullOrEmpty
        $file = $range.DeployFile
        (Resume-Deployment -Last -Store $range.Store -Deploy { . $using:file } -WarningAction SilentlyContinue).State | Should -Be 'Succeeded'
        Assert-Released 2
    }

    It 'needs the balancer connected, and prints the line' {
        Stop-DriverAt '"StepSucceeded".*"Drain"'
        $shell = New-RangeShell "`$ErrorActionPreference = 'Stop'; Resume-Deployment -Last -Store '$($range.Store)'"
        { $shell.Shell.Invoke() } | Should -Throw "*Connect-HAProxy*$($range.Tap.Port)*"
        $shell.Shell.Dispose()
    }

    It 'is not deployed over: <Option>' -TestCases @(
        @{ Option = 'Fail' }
        @{ Option = 'Resume' }
        @{ Option = 'Undo' }
    ) {
        Stop-DriverAt '"StepSucceeded".*"Drain"'
        $range.Tap.Clear()
        $id = (Get-Deployment -Last -Store $range.Store).Id
        $again = { Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -StableSec 0.2 -Store $range.Store -FilePath $range.DeployFile -OnUnfinished $Option -WarningAction SilentlyContinue }
        if ($Option -eq 'Fail') {
            $refused = $again | Should -Throw -ErrorId 'DeploymentUnfinished,*' -PassThru
            "$refused" | Should -Match "Resume-Deployment $id"
            $range.Tap.Writes | Should -BeNullOrEmpty
            return
        }
        $result = & $again
        $result.State | Should -Be 'Succeeded'
        $result.Id -eq $id | Should -Be ($Option -eq 'Resume')
        if ($Option -eq 'Undo') { (Get-Deployment $id -Store $range.Store).State | Should -Be 'RolledBack' }
        Assert-Released
    }

    It 'in a Redis is gone on with by a process that has no file of it' {
        if (-not (Get-Command redis-server -CommandType Application -ErrorAction Ignore)) { throw 'The scenario needs redis-server on the path.' }
        $port = [AppStatusRange.Wire]::FreePorts(1)[0]
        $redis = [AppStatusRange.Child]::Start('redis-server', @('--port', "$port", '--bind', '127.0.0.1', '--dir', $range.Folder, '--appendonly', 'yes', '--appendfsync', 'always', '--requirepass', 'sesame'), '')
        try {
            $store = "redis://127.0.0.1:$port/0"
            Wait-RangeCondition { try { [AppStatusRange.Wire]::Ask($port, "PING`r`nQUIT") -match 'NOAUTH' } catch { $false } }
            $login = "-StoreCredential ([pscredential]::new('default', (ConvertTo-SecureString sesame -AsPlainText)))"
            $credential = [pscredential]::new('default', (ConvertTo-SecureString sesame -AsPlainText))
            { Get-Deployment -Store $store -ErrorAction Stop } | Should -Throw -ExpectedMessage '*-StoreCredential*'
            Start-RangeLoad $range
            $range.Deployer.Hold($ports[1])
            $driver = Start-RangeDriver $range ($run -replace "-Store '[^']*'", "-Store $store $login")
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 2 }
            { Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 3.0 -Store $store -StoreCredential $credential -FilePath $range.DeployFile -WarningAction SilentlyContinue } |
                Should -Throw -ErrorId 'PoolLocked,*'
            $driver.Kill()
            $range.Deployer.Clear()
            Test-Path $range.Store | Should -BeFalse
            # Its lease outlives it for a while, and is waited for.
            $second = Wait-RangeDriver (Start-RangeDriver $range "Set-Location /; (Resume-Deployment -Last -Store $store $login -LockTimeoutSec 60).State")
            $second.Text | Should -Match 'Succeeded'
            $range.Deployer.Calls | Should -Be @("$($ports[1]) 2.0 2", "$($ports[2]) 2.0 1", "$($ports[3]) 2.0 1")
            Assert-Released
            (Stop-RangeLoad $range).Failed | Should -Be 0
        }
        finally { $redis.Dispose() }
    }
}
