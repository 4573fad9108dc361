Describe 'Members of any balancer' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $range = Start-Range -Count 4 -Alias api
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        # Also for HAProxy, which goes on with the request of a client that has left.
        function Stop-Request($Held, $Member) {
            $Held.Dispose()
            if ($Member) { $null = Send-RangeCommand $range "shutdown sessions server $($Member.Pool)/$($Member.Name)" }
        }
        function Get-Deserialized($Value) { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Value, 3)) }
    }
    AfterAll { Stop-Range $range }
    BeforeEach {
        foreach ($server in Get-RangeServer $range) {
            $null = Send-RangeCommand $range "set server $($server.Backend)/$($server.Name) state ready"
            $null = Send-RangeCommand $range "set server $($server.Backend)/$($server.Name) weight 1"
        }
        Wait-RangeCondition { @(Get-RangeServer $range | Where-Object Status -NE 'UP').Count -eq 0 }
        $range.Tap.Clear()
    }

    Context 'Set-PoolMember' {
        It 'drains, and puts back, by pipe and by parameter' {
            $out = Get-HAProxyServer app a1, a2 | Set-PoolMember -State Draining
            $out.Name | Should -Be 'a1', 'a2'
            $out.State | Should -Be 'Draining', 'Draining'
            Get-RangeState $range | Should -BeLike 'app/a1 DRAIN*, app/a2 DRAIN*, app/a3 UP, app/a4 UP, api/a1 UP, api/a2 UP'
            (Set-PoolMember $out -State Enabled).State | Should -Be 'Enabled', 'Enabled'
            ($out | Set-PoolMember Draining).State | Should -Be 'Draining', 'Draining'
        }

        It 'takes <What>' -ForEach @(
            @{ What = 'a member out of a file'; Make = { Get-Deserialized (Get-HAProxyServer app a1) } }
            @{ What = 'a member out of JSON'; Make = { Get-HAProxyServer app a1 | ConvertTo-Json | ConvertFrom-Json } }
            @{ What = 'a member with notes'; Make = { Get-HAProxyServer app a1 | Add-Member note x -PassThru } }
            @{ What = 'a reading of its status'; Make = { Get-HAProxyServer app a1 | Get-AppStatus } }
            @{ What = 'such a reading out of a file'; Make = { Get-Deserialized (Get-HAProxyServer app a1 | Get-AppStatus) } }
        ) {
            (& $Make | Set-PoolMember -State Draining -ErrorAction Stop).Name | Should -Be 'a1'
            (Get-HAProxyServer app a1).State | Should -Be 'Draining'
            Set-PoolMember (& $Make) -State Enabled | Out-Null
            (Get-HAProxyServer app a1).State | Should -Be 'Enabled'
        }

        It 'takes a list' { (Set-PoolMember (Get-HAProxyServer app) -Weight 7).Weight | Should -Be 7, 7, 7, 7 }

        It 'never takes the old state or weight of what is piped in' {
            $old = Get-HAProxyServer app a1 | Set-PoolMember -Weight 9
            $null = Get-HAProxyServer app a1 | Set-PoolMember -Weight 3
            $null = $old, (Get-Deserialized $old) | Set-PoolMember -State Draining
            (Get-HAProxyServer app a1).Weight | Should -Be 3
            $drained = Get-HAProxyServer app a1
            $null = Get-HAProxyServer app a1 | Set-PoolMember -State Enabled
            $null = $drained | Set-PoolMember -Weight 4
            (Get-HAProxyServer app a1).State | Should -Be 'Enabled'
        }

        It 'sets state and weight in one go' {
            $member = Get-HAProxyServer app a1 | Set-PoolMember -State Draining -Weight 20
            $member.State, $member.Weight | Should -Be 'Draining', 20
            # In with the weight first, out with the state first: never the wrong share of the traffic.
            $null = $member | Set-PoolMember -State Enabled -Weight 30
            $range.Tap.Writes | Should -Be 'set server app/a1 state drain', 'set server app/a1 weight 20', 'set server app/a1 weight 30', 'set server app/a1 state ready'
        }

        It 'writes nothing under -WhatIf, and nothing when it was not said what to set' {
            Get-HAProxyServer | Set-PoolMember -State Offline -WhatIf | Should -BeNullOrEmpty
            Get-Id { Get-HAProxyServer | Set-PoolMember } | Should -Be 'InvalidArgument'
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It 'refuses <What> with <Id> and goes on' -ForEach @(
            @{ What = 'null'; Bad = $null; Id = 'InvalidTarget' }
            @{ What = 'a name'; Bad = 'a1'; Id = 'InvalidTarget' }
            @{ What = 'a number'; Bad = 5; Id = 'InvalidTarget' }
            @{ What = 'an object that is no member'; Bad = [pscustomobject]@{ Name = 'a1'; Pool = 'app' }; Id = 'InvalidTarget' }
            @{ What = 'a member of a balancer that is not connected'; Bad = [pscustomobject]@{ Name = 'x'; Pool = 'app'; Address = 'x'; Port = 1; Balancer = 'f5:bigip7.example' }; Id = 'BalancerNotConnected' }
        ) {
            $errors = @()
            $out = $Bad, (Get-HAProxyServer app a1) | Set-PoolMember -State Draining -ErrorVariable errors -ErrorAction SilentlyContinue
            $out.Name | Should -Be 'a1'
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -Be "$Id,AppStatus.Commands.PoolMembers.SetPoolMemberCommand"
            if ($Id -eq 'BalancerNotConnected') { "$errors" | Should -Match 'Connect-F5 bigip7.example' }
        }

        It 'says MemberNotFound for a server that is gone' {
            $gone = Get-Deserialized (Get-HAProxyServer app a1)
            $gone.Name = 'a9'
            Get-Id { $gone | Set-PoolMember -State Enabled } | Should -Be 'MemberNotFound'
            Get-Id { $gone | Set-PoolMember -State Draining } | Should -Be 'MemberNotFound'
        }
    }

    Context 'the last serving member' {
        It 'stays, though all of a pool come down one pipeline: by <How>' -ForEach @(
            @{ How = 'Draining'; With = @{ State = 'Draining' } }
            @{ How = 'Offline'; With = @{ State = 'Offline' } }
            @{ How = 'a weight of 0'; With = @{ Weight = 0 } }
            @{ How = 'Enabled with a weight of 0'; With = @{ State = 'Enabled'; Weight = 0 } }
        ) {
            $out = Get-HAProxyServer | Set-PoolMember @With -ErrorVariable errors -ErrorAction SilentlyContinue
            $out.Count | Should -Be 4
            $errors.FullyQualifiedErrorId | Should -Be @(, 'LastServingMember,AppStatus.Commands.PoolMembers.SetPoolMemberCommand' * 2)
            $errors.TargetObject.Pool | Sort-Object | Should -Be 'api', 'app'
            "$($errors[0])" | Should -Match 'AllowEmptyPool'
            (Get-HAProxyServer app | Where-Object Serving).Count | Should -Be 1
            (Get-HAProxyServer api | Where-Object Serving).Count | Should -Be 1
        }

        It 'goes with -AllowEmptyPool' {
            (Get-HAProxyServer api | Set-PoolMember -State Offline -AllowEmptyPool -ErrorAction Stop).State | Should -Be 'Offline', 'Offline'
        }

        It 'does not hold back a member that does not serve' {
            $null = Get-HAProxyServer api a1 | Set-PoolMember -State Draining
            (Get-HAProxyServer api a1 | Set-PoolMember -State Offline -ErrorAction Stop).State | Should -Be 'Offline'
        }

        It 'may be enabled and weighed' {
            $null = Get-HAProxyServer api a1 | Set-PoolMember -State Draining
            (Get-HAProxyServer api a2 | Set-PoolMember -State Enabled -Weight 5 -ErrorAction Stop).Weight | Should -Be 5
        }
    }

    Context 'Wait-PoolMember' {
        It 'waits until live requests have ended' {
            $held = [AppStatusRange.Wire]::Hold($range.Entry, 100000)
            $shell = New-RangeShell '$busy | Set-PoolMember -State Draining | Wait-PoolMember -Idle -IntervalSec 0.05 -TimeoutSec 60'
            try {
                Wait-RangeCondition { (Get-HAProxyServer app | Measure-Object Connections -Sum).Sum -eq 1 }
                $busy = Get-HAProxyServer app | Where-Object Connections
                $shell.Runspace.SessionStateProxy.SetVariable('busy', $busy)
                $waiting = $shell.Shell.BeginInvoke()
                # It has drained the member, looked at it again and again, and waits still.
                Wait-RangeCondition { $range.Tap.Writes }
                $seen = $range.Tap.Commands.Count
                Wait-RangeCondition { $range.Tap.Commands.Count -ge $seen + 10 }
                $waiting.IsCompleted | Should -BeFalse
                Stop-Request $held $busy
                $idle = $shell.Shell.EndInvoke($waiting)
                $idle.Name | Should -Be $busy.Name
                $idle.Connections | Should -Be 0
            }
            finally {
                Stop-Request $held $busy
                $shell.Shell.Dispose()
                $shell.Runspace.Dispose()
            }
        }

        It 'says MemberNotReached with what it saw last, and the others come' {
            $held = [AppStatusRange.Wire]::Hold($range.Entry, 100000)
            try {
                Wait-RangeCondition { (Get-HAProxyServer app | Measure-Object Connections -Sum).Sum -eq 1 }
                $busy = Get-HAProxyServer app | Where-Object Connections
                $out = Get-HAProxyServer app | Wait-PoolMember -Idle -IntervalSec 0.05 -TimeoutSec 3 -ErrorVariable errors -ErrorAction SilentlyContinue -WarningVariable warned -WarningAction SilentlyContinue
                $out.Count | Should -Be 3
                $errors.FullyQualifiedErrorId | Should -Be 'MemberNotReached,AppStatus.Commands.PoolMembers.WaitPoolMemberCommand'
                $errors[0].TargetObject.Name | Should -Be $busy.Name
                "$errors" | Should -Match 'within 3.* s\..*Enabled, Up.*1 connection'
                # Idle for a moment is not out of traffic.
                $warned.Count | Should -Be 1
                # Held requests count as idle when so many are allowed.
                ($busy | Wait-PoolMember -IdleConnections 1 -IntervalSec 0.05 -TimeoutSec 60 -WarningAction SilentlyContinue).Name | Should -Be $busy.Name
            }
            finally { Stop-Request $held $busy }
        }

        It 'waits for health and state together' {
            $members = Get-HAProxyServer api | Set-PoolMember -State Offline -AllowEmptyPool
            $null = $members | Set-PoolMember -State Enabled
            $up = $members, (Get-Deserialized $members) | ForEach-Object { $_ } | Wait-PoolMember -Health Up -State Enabled -IntervalSec 0.05 -TimeoutSec 60
            $up.Count | Should -Be 4
            $up.Serving | Should -Not -Contain $false
        }

        It 'reads a pool once for all that wait on it' {
            $range.Tap.Clear()
            $null = 1..25 | ForEach-Object { Get-HAProxyServer app } -OutVariable members
            $range.Tap.Clear()
            ($members | Wait-PoolMember -Health Up -Consecutive 3 -IntervalSec 0.1).Count | Should -Be 100
            # A reading is two commands, and three are needed: each for itself, a hundred would send six hundred.
            $range.Tap.Commands.Count | Should -BeLessThan 300
            $range.Tap.Writes | Should -BeNullOrEmpty
        }

        It 'goes on when the balancer restarts' {
            $member = Get-HAProxyServer app a1
            $range.HAProxy.Kill()
            $shell = New-RangeShell '$member | Wait-PoolMember -Health Up -TimeoutSec 60 -IntervalSec 0.05' @{ member = $member }
            try {
                $wait = $shell.Shell.BeginInvoke()
                Start-RangeBalancer $range
                $shell.Shell.EndInvoke($wait).Name | Should -Be 'a1'
            }
            finally { $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        }

        It 'says <Id> for <What>' -ForEach @(
            @{ What = 'nothing to wait for'; Id = 'InvalidArgument'; Do = { Get-HAProxyServer app a1 | Wait-PoolMember } }
            @{ What = 'a text'; Id = 'InvalidTarget'; Do = { 'a1' | Wait-PoolMember -Idle } }
            @{ What = 'a server that is gone, at once'; Id = 'MemberNotFound'; Do = { $gone = Get-Deserialized (Get-HAProxyServer app a1); $gone.Name = 'a9'; $gone | Wait-PoolMember -Idle } }
        ) {
            Get-Id $Do | Should -Be $Id
        }

        It 'leaves nothing behind with Select-Object -First 1, nor when it is stopped' {
            $null = Get-HAProxyServer app a1 | Set-PoolMember -State Draining
            foreach ($n in 1..20) { (Get-HAProxyServer app | Wait-PoolMember -State Draining -Consecutive 1 -IntervalSec 0.05 | Select-Object -First 1).Name | Should -Be 'a1' }
            $shell = New-RangeShell '$members | Wait-PoolMember -State Offline -IntervalSec 0.05' @{ members = @(Get-HAProxyServer app) }
            try {
                foreach ($n in 1..10) {
                    $null = $shell.Shell.BeginInvoke()
                    Start-Sleep -Milliseconds (10 * $n)
                    $shell.Shell.Stop()
                    $shell.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
                }
                $range.Tap.Clear()
                # While another pool is read so often, one that went on would have been seen.
                $null = Get-HAProxyServer api | Wait-PoolMember -State Enabled -Consecutive 6 -IntervalSec 0.05
                $range.Tap.Commands -match '\bapi\b' | Should -Not -BeNullOrEmpty
                $range.Tap.Commands -match '\bapp\b' | Should -BeNullOrEmpty
            }
            finally { $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        }
    }

    It 'goes on in pipelines with the status: <Line>' -ForEach @(
        @{ Line = 'Get-HAProxyServer app | Get-AppStatus | Where-Object Version -ne ''2.0'''; Count = 4 }
        @{ Line = 'Get-HAProxyServer app | Get-AppStatus | Where-Object Version -ne ''1.0'''; Count = 0 }
        @{ Line = 'Get-HAProxyServer app | Get-AppStatus | Where-Object Status -eq Ready | Select-Object -First 1 | Set-PoolMember -State Draining | Wait-PoolMember -Idle -IntervalSec 0.05'; Count = 1 }
        @{ Line = 'Get-HAProxyServer api | Set-PoolMember -State Enabled | Wait-PoolMember -Health Up -IntervalSec 0.05 | Get-AppStatus | Set-PoolMember -Weight 2'; Count = 2 }
    ) {
        @(Invoke-Expression $Line).Count | Should -Be $Count
    }

    It 'goes with F5 and HAProxy members in one pipeline' {
        $bigip = Start-BigIp @{ pools = @(@{ name = 'web'; members = @(@{ address = '127.0.0.1:81' }, @{ address = '127.0.0.1:82' }) }) }
        try {
            $f5 = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
            $out = @(Get-F5PoolMember web | Select-Object -First 1) + @(Get-HAProxyServer app a1) | Set-PoolMember -State Draining | Wait-PoolMember -Idle -State Draining -IntervalSec 0.05
            $out.Pool | Sort-Object | Should -Be 'app', 'web'
        }
        finally {
            if ($f5) { $f5 | Disconnect-F5 }
            Stop-BigIp $bigip
        }
    }

    It 'warns a deployment of a pool that was not piped in' {
        $plan = Get-HAProxyServer app | Invoke-RollingDeployment -Deploy { } -Release 2.0 -PlanOnly -Store $range.Store
        $plan.Warnings | Should -Match 'api also has a1, a2'
        $all = Get-HAProxyServer | Invoke-RollingDeployment -Deploy { } -Release 2.0 -PlanOnly -Store $range.Store
        $all.Warnings | Should -BeNullOrEmpty
        # One that is out of that pool already can't lose a request there.
        $null = Get-HAProxyServer api a1 | Set-PoolMember -State Offline
        $plan = Get-HAProxyServer app | Invoke-RollingDeployment -Deploy { } -Release 2.0 -PlanOnly -Store $range.Store
        $plan.Warnings | Should -Match 'api also has a2,'
    }
}
