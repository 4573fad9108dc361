Describe 'Maintenance of pool members' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $range = Start-Range -Count 3 -Alias api
        if (Test-RangeProgram redis-server) { $redis = Start-RangeRedis $range }
        $before = $env:APPSTATUS_STORE
        $env:APPSTATUS_STORE = $range.Store
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        function Invoke-Elsewhere([string]$Script) {
            $fresh = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); $Script"
            try { $fresh.Shell.Invoke() } finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }
    }
    BeforeEach {
        $env:APPSTATUS_STORE = $range.Store
        foreach ($at in 'app/a1', 'app/a2', 'app/a3', 'api/a1', 'api/a2') { $null = Send-RangeCommand $range "set server $at weight 1" }
        Reset-Range $range
    }
    AfterAll {
        $env:APPSTATUS_STORE = $before
        if ($redis) { $redis.Process.Dispose() }
        Stop-Range $range
    }

    Context 'with the store in <_>' -ForEach 'a folder', 'a Redis' {
        BeforeEach {
            if ($_ -eq 'a Redis') {
                if (-not $redis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
                $null = Send-RangeRedis $redis.Port FLUSHALL
                $env:APPSTATUS_STORE = "redis://127.0.0.1:$($redis.Port)/0"
            }
        }

        It 'takes members out of all their pools with a reason, and another console puts them back exactly' {
            $null = Get-HAProxyServer app a1 | Set-PoolMember -Weight 7
            $null = Get-HAProxyServer api a1 | Set-PoolMember -State Offline
            $out = Get-HAProxyServer -Name a1 | Suspend-PoolMember -Reason 'memory, CHG1'
            $out.State | Sort-Object | Should -Be 'Draining', 'Offline'
            Get-RangeState $range | Should -Match 'app/a1 DRAIN.*api/a1 MAINT'

            Test-Path (Join-Path $range.Store 'suspended') | Should -Be ($env:APPSTATUS_STORE -eq $range.Store)
            $listed = Get-SuspendedPoolMember
            $listed.Count | Should -Be 2
            $listed.Reason | Should -Be 'memory, CHG1', 'memory, CHG1'
            $listed.User | Should -Be ([Environment]::UserName, [Environment]::UserName)
            ($listed | Out-String -Width 160) | Should -Match 'Enabled, 7'

            $restored = Invoke-Elsewhere 'Restore-PoolMember'
            ($restored | ForEach-Object { "$($_.Pool) $($_.State) $($_.Weight)" } | Sort-Object) | Should -Be 'api Offline 1', 'app Enabled 7'
            Wait-RangeCondition { (Get-RangeState $range) -match 'app/a1 UP.*api/a1 MAINT' }
            Get-SuspendedPoolMember | Should -BeNullOrEmpty
        }

        It 'changes nothing when it is restored twice, or was put back by hand' {
            Get-HAProxyServer app a1, a2 | Suspend-PoolMember -Reason x
            $null = Get-HAProxyServer app a1 | Set-PoolMember -State Enabled
            $range.Tap.Clear()
            (Restore-PoolMember -Name a1).State | Should -Be 'Enabled'
            $range.Tap.Writes | Should -BeNullOrEmpty
            (Restore-PoolMember).Name | Should -Be 'a2'
            $range.Tap.Clear()
            Restore-PoolMember | Should -BeNullOrEmpty
            Get-HAProxyServer | Restore-PoolMember | Should -BeNullOrEmpty
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It 'keeps what a member was when it is suspended again' {
            Get-HAProxyServer app a1 | Suspend-PoolMember -Reason first
            Get-HAProxyServer app a1 | Suspend-PoolMember -Reason second -WarningVariable warned -WarningAction SilentlyContinue
            $warned | Should -Match 'first'
            (Get-SuspendedPoolMember).StateBefore | Should -Be 'Enabled'
            (Get-SuspendedPoolMember).Reason | Should -Be 'first'
        }

        It 'is found after its console was killed in the middle of a drain' {
            $slow = [AppStatusRange.Wire]::Hold($range.Entry, 20000)
            $slow2 = [AppStatusRange.Wire]::Hold($range.Entry, 20000)
            $slow3 = [AppStatusRange.Wire]::Hold($range.Entry, 20000)
            try {
                Wait-RangeCondition { (Get-HAProxyServer app a2).Connections -gt 0 }
                $file = Join-Path $range.Folder 'killed.ps1'
                Set-Content $file "Import-Module '$ModuleRoot'; `$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a2 | Suspend-PoolMember -Reason patches"
                $console = [AppStatusRange.Child]::Start('pwsh', @('-NoProfile', '-NonInteractive', '-File', $file), '')
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a2 DRAIN' } 40
                $console.Kill()
                if ($_ -eq 'a Redis') { Clear-RangeRedisLease $redis.Port }
                (Get-SuspendedPoolMember).Reason | Should -Be 'patches'
                (Get-SuspendedPoolMember | Restore-PoolMember).State | Should -Be 'Enabled'
                Get-SuspendedPoolMember | Should -BeNullOrEmpty
            }
            finally { $slow, $slow2, $slow3 | ForEach-Object { $_.Dispose() } }
        }
    }

    Context 'a member that is not idle' {
        BeforeEach {
            $slow = 1..3 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 15000) }
            Wait-RangeCondition { @(Get-RangeServer $range | Where-Object { $_.Backend -eq 'app' -and $_.Connections -gt 0 }).Count -eq 3 }
        }
        AfterEach { $slow | ForEach-Object { $_.Dispose() } }

        It 'is put back with Fail, and is not suspended' {
            Get-Id { Get-HAProxyServer app a1 | Suspend-PoolMember -DrainTimeoutSec 1 } | Should -Be 'DrainTimedOut'
            (Get-HAProxyServer app a1).State | Should -Be 'Enabled'
            Get-SuspendedPoolMember | Should -BeNullOrEmpty
        }

        It 'is forced offline with Force, and goes back all the same' {
            (Get-HAProxyServer app a1 | Suspend-PoolMember -DrainTimeoutSec 1 -OnDrainTimeout Force -WarningAction SilentlyContinue).State | Should -Be 'Offline'
            (Restore-PoolMember).State | Should -Be 'Enabled'
        }

        It 'stays out with Continue, and with so many -IdleConnections it is idle' {
            (Get-HAProxyServer app a1 | Suspend-PoolMember -DrainTimeoutSec 1 -OnDrainTimeout Continue -WarningVariable warned -WarningAction SilentlyContinue).State | Should -Be 'Draining'
            $warned | Should -Match '1 connections'
            (Get-HAProxyServer app a2 | Suspend-PoolMember -IdleConnections 1 -DrainTimeoutSec 60).Connections | Should -Be 1
        }

        It 'is not awaited with -NoWait, and is the hand''s that enables it meanwhile' {
            (Get-HAProxyServer app a1 | Suspend-PoolMember -NoWait).State | Should -Be 'Draining'
            $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a2 | Suspend-PoolMember -DrainTimeoutSec 3 2>&1"
            try {
                $running = $shell.Shell.BeginInvoke()
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a2 DRAIN' }
                $null = Send-RangeCommand $range 'set server app/a2 state ready'
                $shell.Shell.EndInvoke($running).FullyQualifiedErrorId | Should -BeLike 'ChangedByOperator,*'
                (Get-SuspendedPoolMember).Name | Should -Be 'a1'
                (Get-HAProxyServer app a2).State | Should -Be 'Enabled'
            }
            finally { $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        }

        It 'stays drained and on record when the console is stopped, which says so' {
            $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a2 | Suspend-PoolMember"
            try {
                $null = $shell.Shell.BeginInvoke()
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a2 DRAIN' }
                $shell.Shell.Stop()
                $shell.Screen.Lines -join "`n" | Should -Match 'Restore-PoolMember'
                (Restore-PoolMember).State | Should -Be 'Enabled'
            }
            finally { $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        }

        It 'keeps a deployment of its pool waiting, which names it' {
            $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a2 | Suspend-PoolMember"
            try {
                $null = $shell.Shell.BeginInvoke()
                Wait-RangeCondition { (Get-RangeState $range) -match 'app/a2 DRAIN' }
                $refused = { Get-HAProxyServer app | Invoke-RollingDeployment -Release 2.0 -Deploy { } }
                Get-Id $refused | Should -Be 'PoolLocked'
                try { & $refused } catch { "$_" | Should -Match 'Suspend-PoolMember' }
            }
            finally { $shell.Shell.Stop(); $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        }
    }

    It 'never takes the last serving member out, and has no record of what it refused' {
        $ids = Get-Id { Get-HAProxyServer app | Suspend-PoolMember -Reason all }
        $ids | Should -Be 'LastServingMember'
        @(Get-SuspendedPoolMember).Count | Should -Be 2
        (Get-HAProxyServer app | Where-Object State -EQ Enabled | Suspend-PoolMember -AllowEmptyPool).State | Should -Be 'Draining'
        @(Get-SuspendedPoolMember).Count | Should -Be 3
        (Restore-PoolMember a?).Count | Should -Be 3
    }

    It 'says what was changed by hand, and leaves it but with -IncludeChanged' {
        Get-HAProxyServer app a1, a2 | Suspend-PoolMember -Reason x
        $null = Get-HAProxyServer app a1 | Set-PoolMember -State Offline
        $null = Get-HAProxyServer app a2 | Set-PoolMember -Weight 9
        $range.Tap.Clear()
        Get-Id { Restore-PoolMember } | Should -Be 'ChangedByOperator', 'ChangedByOperator'
        $range.Tap.Writes | Should -BeNullOrEmpty
        @(Get-SuspendedPoolMember).Count | Should -Be 2
        (Restore-PoolMember -IncludeChanged | ForEach-Object { "$($_.Name) $($_.State) $($_.Weight)" }) | Should -Be 'a1 Enabled 1', 'a2 Enabled 1'
        Get-SuspendedPoolMember | Should -BeNullOrEmpty
    }

    It 'is only told with -WhatIf' {
        Get-HAProxyServer app | Suspend-PoolMember -WhatIf
        Test-Path $range.Store | Should -BeFalse
        Get-HAProxyServer app a1 | Suspend-PoolMember -Reason x
        $range.Tap.Clear()
        Restore-PoolMember -WhatIf | Should -BeNullOrEmpty
        $range.Tap.Writes | Should -BeNullOrEmpty
        @(Get-SuspendedPoolMember).Count | Should -Be 1
    }

    It 'restores none for an empty pipeline, by name what is meant, and of a pool what is suspended' {
        Get-HAProxyServer app a1, a2 | Suspend-PoolMember -Reason x
        Get-HAProxyServer none* | Restore-PoolMember | Should -BeNullOrEmpty
        Restore-PoolMember nobody | Should -BeNullOrEmpty
        Restore-PoolMember -Pool api | Should -BeNullOrEmpty
        (Restore-PoolMember a1).Name | Should -Be 'a1'
        (Get-HAProxyServer app | Restore-PoolMember).Name | Should -Be 'a2'
    }

    It 'names the balancer that a restore needs' {
        Get-HAProxyServer app a1 | Suspend-PoolMember -Reason x
        $fresh = New-RangeShell 'Restore-PoolMember -WarningVariable w -WarningAction SilentlyContinue; "$w"; try { Restore-PoolMember a1 -ErrorAction Stop } catch { $_ }'
        try {
            $said = $fresh.Shell.Invoke()
            "$($said[0])" | Should -Match 'Connect-HAProxy tcp://'
            $said[1].FullyQualifiedErrorId | Should -BeLike 'BalancerNotConnected,*'
        }
        finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
    }

    It 'is left out by a deployment that meets it, and goes back afterwards' {
        Get-HAProxyServer app a3 | Suspend-PoolMember -Reason disk
        $result = Get-HAProxyServer app | Invoke-RollingDeployment -Release 2.0 -MinimumHealthy 1 -StableSec 0 -Module $RangeModule -Deploy { Restart-RangeInstance $Instance.Port $Release }
        $result.State | Should -BeLike 'Succeeded*'
        (Get-HAProxyServer app).State | Should -Be 'Enabled', 'Enabled', 'Draining'
        (Restore-PoolMember).State | Should -Be 'Enabled'
    }

    It 'is refused while a deployment has the pool' {
        $gate = Join-Path $range.Folder 'gate'
        $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app a1 | Invoke-RollingDeployment -Release 2.0 -ExpectedVersion 1.0 -StableSec 0 -ArgumentList '$gate' -Deploy { param(`$gate) New-Item `$gate; while (Test-Path `$gate) { Start-Sleep -Milliseconds 20 } }"
        try {
            $running = $shell.Shell.BeginInvoke()
            Wait-RangeCondition { Test-Path $gate }
            $range.Tap.Clear()
            Get-Id { Get-HAProxyServer app a2 | Suspend-PoolMember } | Should -Be 'PoolLocked'
            $range.Tap.Writes | Should -BeNullOrEmpty
            Remove-Item $gate
            $shell.Shell.EndInvoke($running).State | Should -Be 'Succeeded'
            (Get-HAProxyServer app a2 | Suspend-PoolMember -LockTimeoutSec 20).State | Should -Be 'Draining'
        }
        finally { Remove-Item $gate -ErrorAction Ignore; $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
    }

    It 'is an error for <What>' -ForEach @(
        @{ What = 'a text'; Id = 'InvalidTarget'; Do = { 'web01' | Suspend-PoolMember } }
        @{ What = 'a member of another balancer'; Id = 'BalancerNotConnected'; Do = { [pscustomobject]@{ Pool = 'p'; Name = 'n'; Address = 'a'; Port = 1; Balancer = 'f5:other' } | Suspend-PoolMember } }
        @{ What = 'a member that is gone'; Id = 'MemberNotFound'; Do = { [pscustomobject]@{ Pool = 'app'; Name = 'gone'; Address = 'a'; Port = 1; Balancer = "tcp://127.0.0.1:$($range.Tap.Port)" } | Suspend-PoolMember } }
        @{ What = 'a store that is a file'; Id = 'StoreUnavailable'; Do = { Get-HAProxyServer app a1 | Suspend-PoolMember -Store (Join-Path $range.Folder 'haproxy.cfg') } }
    ) {
        Get-Id $Do | Should -Be $Id
        (Get-RangeState $range) | Should -Not -Match 'DRAIN'
        Get-SuspendedPoolMember | Should -BeNullOrEmpty
    }
}
