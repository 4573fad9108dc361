# Many members of one pool by one pipeline: side by side, by few looks, never the last one, and stopped in order.
Describe 'Set-PoolMember on many members' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $bigip = Start-BigIp @{ pools = @(
                @{ name = 'big'; members = @(foreach ($n in 1..200) { @{ address = "10.1.0.${n}:80" } }) }
                @{ name = 'web'; members = @(foreach ($n in 1..4) { @{ address = "10.2.0.${n}:80" } }) }
            )
        }
        $connect = @{ Uri = $bigip.Uri; Credential = Get-BigIpCredential; SkipCertificateCheck = $true; WarningAction = 'SilentlyContinue' }
        $null = Connect-F5 @connect
        $names = (Get-F5PoolMember big).Name
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
    }
    AfterEach {
        $null = Invoke-Lab $bigip DELETE faults
        $null = Get-F5PoolMember | Set-PoolMember -State Enabled
    }

    Context 'in a pool of 200 on a BIG-IP' {
        It 'drains all but one, the last, in the order of the input and by few looks' {
            $members = Get-F5PoolMember big
            $measured = Measure-BigIp $bigip { $members | Set-PoolMember -State Draining -ErrorVariable script:errors -ErrorAction SilentlyContinue }
            $measured.Output.Name | Should -Be $names[0..198]
            $measured.Output.State | Select-Object -Unique | Should -Be 'Draining'
            $errors.FullyQualifiedErrorId | Should -Be 'LastServingMember,AppStatus.Commands.PoolMembers.SetPoolMemberCommand'
            $errors.TargetObject.Name | Should -Be $names[199]
            (Get-F5PoolMember big | Where-Object Serving).Name | Should -Be $names[199]
            ([regex]::Matches((Get-BigIpState $bigip big), 'user-disabled')).Count | Should -Be 199
            # One change each; what is beside them is for batches, of which even a slow machine makes few.
            @($measured.Writes | Where-Object Path -Like '*/members/*').Count | Should -Be 199
            @($measured.Requests | Where-Object Method -EQ GET).Count | Should -BeLessThan 100
        }

        It 'takes them out and in again together where nothing is judged' {
            $measured = Measure-BigIp $bigip { Get-F5PoolMember big | Set-PoolMember -State Offline -AllowEmptyPool -ErrorAction Stop | Set-PoolMember -State Enabled -ErrorAction Stop }
            $measured.Output.Name | Should -Be $names
            $measured.Output.State | Select-Object -Unique | Should -Be 'Enabled'
            @($measured.Writes | Where-Object { $_.Path -like '*/members/*' }).Count | Should -Be 400
            @($measured.Writes | Where-Object { $_.Path -eq '/mgmt/tm/transaction' }).Count | Should -BeIn (2..100)
        }

        It 'changes nothing with -WhatIf' {
            (Measure-BigIp $bigip { Get-F5PoolMember big | Set-PoolMember -State Draining -WhatIf 6>$null }).Writes | Should -BeNullOrEmpty
        }

        It 'says of each member that a transaction failed' {
            $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; method = 'PATCH'; pathPrefix = '/mgmt/tm/transaction/'; count = 100 }
            $members = Get-F5PoolMember big
            $out = $members | Set-PoolMember -State Draining -ErrorVariable errors -ErrorAction SilentlyContinue
            # A batch of one goes without a transaction.
            $out.Count + $errors.Count | Should -Be 200
            $failed = $errors.Where{ $_.FullyQualifiedErrorId -like 'HttpError,*' }
            $failed.Count | Should -BeGreaterThan 150
            foreach ($one in $failed) { "$one" | Should -BeLike "big/$($one.TargetObject.Name) reads unchanged after a transaction that failed: *" }
            @(Get-F5PoolMember big | Where-Object State -EQ Enabled).Count | Should -Be (200 - $out.Count)
        }
    }

    Context 'stopped by Ctrl+C' {
        BeforeEach {
            $members = Get-F5PoolMember web | Select-Object -First 3
            # The look takes so long that all of them have come by then.
            $null = Invoke-Lab $bigip POST faults @{ kind = 'delay'; delayMs = 700; method = 'GET'; pathPrefix = '/mgmt/tm/ltm/pool/~Common~web/members/stats' }
            $shell = New-RangeShell '$members | Set-PoolMember -State Draining' @{ members = $members }
        }
        AfterEach { $shell.Shell.Dispose() }

        It 'before the commit it changes nothing' {
            $null = Invoke-Lab $bigip POST faults @{ kind = 'delay'; delayMs = 600000; method = 'PATCH'; pathPrefix = '/mgmt/tm/ltm/pool/~Common~web/members/' }
            $running = $shell.Shell.BeginInvoke()
            Wait-RangeCondition { (Invoke-Lab $bigip GET faults).Count -eq 0 }
            $shell.Shell.Stop()
            { $shell.Shell.EndInvoke($running) } | Should -Throw
            Get-BigIpState $bigip web | Should -Not -Match 'user-disabled'
            "$($shell.Screen.Lines)" | Should -Not -Match 'ended early'
        }

        It 'while it commits, it says what was changed' {
            $null = Invoke-Lab $bigip POST faults @{ kind = 'delay'; delayMs = 1500; method = 'PATCH'; pathPrefix = '/mgmt/tm/transaction/' }
            $running = $shell.Shell.BeginInvoke()
            Wait-RangeCondition { (Invoke-Lab $bigip GET faults).Count -eq 0 }
            $shell.Shell.Stop()
            { $shell.Shell.EndInvoke($running) } | Should -Throw
            "$($shell.Screen.Lines)" | Should -Match "WARNING: Set-PoolMember was ended early\. Changed: $([regex]::Escape(($members.ForEach{ "web/$($_.Name)" } -join ', ')))\. Nothing else was sent\."
            ([regex]::Matches((Get-BigIpState $bigip web), 'user-disabled')).Count | Should -Be 3
        }
    }

    Context 'behind HAProxy, where each is written by itself' {
        BeforeAll { $range = Start-Range -Count 4 }
        AfterAll { Stop-Range $range }
        BeforeEach {
            foreach ($server in Get-RangeServer $range) { $null = Send-RangeCommand $range "set server $($server.Backend)/$($server.Name) state ready" }
            $range.Tap.Clear()
        }

        It 'writes side by side, and with -ThrottleLimit 1 one after another' -ForEach @(@{ Limit = 32; Meanwhile = 3 }, @{ Limit = 1; Meanwhile = 1 }) {
            $held = $range.Tap.Hold('set server app/a1 ', $false)
            $shell = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer app | Set-PoolMember -State Draining -ThrottleLimit $Limit -ErrorAction SilentlyContinue"
            $running = $shell.Shell.BeginInvoke()
            Wait-RangeCondition { $held.Met -and $range.Tap.Writes.Count -ge $Meanwhile }
            $range.Tap.Writes.Count | Should -Be $Meanwhile
            $held.Let($true)
            $shell.Shell.EndInvoke($running).Name | Should -Be 'a1', 'a2', 'a3'
            $range.Tap.Writes.Count | Should -Be 3
            $shell.Shell.Dispose()
        }
    }
}
