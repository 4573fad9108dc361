Describe 'F5 cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $many = foreach ($n in 1..60) { @{ name = "many$n"; members = @(@{ address = "10.9.$n.1:80" }, @{ address = "10.9.$n.2:80" }) } }
        $bigip = Start-BigIp @{
            hostName = 'bigip1.range.example'
            pools    = @(
                @{ name = 'web'; loadBalancingMode = 'ratio-member'; members = @(@{ address = '10.1.0.1:80' }, @{ address = '10.1.0.2:80' }, @{ address = '10.2.0.1:80'; name = 'web03:80' }) }
                @{ name = 'api'; members = @(@{ address = '10.1.0.1:8080' }, @{ address = '2001:db8::1.8080' }) }
                @{ name = 'empty'; members = @() }
                @{ name = 'web'; partition = 'Sales'; members = @(@{ address = '10.1.0.1:80' }) }
            ) + $many
        }
        $user = Get-BigIpCredential
        $session = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -WarningAction SilentlyContinue
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
    }
    BeforeEach {
        # Whoever disconnects the default session leaves none.
        if (-not (Get-F5Session | Where-Object IsDefault)) { $session = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -WarningAction SilentlyContinue }
    }
    AfterEach { $null = Invoke-Lab $bigip DELETE faults }

    Context 'sessions' {
        It 'tells who answers, and no secret in any form' {
            $session.HostName | Should -Be 'bigip1.range.example'
            $session.UserName | Should -Be 'deployer'
            $path = Join-Path $TestDrive 'session.xml'
            $other = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -Verbose -WarningAction SilentlyContinue -OutVariable own 4>&1 | Out-String
            $own[-1] | Export-Clixml $path
            Get-F5PoolMember web -Session $own[-1] | Export-Clixml $path -Depth 10
            $shown = $other, ($own[-1] | ConvertTo-Json -Depth 10), ($own[-1] | Format-List * -Force | Out-String), (Get-Content $path -Raw),
                (Get-F5PoolMember web -Verbose 4>&1 | ConvertTo-Json -Depth 10 -WarningAction SilentlyContinue), (Disconnect-F5 $own[-1] -Verbose 4>&1 | Out-String)
            $tokens = (Invoke-Lab $bigip GET log).entries.Path -match 'authz/tokens/' -replace '.*/tokens/'
            $tokens | Should -Not -BeNullOrEmpty
            foreach ($secret in @('pass-w0rd') + $tokens) { $shown -join "`n" | Should -Not -Match ([regex]::Escape($secret)) }
        }

        It 'takes host and -Port, host:port, and -Uri' {
            foreach ($by in { Connect-F5 127.0.0.1 -Port $bigip.Port @more }, { Connect-F5 "127.0.0.1:$($bigip.Port)" @more }, { Connect-F5 -Uri $bigip.Uri @more }) {
                $more = @{ Credential = $user; SkipCertificateCheck = $true; WarningAction = 'SilentlyContinue' }
                $one = & $by
                $one.Port | Should -Be $bigip.Port
                $one | Disconnect-F5
            }
        }

        It 'deletes the token, and then nothing works any more' {
            $own = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -WarningAction SilentlyContinue
            $members = Get-F5PoolMember web -Session $own
            (Measure-BigIp $bigip { Disconnect-F5 }).Requests.Method | Should -Be 'DELETE'
            Get-F5Session | Should -BeNullOrEmpty
            Get-Id { Get-F5Pool -Session $own } | Should -Be 'NotConnected'
            # The members find the new session by its id.
            $null = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -WarningAction SilentlyContinue
            ($members | Set-PoolMember -State Enabled).Count | Should -Be 3
        }

        It 'takes the place of the same user''s session with the same device, whose token it deletes' {
            $old = Get-F5Session
            $more = @{ Credential = $user; SkipCertificateCheck = $true; WarningAction = 'SilentlyContinue' }
            $measured = Measure-BigIp $bigip { Connect-F5 $bigip.Uri @more }
            $measured.Requests.Method | Should -Contain 'DELETE'
            @(Get-F5Session).Count | Should -Be 1
            # Who holds the old one still, in a variable or a job, is not cut off.
            (Get-F5Pool web -Session $old).FullPath | Should -Be '/Common/web'
        }

        It 'shows the default, which does not become another device when it is disconnected' {
            $other = Start-BigIp @{ hostName = 'bigip2.range.example'; pools = @(@{ name = 'elsewhere' }) }
            try {
                $null = Connect-F5 $other.Uri -Credential $user -SkipCertificateCheck -WarningAction SilentlyContinue
                (Get-F5Session | Where-Object IsDefault).HostName | Should -Be 'bigip2.range.example'
                Get-F5Session | Out-String -Width 150 | Should -Match '(?m)^\*\s+127\.0\.0\.1\s.*bigip2'
                (Get-F5Pool).Name | Should -Be 'elsewhere'
                Disconnect-F5
                $said = try { Get-F5Pool } catch { $_ }
                $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
                "$said" | Should -Match 'bigip1\.range\.example'
                (Measure-BigIp $bigip { Get-Id { Set-F5VirtualServer vs green } | Should -Be 'NotConnected' }).Requests | Should -BeNullOrEmpty
                (Get-F5Pool web -Session bigip1.range.example).FullPath | Should -Be '/Common/web'
            }
            finally { Stop-BigIp $other }
        }

        It 'disconnects nothing under -WhatIf, and nothing for an empty pipeline' {
            (Measure-BigIp $bigip { Disconnect-F5 -WhatIf; @() | Disconnect-F5 }).Requests | Should -BeNullOrEmpty
            (Get-F5Session).Count | Should -Be 1
        }

        It 'says <Id> for <What>' -ForEach @(
            @{ What = 'a wrong password'; Id = 'AuthenticationFailed'; Do = { Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential wrong) -SkipCertificateCheck -WarningAction SilentlyContinue } }
            @{ What = 'a wrong token'; Id = 'AuthenticationFailed'; Do = { Connect-F5 $bigip.Uri -Token $user.Password -SkipCertificateCheck -WarningAction SilentlyContinue } }
            @{ What = 'an untrusted certificate'; Id = 'CertificateUntrusted'; Do = { Connect-F5 $bigip.Uri -Credential $user } }
            @{ What = 'nobody there'; Id = 'Unreachable'; Do = { Connect-F5 https://127.0.0.1:1 -Credential $user } }
            @{ What = 'an unknown host'; Id = 'Unreachable'; Do = { Connect-F5 nowhere.invalid -Credential $user } }
            @{ What = 'a password in the URI'; Id = 'PasswordInUri'; Do = { Connect-F5 'https://admin:hush@bigip01' -Credential $user } }
            @{ What = 'a password in the proxy'; Id = 'PasswordInUri'; Do = { Connect-F5 bigip01 -Credential $user -Proxy 'http://a:hush@proxy' } }
            @{ What = 'no address at all'; Id = 'InvalidArgument'; Do = { Connect-F5 'ftp://bigip01' -Credential $user } }
        ) {
            Get-Id $Do | Should -Be $Id
            (Get-F5Session).Count | Should -Be 1
        }

        It 'never sends a password to whom it does not trust' {
            (Measure-BigIp $bigip { Get-Id { Connect-F5 $bigip.Uri -Credential $user } }).Requests | Should -BeNullOrEmpty
        }

        It 'warns of an unchecked certificate, and of clear text' {
            $own = Connect-F5 $bigip.Uri -Credential $user -SkipCertificateCheck -WarningVariable warned -WarningAction SilentlyContinue
            $own | Disconnect-F5
            $warned | Should -Match 'not checked'
            $said = @()
            try { Connect-F5 http://nowhere.invalid -Credential $user -WarningVariable said -WarningAction SilentlyContinue } catch { $_.FullyQualifiedErrorId | Should -BeLike 'Unreachable,*' }
            $said | Should -Match 'clear text'
        }

        It 'is an error without a session, in <_>' -ForEach @('Get-F5Pool', 'Get-F5PoolMember web', 'Disconnect-F5') {
            $fresh = New-RangeShell "try { $_ } catch { `$_ }"
            try {
                $said = $fresh.Shell.Invoke()
                $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
                "$said" | Should -Match 'Connect-F5'
            }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }
    }

    Context 'pools' {
        It 'selects <Expected> by <Name> <Partition>' -ForEach @(
            @{ Name = 'web'; Expected = '/Common/web' }
            @{ Name = '/Sales/web'; Expected = '/Sales/web' }
            @{ Name = 'WEB*'; Expected = '/Common/web', '/Sales/web' }
            @{ Name = '/Common/w*'; Expected = '/Common/web' }
            @{ Name = 'web'; Partition = 'Sales'; Expected = '/Sales/web' }
            @{ Name = '*e*'; Partition = 'Sales'; Expected = '/Sales/web' }
            @{ Name = 'api', 'web', 'a*'; Expected = '/Common/api', '/Common/web' }
        ) {
            $more = if ($Partition) { @{ Partition = $Partition } } else { @{} }
            (Get-F5Pool $Name @more).FullPath | Should -Be $Expected
            ($Name | Get-F5Pool @more).FullPath | Should -Be $Expected
        }

        It 'says PoolNotFound for a name, and names what there is; a pattern finds nothing in silence' {
            $found = Get-F5Pool api, WEB -ErrorVariable errors -ErrorAction SilentlyContinue
            $found.Name | Should -Be 'api'
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'PoolNotFound,*'
            $errors[0].TargetObject | Should -Be 'WEB'
            "$($errors[0])" | Should -Match '/Common/web, /Sales/web.*Get-F5Pool'
            Get-Id { Get-F5PoolMember WEB } | Should -Be 'PoolNotFound'
            Get-F5Pool nothing* -ErrorAction Stop | Should -BeNullOrEmpty
        }
    }

    Context 'members' {
        It 'come by parameter and by pipe, by value and by property name' {
            $names = '10.1.0.1:80', '10.1.0.2:80', 'web03:80'
            (Get-F5PoolMember web).Name | Should -Be $names
            (Get-F5PoolMember -Pool /Common/web).Name | Should -Be $names
            ('web' | Get-F5PoolMember).Name | Should -Be $names
            (Get-F5Pool web | Get-F5PoolMember).Name | Should -Be $names
            ([pscustomobject]@{ Pool = 'web'; State = 'x'; Weight = 'y' } | Get-F5PoolMember).Name | Should -Be $names
            (Get-F5PoolMember web | Get-F5PoolMember).Name | Should -Be $names
            (Get-F5Pool | Get-F5PoolMember).Count | Should -Be 126
            (Get-F5PoolMember).Count | Should -Be 126
        }

        It 'have what a pool member has' {
            $member = Get-F5PoolMember web web03:80
            $member.Pool | Should -Be 'web'
            $member.ComputerName | Should -Be 'web03'
            $member.Address | Should -Be '10.2.0.1'
            $member.Port | Should -Be 80
            $member.State | Should -Be 'Enabled'
            $member.Connections | Should -Be 0
            $member.Weight | Should -Be 1
            $member.Share | Should -BeGreaterThan 33
            $member.Balancer | Should -Be $session.Id
        }

        It 'are selected by name and by address' {
            (Get-F5PoolMember web -Member 10.1.0.*, web03:80).Name | Should -Be '10.1.0.1:80', '10.1.0.2:80', 'web03:80'
            (Get-F5PoolMember -Address 10.1.0.1).Pool | Should -Be 'api', 'web', '/Sales/web'
            (Get-F5PoolMember -Address WEB03).Name | Should -Be 'web03:80'
            (Get-F5PoolMember -Address 2001:DB8:0::1).Port | Should -Be 8080
            (Get-F5PoolMember /Common/* -Address 10.1.*).Count | Should -Be 3
            Get-F5PoolMember empty -ErrorAction Stop | Should -BeNullOrEmpty
        }

        It 'says MemberNotFound for what is in none of the pools, and only then' {
            Get-Id { Get-F5PoolMember web -Member 10.7.7.7:80 } | Should -Be 'MemberNotFound'
            Get-Id { Get-F5PoolMember -Address 10.7.7.7 } | Should -Be 'MemberNotFound'
            Get-Id { Get-F5PoolMember /Common/* -Member web03:80 } | Should -BeNullOrEmpty
            Get-Id { Get-F5PoolMember web -Member 10.7.* } | Should -BeNullOrEmpty
        }

        It 'cost two requests, however many pools, and no write' {
            foreach ($block in { Get-F5PoolMember web }, { Get-F5PoolMember }, { Get-F5PoolMember many*, web, api }, { Get-F5PoolMember -Address 10.1.0.1 }) {
                $measured = Measure-BigIp $bigip $block
                $measured.Output.Count | Should -BeGreaterThan 2
                $measured.Requests.Count | Should -Be 2
                $measured.Writes | Should -BeNullOrEmpty
            }
            (Measure-BigIp $bigip { Get-F5Pool | Get-F5PoolMember }).Requests.Count | Should -Be 3
        }

        It 'come out as a table, and survive JSON and files' {
            Get-F5PoolMember web | Out-String -Width 120 | Should -Match '(?m)^Pool\s+Name\s+Address\s+Port\s+State\s+Health\s+Conns\s+Weight\s+Share'
            $session, (Get-F5Pool web) | ForEach-Object { ($_ | Out-String -Width 120).Split("`n").Where{ $_.Trim() }.Count | Should -Be 3 }
            (Get-F5PoolMember web | ConvertTo-Json -Depth 10 -EnumsAsStrings | ConvertFrom-Json)[0].State | Should -Be 'Enabled'
        }

        It 'leave nothing behind with Select-Object -First 1' {
            foreach ($n in 1..10) { (Get-F5PoolMember | Select-Object -First 1).Name | Should -Be '10.1.0.1:8080' }
        }

        It 'says HttpError for an HTML page, and escapes nothing of it' {
            $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; pathPrefix = '/mgmt/tm/ltm/pool' }
            Get-Id { Get-F5Pool } | Should -Be 'HttpError'
        }

        It 'logs in again when the token has gone, without a word' {
            $null = Invoke-Lab $bigip POST faults @{ kind = 'expired'; pathPrefix = '/mgmt/tm/ltm/pool' }
            (Get-F5Pool web -ErrorAction Stop).Name | Should -Be 'web'
        }
    }

    Context 'completion' {
        BeforeAll {
            function Complete([string]$Line) { [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText }
        }

        It 'knows the pools that were seen, and asks nobody' {
            $null = Get-F5Pool
            $measured = Measure-BigIp $bigip {
                Complete 'Get-F5PoolMember w'
                Complete 'Get-F5PoolMember -Pool /S'
                Complete 'Get-F5Pool a'
            }
            $measured.Output | Should -Be 'web', '/Sales/web', 'api'
            $measured.Requests | Should -BeNullOrEmpty
        }

        It 'knows the sessions, and takes them by name' {
            Complete 'Get-F5Pool -Session ' | Should -Be '127.0.0.1'
            (Get-F5Pool web -Session bigip1.range.example).Name | Should -Be 'web'
            { Get-F5Pool web -Session other } | Should -Throw '*no connected F5 session*'
        }

        It 'knows the states' { Complete 'Set-PoolMember -State ' | Should -Be 'Draining', 'Enabled', 'Offline' }
    }

    Context 'changes' {
        AfterEach { $null = Get-F5PoolMember web | Set-PoolMember -State Enabled -Weight 1 -ErrorAction SilentlyContinue }

        It 'reads as it runs: drain a part of the pool and wait until it is idle' {
            $out = Get-F5PoolMember web | Where-Object Address -Like '10.1.*' | Set-PoolMember -State Draining | Wait-PoolMember -Idle -IntervalSec 0.05
            $out.State | Should -Be 'Draining', 'Draining'
            Get-BigIpState $bigip | Should -Be '10.1.0.1:80 user-disabled, 10.1.0.2:80 user-disabled, web03:80 user-enabled'
        }

        It 'writes nothing under -WhatIf' {
            $measured = Measure-BigIp $bigip { Get-F5PoolMember web | Set-PoolMember -State Offline -Weight 3 -WhatIf }
            $measured.Output | Should -BeNullOrEmpty
            $measured.Writes | Should -BeNullOrEmpty
            Get-BigIpState $bigip | Should -Not -Match 'disabled'
        }

        It 'refuses a ratio where the pool ignores it' {
            Get-Id { Get-F5PoolMember api | Set-PoolMember -Weight 5 } | Should -Be 'NotSupported', 'NotSupported'
            Get-Id { Get-F5PoolMember web -Member web03:80 | Set-PoolMember -Weight 101 } | Should -Be 'InvalidArgument'
        }

        It 'refuses a unit on standby' {
            $null = Invoke-Lab $bigip POST standby @{ standby = $true }
            try { (Measure-BigIp $bigip { Get-Id { Get-F5PoolMember web web03:80 | Set-PoolMember -State Draining } }) | ForEach-Object { $_.Output | Should -Be 'StandbyUnit'; $_.Writes | Should -BeNullOrEmpty } }
            finally { $null = Invoke-Lab $bigip POST standby @{ standby = $false } }
        }
    }
}
