# kill -9 of the driver of a canary, under load: another process goes on with its shares, or takes everything back.
Describe 'A driver of a canary that is killed' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $WarningPreference = 'SilentlyContinue'
        $range = Start-Range
        Start-RangeStandby $range
        $run = "Get-HAProxyServer -Backend app | Invoke-CanaryDeployment -Release 2.0 -TrafficPercent 10,40,100 -StepSec 0.5 -StableSec 0.1 -HealthyDeadlineSec 60 -FilePath '$($range.DeployFile)' -Store '$($range.Store)'"
        $resume = "Resume-Deployment -Last -Store '$($range.Store)'"
        $kinds = 'StepStarted Drain', 'StepSucceeded Deploy', 'StepStarted Shift', 'StepSucceeded Shift', 'StepStarted AwaitServing', 'BakeStarted', 'BakeEnded', 'StepStarted Restore'
        function Get-Weight { ((Send-RangeCommand $range 'show servers state app') -split "`n" | Where-Object { $_ -match '^\d+ app ' } | ForEach-Object { ($_ -split ' ')[7] }) -join ',' }
        function Assert-Range([string]$Version) {
            Get-RangeVersion $range | Should -Be (@($Version) * 4)
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
            Get-Weight | Should -Be '1,1,1,1'
        }
    }
    BeforeEach {
        Reset-RangeStandby $range
        foreach ($n in 1..4) { $null = Send-RangeCommand $range "set server app/a$n weight 1" }
        Start-RangeLoad $range -Mix '/=96,/slow?ms=700=4' -KeepAlive $false
    }
    AfterEach {
        $told = Stop-RangeLoad $range
        $told.Failed | Should -Be 0 -Because "of $($told.Sent) $($told.FirstErrors)"
        $told.Sent | Should -BeGreaterThan 0
    }
    AfterAll { Stop-Range $range; $range.Standby.Dispose() }

    It 'again and again is gone on with, to the end' {
        $script = $run
        foreach ($kind in $kinds) {
            $null = Stop-RangeOrderAt $range $script (Get-RangeLinePattern $kind)
            $script = $resume
        }
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Assert-Range '2.0'
    }

    It 'can be undone from each of these moments' {
        foreach ($kind in $kinds | Where-Object { $_ -match 'Deploy|Shift|BakeStarted' }) {
            $null = Stop-RangeOrderAt $range $run (Get-RangeLinePattern $kind)
            (Undo-Deployment -Last -Store $range.Store).State | Should -Be 'RolledBack' -Because $kind
            Assert-Range '1.0'
        }
    }
}
