Describe 'Redis balancer cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        Import-Module $PSScriptRoot/Range/Tables.psm1
        if (-not (Test-RangeProgram redis-server)) { return }
        $range = Start-TableRange
        $session = Connect-RedisBalancer $range.Uri
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
    }
    BeforeEach {
        if (-not $range) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        Reset-TableRange $range
    }
    AfterAll { Stop-TableRange $range }

    Context 'connecting' {
        It 'names the table, and shows it in one line' {
            $session.Id | Should -Be "$($range.Uri)#servers"
            $session.Key | Should -Be 'servers'
            ($session | Out-String -Width 120).Split("`n").Where{ $_.Trim() }.Count | Should -Be 3
        }

        It 'says <Id> for <What>' -ForEach @(
            @{ What = 'nobody there'; Id = 'Unreachable'; Do = { Connect-RedisBalancer redis://127.0.0.1:1 } }
            @{ What = 'a password in the URI'; Id = 'PasswordInUri'; Do = { Connect-RedisBalancer redis://:hush@127.0.0.1/0 } }
            @{ What = 'HTTP'; Id = 'InvalidArgument'; Do = { Connect-RedisBalancer http://lb01:6379 } }
            @{ What = 'a key that is not there'; Id = 'PoolNotFound'; Do = { Connect-RedisBalancer $range.Uri -Key nope } }
            @{ What = 'a key with something else'; Id = 'NotARoutingTable'; Do = { $null = Send-RangeRedis $range.Redis.Port 'SET flag on'; Connect-RedisBalancer $range.Uri flag } }
            @{ What = 'a password that nobody asked for'; Id = 'AuthenticationFailed'; Do = {
                    Connect-RedisBalancer $range.Uri -Credential ([pscredential]::new('operator', (ConvertTo-SecureString hush -AsPlainText)))
                }
            }
        ) {
            $ids = Get-Id $Do
            $ids | Should -Be $Id
            Send-RangeRedis $range.Redis.Port 'GET flag' | Should -Not -Match 'name'
        }

        It 'logs in with a credential that stays out of everything that is shown' {
            $null = Send-RangeRedis $range.Redis.Port 'ACL SETUSER deployer reset on >hush-hush ~servers ~servers:appstatus +eval +evalsha +type +lrange +get +ltrim +rpush +set +del +select'
            $secret = [pscredential]::new('deployer', (ConvertTo-SecureString hush-hush -AsPlainText))
            $mine = Connect-RedisBalancer $range.Uri -Credential $secret -Verbose 4>&1
            $mine | Out-String | Should -Not -Match 'hush'
            ($mine | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] }).UserName | Should -Be 'deployer'
            Get-RedisBalancerMember -Name a1 | Set-PoolMember -State Draining
            Get-TableState $range | Should -Be 'a2 a3 a4'
        }

        It 'is an error without a session' {
            $fresh = New-RangeShell 'try { Get-RedisBalancerMember } catch { $_ }'
            try {
                $said = $fresh.Shell.Invoke()
                $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
                "$said" | Should -Match 'Connect-RedisBalancer'
            }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }

        It 'is named with its key where a member comes to a session without it' {
            $fresh = New-RangeShell 'try { $member | Set-PoolMember -State Draining -ErrorAction Stop } catch { "$_" }' @{ member = (Get-RedisBalancerMember -Name a1 | ConvertTo-Json | ConvertFrom-Json) }
            try { $fresh.Shell.Invoke() | Should -Match ([regex]::Escape("Connect-RedisBalancer $($range.Uri) -Key 'servers'")) }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }
    }

    Context 'members' {
        It 'come by parameter and by pipe, by value and by property name' {
            (Get-RedisBalancerMember).Name | Should -Be 'a1', 'a2', 'a3', 'a4'
            (Get-RedisBalancerMember servers).Count | Should -Be 4
            ('servers' | Get-RedisBalancerMember -Name a2).Name | Should -Be 'a2'
            ([pscustomobject]@{ Pool = 'servers'; State = 'x'; Weight = 'y' } | Get-RedisBalancerMember).Count | Should -Be 4
            (Get-RedisBalancerMember serv* a1, a3 | Get-RedisBalancerMember).Name | Should -Be 'a1', 'a3'
            (Get-RedisBalancerMember -Address 127.*).Count | Should -Be 4
            Get-RedisBalancerMember none* -ErrorAction Stop | Should -BeNullOrEmpty
        }

        It 'have what a pool member has, and neither health nor connections' {
            $member = Get-RedisBalancerMember -Name a1
            $member.Pool | Should -Be 'servers'
            $member.Port | Should -Be $range.Instances[0].Port
            $member.State | Should -Be 'Enabled'
            $member.Health | Should -Be 'Unknown'
            $member.Connections | Should -BeNullOrEmpty
            $member.Weight | Should -Be 1
            $member.Share | Should -Be 25
            $member.Serving | Should -BeTrue
            ($member | Get-AppStatus).Version | Should -Be '1.0'
        }

        It 'says <Id> for <What>, and the others come' -ForEach @(
            @{ What = 'an unknown key'; Id = 'PoolNotFound'; Count = 0; Do = { Get-RedisBalancerMember nope } }
            @{ What = 'an unknown key among others'; Id = 'PoolNotFound'; Count = 4; Do = { Get-RedisBalancerMember nope, servers } }
            @{ What = 'an unknown member'; Id = 'MemberNotFound'; Count = 1; Do = { Get-RedisBalancerMember -Name nope, a1 } }
            @{ What = 'a member of another balancer'; Id = 'BalancerNotConnected'; Count = 0; Do = { [pscustomobject]@{ Pool = 'servers'; Balancer = 'f5:other' } | Get-RedisBalancerMember } }
            @{ What = 'waiting for what is not counted'; Id = 'NotSupported'; Count = 0; Do = { Get-RedisBalancerMember -Name a1 | Wait-PoolMember -Idle } }
            @{ What = 'a weight of none'; Id = 'InvalidArgument'; Count = 0; Do = { Get-RedisBalancerMember -Name a1 | Set-PoolMember -Weight 0 } }
        ) {
            Get-Id $Do | Should -Be $Id
            @(& $Do 2>$null).Count | Should -Be $Count
        }

        It 'complete the keys that are connected' {
            $line = 'Get-RedisBalancerMember se'
            [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -Be 'servers'
        }
    }

    Context 'changes' {
        It 'take members out and put them back where they were, also by another console' {
            $out = Get-RedisBalancerMember -Name a2, a3 | Set-PoolMember -State Draining
            $out.State | Should -Be 'Draining', 'Draining'
            Get-TableState $range | Should -Be 'a1 a4'
            $fresh = New-RangeShell '$null = Connect-RedisBalancer $uri; Get-RedisBalancerMember | Where-Object State -eq Draining | Set-PoolMember -State Enabled' @{ uri = $range.Uri }
            try { $fresh.Shell.Invoke().Name | Should -Be 'a2', 'a3' } finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
            Get-TableState $range | Should -Be 'a1 a2 a3 a4'
            Send-RangeRedis $range.Redis.Port 'EXISTS servers:appstatus' | Should -Match ':0'
        }

        It 'make weights of repetitions' {
            $heavy = Get-RedisBalancerMember -Name a1 | Set-PoolMember -Weight 3
            $heavy.Share | Should -Be 50
            Get-TableState $range | Should -Be 'a1 a2 a1 a3 a1 a4'
        }

        It 'are only told with -WhatIf' {
            Get-RedisBalancerMember | Set-PoolMember -State Offline -WhatIf | Should -BeNullOrEmpty
            Get-RedisBalancerMember | Set-PoolMember -Weight 4 -WhatIf | Should -BeNullOrEmpty
            Get-TableState $range | Should -Be 'a1 a2 a3 a4'
        }

        It 'never take the last one out' {
            Get-Id { Get-RedisBalancerMember | Set-PoolMember -State Draining } | Should -Be 'LastServingMember'
            (Get-TableState $range).Split(' ').Count | Should -Be 1
            Get-RedisBalancerMember | Set-PoolMember -State Draining -AllowEmptyPool
            Get-TableState $range | Should -Be ''
            Get-RedisBalancerMember | Set-PoolMember -State Enabled
            Get-TableState $range | Should -Be 'a1 a2 a3 a4'
        }
    }

    It 'suspends members for as long as their requests may last, and puts them back where they were' {
        $null = Get-RedisBalancerMember -Name a1 | Set-PoolMember -Weight 2
        $list = Get-TableState $range
        $watch = [Diagnostics.Stopwatch]::StartNew()
        (Get-RedisBalancerMember -Name a1, a3 | Suspend-PoolMember -Reason disk -DrainWaitSec 0.5 -Store $range.Store).State | Should -Be 'Draining', 'Draining'
        $watch.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 0.5
        Get-TableState $range | Should -Be 'a2 a4'
        (Restore-PoolMember -Store $range.Store | ForEach-Object { "$($_.Name) $($_.Weight)" }) | Should -Be 'a1 2', 'a3 1'
        Get-TableState $range | Should -Be $list
    }

    It 'rolls a release out under load without a failed request' {
        Start-TableLoad $range
        $result = Get-RedisBalancerMember | Invoke-RollingDeployment -Release 2.0 -BatchSize 2 -DrainWaitSec 1.5 -StableSec 0 -Store $range.Store -Module $RangeModule -Deploy {
            Restart-RangeInstance $Instance.Port $Release -Hard
        }
        $told = Stop-RangeLoad $range
        $result.State | Should -Be 'Succeeded'
        $told.Failed | Should -Be 0 -Because "of $($told.Sent) $($told.FirstErrors)"
        $told.Sent | Should -BeGreaterThan 0
        Get-RangeVersion $range | Should -Be '2.0', '2.0', '2.0', '2.0'
        Get-TableState $range | Should -Be 'a1 a2 a3 a4'
        $result.Lanes.Count | Should -Be 4
    }
}
