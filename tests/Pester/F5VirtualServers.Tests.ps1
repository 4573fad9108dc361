Describe 'Virtual servers of an F5' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $WarningPreference = 'SilentlyContinue'
        $configuration = @{
            hostName       = 'bigip1.range.example'
            pools          = @('blue', 'green', 'empty' | ForEach-Object { @{ name = $_; members = @(if ($_ -ne 'empty') { @{ address = '10.1.0.1:80' } }) } })
            virtualServers = @(
                @{ name = 'vs_http'; pool = 'blue' }, @{ name = 'vs_https'; pool = 'blue'; rules = @('/Common/choose'); policies = @('by_host') }
                @{ name = 'vs_bare' }, @{ name = 'vs_http'; partition = 'Sales'; pool = '/Common/blue' }
            )
        }
        $bigip = Start-BigIp $configuration
        $session = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        function Get-Pools { (Get-F5VirtualServer | Sort-Object FullPath | ForEach-Object { "$($_.FullPath) $($_.Pool)" }) -join ', ' }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
    }
    BeforeEach { Set-F5VirtualServer vs_http, vs_https, /Sales/vs_http -Pool blue }

    It 'are selected by <Name> <Partition>' -ForEach @(
        @{ Name = 'vs_http'; Expected = '/Common/vs_http' }
        @{ Name = '/Sales/vs_http'; Expected = '/Sales/vs_http' }
        @{ Name = 'VS_HTTP'; Expected = $null }
        @{ Name = 'VS_HTTP*'; Expected = '/Common/vs_http', '/Common/vs_https', '/Sales/vs_http' }
        @{ Name = '*'; Partition = 'Sales'; Expected = '/Sales/vs_http' }
    ) {
        $more = if ($Partition) { @{ Partition = $Partition } } else { @{} }
        (Get-F5VirtualServer $Name @more -ErrorAction SilentlyContinue).FullPath | Should -Be $Expected
        ($Name | Get-F5VirtualServer @more -ErrorAction SilentlyContinue).FullPath | Should -Be $Expected
    }

    It 'cost two requests, come out as a table, and survive JSON' {
        $measured = Measure-BigIp $bigip { Get-F5VirtualServer }
        $measured.Output.Count | Should -Be 4
        $measured.Requests.Count | Should -Be 2
        $measured.Output | Out-String -Width 120 | Should -Match '(?m)^Partition\s+Name\s+Destination\s+Pool\s+Enabled\s+Conns'
        (Get-F5VirtualServer vs_https | ConvertTo-Json -Depth 10 | ConvertFrom-Json).Rules | Should -Be '/Common/choose'
    }

    It 'lead to their members; one without a pool to none, and not to all' {
        (Get-F5VirtualServer vs_http | Get-F5PoolMember).Pool | Should -Be 'blue'
        Get-F5VirtualServer vs_bare | Get-F5PoolMember -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'switch by name, and by pipe with their own partition' {
        (Set-F5VirtualServer vs_http green -PassThru).Pool | Should -Be 'green'
        Get-Pools | Should -Be '/Common/vs_bare , /Common/vs_http green, /Common/vs_https blue, /Sales/vs_http blue'
        Set-F5VirtualServer vs_http blue | Should -BeNullOrEmpty
        Get-F5VirtualServer /Sales/* | Set-F5VirtualServer -Pool green
        Get-Pools | Should -Be '/Common/vs_bare , /Common/vs_http blue, /Common/vs_https blue, /Sales/vs_http green'
        # Out of a file, too; and what was read before does not bring its pool along.
        Get-F5VirtualServer /Sales/* | Export-Clixml (Join-Path $TestDrive vs.xml)
        Import-Clixml (Join-Path $TestDrive vs.xml) | Set-F5VirtualServer -Pool blue
        Get-Pools | Should -Not -Match 'green'
    }

    It 'switch on the device that they were read from' {
        $other = Start-BigIp $configuration.Clone()
        try {
            $read = Get-F5VirtualServer vs_http -Session $session
            $second = Connect-F5 $other.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
            (Measure-BigIp $other { $read | Set-F5VirtualServer -Pool green -Session $session }).Writes | Should -BeNullOrEmpty
            (Get-F5VirtualServer vs_http -Session $session).Pool | Should -Be 'green'
        }
        finally {
            $second | Disconnect-F5
            $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
            Stop-BigIp $other
        }
    }

    It 'tell the rules and policies that may choose another pool' {
        $https = Get-F5VirtualServer vs_https
        $https.Rules | Should -Be '/Common/choose'
        $https.Policies | Should -Be '/Common/by_host'
        (Get-F5VirtualServer vs_http).Policies | Should -BeNullOrEmpty
    }

    It 'switch several in one transaction, and warn of rules and policies that may choose another pool' {
        $warned = @()
        $measured = Measure-BigIp $bigip { Get-F5VirtualServer /Common/vs_http* | Set-F5VirtualServer -Pool green -WarningVariable +script:warned }
        ($measured.Writes.path -replace '\d+$') | Should -Be '/mgmt/tm/transaction', '/mgmt/tm/ltm/virtual/~Common~vs_http', '/mgmt/tm/ltm/virtual/~Common~vs_https', '/mgmt/tm/transaction/'
        $script:warned | Should -Match '/Common/choose'
        $script:warned | Should -Match '/Common/by_host'
    }

    It 'switch nothing under -WhatIf' {
        (Measure-BigIp $bigip { Set-F5VirtualServer vs_http green -WhatIf }).Requests | Should -BeNullOrEmpty
    }

    It 'say <Id> for <What>, and nothing changes' -ForEach @(
        @{ What = 'an unknown virtual server'; Id = 'VirtualServerNotFound'; Do = { Set-F5VirtualServer vs_http, nope green } }
        @{ What = 'an unknown pool'; Id = 'PoolNotFound'; Do = { Set-F5VirtualServer vs_http GREEN } }
        @{ What = 'a pool where nobody serves'; Id = 'NoServingMember'; Do = { Set-F5VirtualServer vs_http empty } }
        @{ What = 'a pattern'; Id = 'InvalidArgument'; Do = { Set-F5VirtualServer vs_* green } }
        @{ What = 'another balancer''s'; Id = 'BalancerNotConnected'; Do = { [pscustomobject]@{ Name = 'vs_http'; Balancer = 'f5:other' } | Set-F5VirtualServer -Pool green } }
    ) {
        $measured = Measure-BigIp $bigip { Get-Id $Do }
        $measured.Output | Should -Be $Id
        $measured.Writes | Should -BeNullOrEmpty
    }

    It 'save and synchronise under their own names' {
        (Measure-BigIp $bigip { Save-F5Configuration }).Writes.body | Should -Match '"save"'
        (Measure-BigIp $bigip { Save-F5Configuration -WhatIf; @() | Save-F5Configuration }).Requests | Should -BeNullOrEmpty
        Get-Id { Sync-F5DeviceGroup } | Should -Be 'NotSupported'
        $(try { Sync-F5DeviceGroup } catch { "$_" }) | Should -Not -Match 'Leave out'
        $(try { Get-F5VirtualServer nix -ErrorAction Stop } catch { "$_" }) | Should -Not -Match 'changed'
    }
}
