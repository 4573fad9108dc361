# Wrong input, a store that can't be written, a balancer that goes away: the run ends in a clear state, and nothing hangs.
Describe 'A deployment that can''t be' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        $quick = @{ ExpectedVersion = '1.0'; StableSec = 0; HealthyDeadlineSec = 60; Store = $range.Store; Module = $RangeModule }
        $nothing = { }
        function Get-DeploymentError([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
        function Assert-NothingTouched {
            $range.Tap.Writes | Should -BeNullOrEmpty
            Get-RangeJournal $range | Should -BeNullOrEmpty
        }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    Context 'with bad input' {
        AfterEach { Assert-NothingTouched }

        It 'no input (<Name>) is NoInstances' -ForEach @(
            @{ Name = 'an empty pipeline'; Run = { @() | Invoke-RollingDeployment @quick -Deploy $nothing } }
            @{ Name = 'a filter that lets nothing through'; Run = { Get-HAProxyServer -Backend app | Where-Object Name -EQ none | Invoke-RollingDeployment @quick -Deploy $nothing } }
            @{ Name = 'no pipeline at all'; Run = { Invoke-RollingDeployment @quick -Deploy $nothing } }
        ) {
            (Get-DeploymentError $Run).FullyQualifiedErrorId | Should -BeLike 'NoInstances*'
        }

        It 'a member that came twice is DuplicateMember' {
            $failure = Get-DeploymentError { $all = Get-HAProxyServer -Backend app; $all + $all[0] | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DuplicateMember*'
            "$failure" | Should -Match 'a1'
        }

        It '<Name> is InvalidArgument' -ForEach @(
            @{ Name = '-BatchSize some'; With = @{ BatchSize = 'some' } }
            @{ Name = '-BatchSize 0'; With = @{ BatchSize = '0' } }
            @{ Name = '-BatchSize -1'; With = @{ BatchSize = '-1' } }
            @{ Name = '-BatchSize 1,,2'; With = @{ BatchSize = '1,,2' } }
            @{ Name = '-BatchSize 200%'; With = @{ BatchSize = '200%' } }
            @{ Name = '-MinimumHealthy half'; With = @{ MinimumHealthy = 'half' } }
            @{ Name = '-MinimumHealthy 101%'; With = @{ MinimumHealthy = '101%' } }
            @{ Name = '-MinimumHealthy -1'; With = @{ MinimumHealthy = '-1' } }
        ) {
            $failure = Get-DeploymentError { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick @With -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument*'
            "$failure" | Should -Match ($Name -replace ' .*')
            "$failure" | Should -Match 'Nothing was touched'
        }

        It '-MinimumHealthy above the pool is refused' {
            (Get-DeploymentError { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -MinimumHealthy 9 -Deploy $nothing }).FullyQualifiedErrorId | Should -BeLike 'MinimumHealthyUnreachable*'
        }

        It '-Deploy $null is refused' {
            (Get-DeploymentError { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy $null }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError*'
        }

        It 'an object that is no instance is InvalidTarget' {
            $failure = Get-DeploymentError { @(Get-HAProxyServer -Backend app) + [pscustomobject]@{ Colour = 'blue' } | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidTarget*'
        }

        It 'members and bare instances together are refused' {
            $failure = Get-DeploymentError { @(Get-HAProxyServer -Backend app) + "127.0.0.1:$($range.Instances[0].Port)" | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument*'
        }

        It 'a pool that has disappeared is named' {
            $gone = Get-HAProxyServer -Backend app
            [IO.File]::WriteAllText((Join-Path $range.Folder 'haproxy.cfg'), ((Get-Content -Raw (Join-Path $range.Folder 'haproxy.cfg')) -replace '(?m)^backend app', 'backend other' -replace 'default_backend app', 'default_backend other'))
            try {
                $range.HAProxy.Dispose()
                Start-RangeBalancer $range
                $failure = Get-DeploymentError { $gone | Invoke-RollingDeployment @quick -Deploy $nothing }
                $failure.FullyQualifiedErrorId | Should -BeLike 'PoolNotFound*'
                "$failure" | Should -Match 'app'
            }
            finally {
                [IO.File]::WriteAllText((Join-Path $range.Folder 'haproxy.cfg'), ((Get-Content -Raw (Join-Path $range.Folder 'haproxy.cfg')) -replace 'backend other', 'backend app'))
                $range.HAProxy.Dispose()
                Start-RangeBalancer $range
            }
        }
    }

    Context 'recorded' {
        It 'because of <Name> is StoreUnavailable, with nothing touched' -ForEach @(
            @{ Name = 'a file where the store''s folder should be'; Path = { $file = Join-Path $range.Folder 'file'; Set-Content $file x; $file } }
            @{ Name = 'a folder that nobody can write'; Path = { '/proc/appstatus' } }
        ) {
            $store = & $Path
            $quick = $quick.Clone(); $quick.Store = $store
            $failure = Get-DeploymentError { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -BeLike 'StoreUnavailable*'
            "$failure" | Should -Match ([regex]::Escape($store))
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It 'in a log folder that can''t be made ends before anything is touched' {
            $file = Join-Path $range.Folder 'no-folder'
            Set-Content $file x
            $failure = Get-DeploymentError { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -LogPath $file -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -Not -BeLike 'Unexpected*'
            "$failure" | Should -Match 'LogPath'
            Assert-NothingTouched
        }
    }

    Context 'because the balancer goes away in the middle' {
        It 'and comes back: the run goes on' {
            $result = Get-HAProxyServer -Backend app -Name a1, a2 | Invoke-RollingDeployment @quick -ArgumentList $range -Deploy {
                param($range)
                if ($Instance.Name -ne 'a1') { return }
                $range.HAProxy.Dispose()
                Start-RangeBalancer $range
            }
            # The restarted balancer has forgotten the drain; that is said or mended, and a2 is drained as ever.
            $result.State | Should -Be 'Succeeded'
            $range.Tap.Writes | Should -Contain 'set server app/a2 state drain'
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }

        It 'for good: the run halts, and says where the member is' {
            $failure = Get-DeploymentError {
                Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -HealthyDeadlineSec 2 -ArgumentList $range -Deploy {
                    param($range)
                    $range.HAProxy.Dispose()
                }
            }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $result = $failure.TargetObject
            $result.Lanes.State | Should -Be @('Failed', 'NotStarted', 'NotStarted', 'NotStarted')
            $result.Lanes[0].Left | Should -Match 'app/a1'
            "$failure" | Should -Match 'a1 \('
            (Get-RangeJournal $range | Get-Content -Raw).TrimEnd().Split("`n")[-1] | Should -Match 'DeploymentEnded'
            $range.Tap.Writes -match 'a[234]' | Should -BeNullOrEmpty
        }

        It 'beforehand: nothing is recorded' {
            $members = Get-HAProxyServer -Backend app
            $range.HAProxy.Dispose()
            $failure = Get-DeploymentError { $members | Invoke-RollingDeployment @quick -Deploy $nothing }
            $failure.FullyQualifiedErrorId | Should -Match '^(Unreachable|ConnectionClosed),'
            Get-RangeJournal $range | Should -BeNullOrEmpty
        }
    }
}
