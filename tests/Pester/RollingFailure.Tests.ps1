# A release that goes wrong: the run halts, says so in full, and nobody out there notices.
Describe 'A release that fails on its second instance' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        $quick = @{ Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 30; Store = $range.Store; Module = $RangeModule }
        $second = $range.Instances[1].Port
        # The deadline is for the one that fails. To the others it means nothing: they are well, and seen to be by the balancer, before it begins.
        $short = $quick.Clone()
        $short.StableSec, $short.HealthyDeadlineSec = 0, 4
        $short.ArgumentList = $range

        # Runs it as a user would who wants to see the error, and returns that.
        function Get-DeploymentError([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
        # What must hold whenever the second of four failed after its deploy had begun.
        function Assert-Halted($failure, $load, $inBackend = 'app/a1 UP, app/a2 DRAIN*, app/a3 UP, app/a4 UP') {
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $failure.TargetObject.GetType().Name | Should -Be 'DeploymentResult'
            $failure.Exception.Result | Should -Be $failure.TargetObject
            $result = $failure.TargetObject
            $result.State | Should -Be 'Halted'
            $result.Lanes.State | Should -Be @('Succeeded', 'Failed', 'NotStarted', 'NotStarted')
            $result.Lanes[1].Left | Should -Be 'app/a2 Draining'
            "$failure" | Should -Match 'a2 \(' -Because 'the instance is named'
            "$failure" | Should -Match 'app/a2 Draining' -Because 'its state is told'
            "$failure" | Should -Match 'Mend a2.*Resume-Deployment' -Because 'the next step is told'
            "$failure" | Should -Match ([regex]::Escape($result.Journal))
            Get-RangeState $range | Should -BeLike $inBackend
            ($range.Tap.Writes -match 'app/a[34]') | Should -BeNullOrEmpty -Because 'two at most were touched'
            if ($load) { $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ') }
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'by an exception of the deploy script' {
        Start-RangeLoad $range
        $failure = Get-DeploymentError {
            Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy {
                if ($Instance.Name -eq 'a2') { throw 'the disk is full' }
                Restart-RangeInstance $Instance.Port $Release
            }
        }
        Assert-Halted $failure (Stop-RangeLoad $range)
        "$failure" | Should -Match 'the disk is full'
        $failure.TargetObject.Lanes[1].ErrorId | Should -Be 'DeployFailed'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0', '1.0', '1.0')
    }

    It 'by a health check that stays bad' {
        Start-RangeLoad $range
        $failure = Get-DeploymentError {
            Get-HAProxyServer -Backend app | Invoke-RollingDeployment @short -HealthPath /health -Deploy {
                param($range)
                Restart-RangeInstance $Instance.Port $Release @(if ($Instance.Name -eq 'a2') { '--fail-health' })
                if ($Instance.Name -ne 'a2') { Wait-RangeServerWell $range $Instance.Name }
            }
        }
        Assert-Halted $failure (Stop-RangeLoad $range) 'app/a1 UP, app/a2 D*, app/a3 UP, app/a4 UP'
        $failure.TargetObject.Lanes[1].ErrorId | Should -Be 'HealthNotReached'
        "$failure" | Should -Match '/health answered 503'
    }

    It 'by the old version that comes back, where no mismatch is tolerated' {
        $failure = Get-DeploymentError {
            Get-HAProxyServer -Backend app | Invoke-RollingDeployment @short -MaxMismatched 0 -Deploy {
                param($range)
                Restart-RangeInstance $Instance.Port $(if ($Instance.Name -eq 'a2') { '1.0' } else { $Release })
                Wait-RangeServerWell $range $Instance.Name
            }
        }
        Assert-Halted $failure
        $failure.TargetObject.Lanes[1].ErrorId | Should -Be 'VersionMismatch'
        "$failure" | Should -Match "reports version '1.0' instead of '2.0'"
    }

    It 'and is caught by try/catch with its id, under <_>' -ForEach 'Continue', 'Stop', 'SilentlyContinue' {
        $ErrorActionPreference = $_
        $after = $false
        $failure = try {
            Get-HAProxyServer -Backend app | Select-Object -First 1 | Invoke-RollingDeployment @quick -ExpectedVersion 1.0 -Deploy { throw 'no' }
            $after = $true
        }
        catch { $_ }
        $after | Should -BeFalse
        $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentFailed*' -Because 'no instance was left unstarted'
        $failure.Exception.Result.State | Should -Be 'Failed'
    }

    It 'and, tolerated, does not stop the others under $ErrorActionPreference Stop' {
        $ErrorActionPreference = 'Stop'
        $failure = Get-DeploymentError {
            Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -ExpectedVersion 1.0 -MaxFailures 2 -MaxMismatched 0 -StableSec 0 -Deploy { if ($Instance.Name -eq 'a2') { Write-Error 'no' } }
        }
        $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentFailed*'
        $failure.TargetObject.Lanes.State | Should -Be @('Succeeded', 'Failed', 'Succeeded', 'Succeeded')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 DRAIN, app/a3 UP, app/a4 UP'
    }

    It 'ends a script run by pwsh -File with exit code 1, <Name>' -ForEach @(
        @{ Name = 'as its last line'; Before = ''; After = '' }
        @{ Name = 'with lines after it'; Before = ''; After = '"it went on"' }
        @{ Name = 'as a part of an assignment'; Before = '$result = '; After = '"it went on"' }
        @{ Name = 'in a function, under SilentlyContinue'; Before = "`$ErrorActionPreference = 'SilentlyContinue'; function Publish { "; After = '}; Publish; "it went on"' }
    ) {
        $script = Join-Path $range.Folder 'release.ps1'
        Set-Content $script @"
Import-Module '$ModuleRoot'
Connect-HAProxy tcp://127.0.0.1:$($range.Admin) | Out-Null
$Before Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment -Release 2.0 -Store '$($range.Store)' -Deploy { throw 'no' }
$After
"@
        $run = [AppStatusRange.Child]::Start((Get-Process -Id $PID).Path, @('-NoProfile', '-NonInteractive', '-File', $script), '')
        $run.WaitForExit(60000) | Should -BeTrue
        $run.ExitCode | Should -Be 1
        $run.Output | Should -Not -Match 'it went on'
        # Under SilentlyContinue nothing is shown: that is what was asked for.
        if ($Before -notmatch 'SilentlyContinue') { $run.Errors + $run.Output | Should -Match 'a1 \(DeployFailed\)' }
        $run.Dispose()
    }
}
