# What is emitted can be piped on, what is printed can be typed, and a plan can lie in a file meanwhile.
Describe 'From one command to the next' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 2
        $quick = @{ StableSec = 0; HealthyDeadlineSec = 20; Store = $range.Store; Module = $RangeModule }
        $works = { Restart-RangeInstance $Instance.Port $Release }
        function Get-One { Get-HAProxyServer -Backend app -Name a1 }
        function Get-Failure([scriptblock]$Block) { try { $null = & $Block } catch { $_ } }
    }
    BeforeEach {
        Reset-Range $range
        $quick.Store = Join-Path $range.Folder ([guid]::NewGuid())
    }
    AfterAll { Stop-Range $range }

    It 'what Get-Deployment emits is undone, resumed and reported from its own store' {
        $done = Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy $works
        $done.Store | Should -Be $quick.Store
        $found = Get-Deployment -Store $quick.Store
        $found.Journal | Should -Be $done.Journal
        $found.Journal | Should -Exist
        ($found | Get-Deployment).Id | Should -Be $done.Id
        (Get-Deployment -Last -State Succeeded -Store $quick.Store).Id | Should -Be $done.Id
        Get-Deployment -Last -State Failed -Store $quick.Store | Should -BeNullOrEmpty
        $found | Export-DeploymentReport -Path $TestDrive/report.html
        "$TestDrive/report.html" | Should -Exist
        ($found | Undo-Deployment -Deploy $works -Module $RangeModule).State | Should -Be 'RolledBack'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0')
        @() | Get-Deployment -Store $quick.Store | Should -BeNullOrEmpty
    }

    It 'takes deployments of two stores one at a time only' {
        $one = Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy $works
        $other = $one.PSObject.Copy()
        $other = [pscustomobject]@{ Id = $one.Id; Store = Join-Path $range.Folder 'elsewhere' }
        { $one, $other | Undo-Deployment -Deploy $works } | Should -Throw -ErrorId 'InvalidArgument*'
    }

    It 'the lines that a failed deployment prints run as they stand' {
        $failure = Get-Failure { Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy { throw 'no disk' } }
        "$failure" -match 'then type (?<Resume>Resume-Deployment .+?) to go on, (?<Undo>Undo-Deployment .+?) to go back, or (?<Stop>Stop-Deployment .+?) to close it' | Should -BeTrue
        $lines = $Matches
        $lines.Resume | Should -BeLike "* -Store '$($quick.Store)' -Deploy {…}"
        $resumed = & ([scriptblock]::Create($lines.Resume.Replace('{…}', "{ Restart-RangeInstance `$Instance.Port `$Release } -Module '$RangeModule'")))
        $resumed.State | Should -Be 'Succeeded'
        (& ([scriptblock]::Create($lines.Undo.Replace('{…}', "{ Restart-RangeInstance `$Instance.Port `$Release } -Module '$RangeModule'")))).State | Should -Be 'RolledBack'

        $quick.Store = Join-Path $range.Folder ([guid]::NewGuid())
        $failure = Get-Failure { Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy { throw 'no disk' } }
        "$failure" -match 'or (?<Stop>Stop-Deployment .+?) to close it' | Should -BeTrue
        $null = & ([scriptblock]::Create($Matches.Stop))
        (Get-Failure { Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy $works }) | Should -BeNullOrEmpty
    }

    It 'a preview and a plan tell of the run that stands in the way' {
        $id = (Get-Failure { Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy { throw 'no disk' } }).Exception.Result.Id
        foreach ($look in @{ WhatIf = $true }, @{ PlanOnly = $true }) {
            $null = Get-One | Invoke-RollingDeployment @quick @look -Release 2.0 -Deploy $works -WarningVariable told -WarningAction SilentlyContinue
            "$told" | Should -Match "Deployment $id .* is not finished: .* Get-Deployment $id -Store"
        }
    }

    It 'says of a member that it was in traffic before it was put back' {
        $result = Get-One | Invoke-RollingDeployment @quick -Release 2.0 -ArgumentList $range.Tap.Port, $ModuleRoot -Deploy {
            param($port, $module)
            Import-Module $module
            $null = Connect-HAProxy "tcp://127.0.0.1:$port"
            $null = Get-HAProxyServer app a1 | Set-PoolMember Enabled
            Restart-RangeInstance $Instance.Port $Release
        }
        ($result.Lanes[0].Steps | Where-Object Step -EQ Restore).Detail | Should -Match 'was back in traffic before it was put back'
    }

    It 'names no store where it is the usual one' {
        $before = $env:APPSTATUS_STORE
        $env:APPSTATUS_STORE = $quick.Store
        try { "$(Get-Failure { Get-One | Invoke-RollingDeployment -Release 2.0 -Deploy { throw 'no disk' } })" | Should -Not -Match '-Store' }
        finally { $env:APPSTATUS_STORE = $before }
    }

    It 'goes back only to a release that is known there' {
        $done = Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy $works
        $refused = Get-Failure { $done | Undo-Deployment -Release 1.9 -Deploy $works }
        $refused.FullyQualifiedErrorId | Should -BeLike 'EarlierReleaseUnknown*'
        "$refused" | Should -Match 'known are 2.0, 1.0'
        Get-RangeVersion $range | Should -Be @('2.0', '1.0')
        ($done | Undo-Deployment -Release 1.0 -Deploy $works -Module $RangeModule).State | Should -Be 'RolledBack'
    }

    It 'the preview of an undo says where it goes, and how things stand' {
        $failure = Get-Failure { Get-One | Invoke-RollingDeployment @quick -Release 2.0 -Deploy { throw 'no disk' } }
        $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModuleRoot'; `$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Undo-Deployment $($failure.Exception.Result.Id) -Store '$($quick.Store)' -Deploy {} -WhatIf" | Out-String
        $text | Should -Match 'a1 +back to 1\.0; app Draining'
        $text | Should -Match 'a lane that fails stays out, and the others go on'
        $text | Should -Not -Match '2147483647|to undo it'
    }

    Context 'with a plan that lay in a file' {
        BeforeEach {
            Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Release 2.0 -Deploy $works -PlanOnly | Export-Clixml $TestDrive/plan.xml
            $plan = Import-Clixml $TestDrive/plan.xml
            $run = @{ Store = $quick.Store; Module = $RangeModule; Deploy = $works }
        }

        It 'runs it, on the instances that it names' {
            $result = Invoke-RollingDeployment -Plan $plan @run
            $result.State | Should -Be 'Succeeded'
            $result.Lanes.Name | Should -Be @('a1', 'a2')
            Get-RangeVersion $range | Should -Be @('2.0', '2.0')
        }

        It 'refuses it when the world has changed, or the script' {
            { Invoke-RollingDeployment -Plan $plan -Store $quick.Store -Deploy { 'another' } } | Should -Throw -ErrorId 'PlanOutdated*'
            { Get-One | Invoke-RollingDeployment -Plan $plan @run } | Should -Throw -ErrorId 'PlanOutdated*'
            Get-RangeVersion $range | Should -Be @('1.0', '1.0')
        }

        It 'takes nothing else for a plan' {
            { Invoke-RollingDeployment -Plan 'plan.xml' @run } | Should -Throw '*no plan of a deployment*'
            $plan.Document = $plan.Document.Substring(0, 100)
            { Invoke-RollingDeployment -Plan $plan @run } | Should -Throw '*no plan of a deployment*'
        }
    }

    It 'locks the instances, by whatever name the balancer is reached' {
        $held = [Threading.ManualResetEventSlim]::new(); $go = [Threading.ManualResetEventSlim]::new()
        $shell = New-Shell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a1 | Invoke-RollingDeployment -Release 2.0 -StableSec 0 -Store '$($quick.Store)' -ArgumentList `$held, `$go -Deploy { param(`$held, `$go) `$held.Set(); `$go.Wait() }" @{ held = $held; go = $go }
        $running = $shell.BeginInvoke()
        try {
            $held.Wait(30000) | Should -BeTrue
            $other = Connect-HAProxy "tcp://localhost:$($range.Tap.Port)"
            $member = Get-HAProxyServer app a1 -Session $other
            $refused = Get-Failure { $member | Invoke-RollingDeployment @quick -Release 2.1 -Deploy $works }
            $refused.FullyQualifiedErrorId | Should -BeLike 'PoolLocked*'
        }
        finally { $go.Set(); try { $shell.EndInvoke($running) } catch { }; $shell.Dispose() }
    }
}
