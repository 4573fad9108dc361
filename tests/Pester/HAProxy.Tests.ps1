Describe 'HAProxy cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 3 -Alias api
        $session = Connect-HAProxy "tcp://127.0.0.1:$($range.Tap.Port)"
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
    }
    AfterAll { Stop-Range $range }
    BeforeEach { $range.Tap.Clear() }

    Context 'connecting' {
        It 'tells version and level' {
            $session.AccessLevel | Should -Be 'admin'
            $session.Version | Should -Match '^\d+\.\d+'
            $session.Id | Should -Be "tcp://127.0.0.1:$($range.Tap.Port)"
            ($session | Out-String -Width 120).Split("`n").Where{ $_.Trim() }.Count | Should -Be 3
        }

        It 'says <Id> for <What>' -ForEach @(
            @{ What = 'nobody there'; Id = 'Unreachable'; Do = { Connect-HAProxy tcp://127.0.0.1:1 } }
            @{ What = 'a socket file that is not there'; Id = 'Unreachable'; Do = { Connect-HAProxy unix:///nowhere/admin.sock } }
            @{ What = 'a password in the URI'; Id = 'PasswordInUri'; Do = { Connect-HAProxy tcp://admin:hush@lb01:9999 } }
            @{ What = 'host:port'; Id = 'InvalidArgument'; Do = { Connect-HAProxy 127.0.0.1:9999 } }
            @{ What = 'HTTP'; Id = 'InvalidArgument'; Do = { Connect-HAProxy http://lb01:9999 } }
            @{ What = 'an application that is no HAProxy'; Id = 'ConnectionClosed'; Do = { Connect-HAProxy "tcp://127.0.0.1:$($range.Entry)" } }
            @{ What = 'a socket that closes'; Id = 'ConnectionClosed'; Do = {
                    $cut = [AppStatusRange.AdminTap]::new(1)
                    try { Connect-HAProxy "tcp://127.0.0.1:$($cut.Port)" } finally { $cut.Dispose() }
                }
            }
        ) {
            Get-Id $Do | Should -Be $Id
        }

        It 'tells a missing socket file, a port that is no runtime API, and one that does not answer apart' {
            function Get-Said([scriptblock]$Block) { try { & $Block } catch { "$_" } }
            Get-Said { Connect-HAProxy unix:///nowhere/admin.sock } | Should -Match 'no socket file /nowhere/admin\.sock'
            $said = Get-Said { Connect-HAProxy "tcp://127.0.0.1:$($range.Entry)" }
            $said | Should -Match 'no HAProxy runtime API'
            $said | Should -Not -Match 'took effect'
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $listener.Start()
            try { $said = Get-Said { Connect-HAProxy "tcp://127.0.0.1:$($listener.LocalEndpoint.Port)" -TimeoutSec 1 } } finally { $listener.Stop() }
            $said | Should -Match 'did not answer within 1 s\.'
            $said | Should -Not -Match 'took effect'
        }

        It 'is an error without a session' {
            $fresh = New-RangeShell 'try { Get-HAProxyServer app } catch { $_ }'
            try {
                $said = $fresh.Shell.Invoke()
                $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
                "$said" | Should -Match 'Connect-HAProxy'
            }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }
    }

    Context 'servers' {
        It 'come by parameter and by pipe, by value and by property name' {
            (Get-HAProxyServer app).Name | Should -Be 'a1', 'a2', 'a3'
            (Get-HAProxyServer -Pool app).Name | Should -Be 'a1', 'a2', 'a3'
            ('app' | Get-HAProxyServer).Name | Should -Be 'a1', 'a2', 'a3'
            ([pscustomobject]@{ Backend = 'app' } | Get-HAProxyServer).Count | Should -Be 3
            ([pscustomobject]@{ Pool = 'app'; State = 'x'; Weight = 'y' } | Get-HAProxyServer).Count | Should -Be 3
            (Get-HAProxyServer api | Get-HAProxyServer).Pool | Should -Be 'api', 'api'
            (Get-HAProxyServer).Count | Should -Be 5
        }

        It 'have what a pool member has' {
            $member = Get-HAProxyServer app a1
            $member.Pool | Should -Be 'app'
            $member.Address | Should -Be '127.0.0.1'
            $member.Port | Should -Be $range.Instances[0].Port
            $member.Health | Should -Be 'Up'
            $member.State | Should -Be 'Enabled'
            $member.Weight | Should -Be 1
            $member.Balancer | Should -Be $session.Id
        }

        It 'are selected by wildcards and by address, in the backends'' order' {
            (Get-HAProxyServer a* a1).Pool | Should -Be 'app', 'api'
            (Get-HAProxyServer -Address 127.0.0.1).Count | Should -Be 5
            (Get-HAProxyServer api -Address 127.*).Count | Should -Be 2
            Get-HAProxyServer none* -ErrorAction Stop | Should -BeNullOrEmpty
        }

        It 'cost one line of commands, however many backends, and no write' {
            foreach ($block in { Get-HAProxyServer app }, { Get-HAProxyServer }, { Get-HAProxyServer app, api }, { Get-HAProxyServer -Address 127.0.0.1 }) {
                $range.Tap.Clear()
                (& $block).Count | Should -BeGreaterThan 2
                $range.Tap.Commands.Count | Should -BeLessOrEqual 3
                $range.Tap.Writes | Should -BeNullOrEmpty
            }
        }

        It 'says <Id> for <What>, and the others come' -ForEach @(
            @{ What = 'an unknown backend'; Id = 'PoolNotFound'; Count = 0; Do = { Get-HAProxyServer nope } }
            @{ What = 'an unknown backend among others'; Id = 'PoolNotFound'; Count = 3; Do = { Get-HAProxyServer nope, app } }
            @{ What = 'an unknown server'; Id = 'MemberNotFound'; Count = 1; Do = { Get-HAProxyServer app nope, a1 } }
            @{ What = 'a name that would begin another command'; Id = 'InvalidArgument'; Count = 0; Do = { Get-HAProxyServer 'app; disable server app/a1' } }
            @{ What = 'a member of another balancer'; Id = 'BalancerNotConnected'; Count = 0; Do = { [pscustomobject]@{ Pool = 'app'; Balancer = 'f5:other' } | Get-HAProxyServer } }
        ) {
            Get-Id $Do | Should -Be $Id
            @(& $Do 2>$null).Count | Should -Be $Count
        }

        It 'leave nothing behind with Select-Object -First 1' {
            foreach ($n in 1..10) { (Get-HAProxyServer | Select-Object -First 1).Name | Should -Be 'a1' }
        }
    }

    It 'completes the backends that were seen, and asks nobody' {
        $null = Get-HAProxyServer
        $range.Tap.Clear()
        $line = 'Get-HAProxyServer ap'
        [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -Be 'api', 'app'
        $range.Tap.Commands | Should -BeNullOrEmpty
    }

    It 'warns of a socket that can only be read, and reads it' {
        $port = [AppStatusRange.Wire]::FreePorts(1)[0]
        $file = Join-Path $TestDrive 'operator.cfg'
        Set-Content $file "global`n  stats socket ipv4@127.0.0.1:$port level operator`ndefaults`n  timeout connect 1s`n  timeout client 1s`n  timeout server 1s`nbackend app`n  server a1 127.0.0.1:1"
        $haproxy = [AppStatusRange.Child]::Start('haproxy', @('-f', $file, '-db', '-q'), '')
        try {
            Wait-RangeCondition { try { [AppStatusRange.Wire]::Ask($port, 'show info').Length -gt 0 } catch { $false } }
            $reader = Connect-HAProxy "tcp://127.0.0.1:$port" -WarningVariable warned -WarningAction SilentlyContinue
            $warned | Should -Match "level 'operator'"
            (Get-HAProxyServer -Session $reader).Name | Should -Be 'a1'
            Get-Id { Get-HAProxyServer -Session $reader | Set-PoolMember -State Draining -AllowEmptyPool } | Should -Be 'AccessDenied'
        }
        finally { $haproxy.Dispose() }
    }
}
