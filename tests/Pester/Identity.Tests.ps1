# What a piped object says of itself, and nothing beside it, is what the reading cmdlets go by.
Describe 'Identity by pipe' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $WarningPreference = 'SilentlyContinue'
        # Several ports on one address, in two pools each: an address alone says too little.
        $range = Start-Range -Count 3 -Alias api
        $null = Connect-HAProxy "tcp://127.0.0.1:$($range.Tap.Port)"
        $members = @('127.0.0.1:81', '127.0.0.1:82', '127.0.0.1:83' | ForEach-Object { @{ address = $_ } })
        $configuration = @{
            hostName       = 'bigip1.range.example'
            pools          = @(@{ name = 'web'; members = $members }, @{ name = 'green'; members = $members }, @{ name = 'web'; partition = 'Sales'; members = $members })
            virtualServers = @(@{ name = 'vs_web'; pool = 'web' }, @{ name = 'vs_bare' })
        }
        $bigip = Start-BigIp $configuration
        $session = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        function Get-Shown([scriptblock]$Block) { (& $Block | ForEach-Object { "$($_.Pool)/$(($_.Name -split '/')[-1])" }) -join ' ' }
        function Copy-Object($Object) { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Object, 3)) }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        Stop-Range $range
    }

    It 'reads a member again, and that one alone' {
        Get-Shown { Get-HAProxyServer app a1 | Get-HAProxyServer } | Should -Be 'app/a1'
        Get-Shown { Get-HAProxyServer -Name a2 | Get-HAProxyServer } | Should -Be 'app/a2 api/a2'
        Get-Shown { Copy-Object (Get-HAProxyServer app a3) | Get-HAProxyServer } | Should -Be 'app/a3'
        Get-Shown { Get-HAProxyServer app a1 | ConvertTo-Csv | ConvertFrom-Csv | Get-HAProxyServer } | Should -Be 'app/a1'
        $member = Get-F5PoolMember /Sales/web | Select-Object -Last 1
        Get-Shown { $member | Get-F5PoolMember } | Should -Be "$($member.Pool)/127.0.0.1:83"
        Get-Shown { Get-F5PoolMember web 127.0.0.1:82 | Get-F5PoolMember } | Should -Be 'web/127.0.0.1:82'
        (Get-HAProxyServer app a1 | Set-PoolMember Draining | Get-HAProxyServer).State | Should -Be 'Draining'
        $null = Get-HAProxyServer app a1 | Set-PoolMember Enabled
    }

    It 'reads the member again that a reading came from' {
        Get-Shown { Get-HAProxyServer app a1 | Get-AppStatus | Get-HAProxyServer } | Should -Be 'app/a1'
        Get-Shown { Copy-Object (Get-HAProxyServer app a1 | Get-AppStatus) | Get-HAProxyServer } | Should -Be 'app/a1'
        # Without the member, what is left is a pool, an address and a port.
        Get-Shown { Get-HAProxyServer app a2 | Get-AppStatus | Select-Object Name, Pool, Address, Port | Get-HAProxyServer } | Should -Be 'app/a2'
    }

    It 'finds the same instance in the pool that is typed' {
        Get-Shown { Get-HAProxyServer app a2 | Get-HAProxyServer api } | Should -Be 'api/a2'
        Get-Shown { Get-F5PoolMember web 127.0.0.1:82 | Get-F5PoolMember green } | Should -Be 'green/127.0.0.1:82'
    }

    It 'takes any other object with an address for that host, in all pools' {
        (Get-AppStatus (Get-HAProxyServer app a1).Uri | Get-HAProxyServer).Count | Should -Be 5
        ([pscustomobject]@{ Address = '127.0.0.1'; Port = 81 } | Get-F5PoolMember).Count | Should -Be 9
        ([pscustomobject]@{ Pool = 'green'; Address = '127.0.0.1' } | Get-F5PoolMember).Count | Should -Be 3
    }

    It 'binds names by property: <What>' -ForEach @(
        @{ What = 'a pool of an F5'; Do = { ([pscustomobject]@{ Name = 'green' } | Get-F5Pool).FullPath }; Expected = '/Common/green' }
        @{ What = 'a pool by the word Pool'; Do = { ([pscustomobject]@{ Pool = 'green' } | Get-F5Pool).FullPath }; Expected = '/Common/green' }
        @{ What = 'a virtual server'; Do = { ([pscustomobject]@{ Name = 'vs_web' } | Get-F5VirtualServer).FullPath }; Expected = '/Common/vs_web' }
        @{ What = 'the pool whose members are wanted'; Do = { Get-Shown { [pscustomobject]@{ Name = 'green' } | Get-F5PoolMember -Member *:81 } }; Expected = 'green/127.0.0.1:81' }
        @{ What = 'pool and member of a row'; Do = { Get-Shown { 'Pool,Name', 'app,a2' | ConvertFrom-Csv | Get-HAProxyServer } }; Expected = 'app/a2' }
        @{ What = 'a member in all pools'; Do = { Get-Shown { [pscustomobject]@{ Name = 'a2' } | Get-HAProxyServer } }; Expected = 'app/a2 api/a2' }
        @{ What = 'the pool of a virtual server'; Do = { (Get-F5VirtualServer vs_web | Get-F5Pool).FullPath }; Expected = '/Common/web' }
        @{ What = 'the pool of a member'; Do = { (Get-F5PoolMember /Sales/web 127.0.0.1:81 | Get-F5Pool).FullPath }; Expected = '/Sales/web' }
        @{ What = 'no pool of a virtual server without one'; Do = { Get-F5VirtualServer vs_bare | Get-F5Pool }; Expected = $null }
    ) {
        & $Do | Should -Be $Expected
    }

    It 'switches the virtual server of a row, by its name alone' {
        'Name,Pool', 'vs_web,web' | ConvertFrom-Csv | Set-F5VirtualServer -Pool green
        (Get-F5VirtualServer vs_web).Pool | Should -Be 'green'
        Get-F5VirtualServer vs_web | Set-F5VirtualServer -Pool web
        (Get-F5VirtualServer vs_web).Pool | Should -Be 'web'
    }

    It 'refuses what can be no name, with its own id: <_>' -ForEach @(
        '[pscustomobject]@{ Colour = ''red'' } | Get-F5Pool', '[pscustomobject]@{ Colour = ''red'' } | Get-F5PoolMember', '[timespan]1 | Get-HAProxyServer'
        '[pscustomobject]@{ Colour = ''red'' } | Set-F5VirtualServer -Pool green', 'Get-F5PoolMember web | Select-Object -First 1 | Get-F5VirtualServer', '$null | Get-HAProxyServer') {
        $script = [scriptblock]::Create($_)
        Get-Id $script | Should -Be 'InvalidTarget'
        (& { try { & $script 2>&1 } catch { $_ } } | Out-String) | Should -Not -Match '@\{'
    }

    It 'goes from a session to the device that an object was read from' {
        $other = Start-BigIp $configuration.Clone()
        try {
            $read = Get-F5VirtualServer vs_web
            $second = Connect-F5 $other.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
            (Measure-BigIp $other { $read | Get-F5Pool -Session $session }).Requests | Should -BeNullOrEmpty
        }
        finally {
            $second | Disconnect-F5
            Stop-BigIp $other
            $session = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
        }
    }

    It 'sets a member before or behind its state' {
        $one = Get-HAProxyServer app a1
        (Set-PoolMember $one Draining).State | Should -Be 'Draining'
        (Set-PoolMember Enabled $one).State | Should -Be 'Enabled'
        (Set-PoolMember $one Draining -Weight 3).Weight | Should -Be 3
        (Set-PoolMember $one -State Enabled).State | Should -Be 'Enabled'
        Set-PoolMember $one Draining -WhatIf | Should -BeNullOrEmpty
        ($one | Set-PoolMember -Weight 1).State | Should -Be 'Enabled'
        Get-Id { Set-PoolMember $one } | Should -Be 'InvalidArgument'
        Get-Id { Set-PoolMember $one bogus } | Should -Be 'InvalidArgument'
    }

    It 'completes what was read: <Line>' -ForEach @(
        @{ Line = 'Get-HAProxyServer app -Name a'; Expected = 'a1', 'a2', 'a3' }
        @{ Line = 'Get-F5PoolMember web -Member 127.0.0.1:8'; Expected = '127.0.0.1:81', '127.0.0.1:82', '127.0.0.1:83' }
        @{ Line = 'Set-F5VirtualServer vs_'; Expected = 'vs_bare', 'vs_web' }
        @{ Line = 'Get-F5VirtualServer -Name vs_w'; Expected = 'vs_web' }
        @{ Line = 'Invoke-BlueGreenDeployment -VirtualServer vs_w'; Expected = 'vs_web' }
        @{ Line = 'Test-Deployment -VirtualServer vs_w'; Expected = 'vs_web' }
        @{ Line = 'Get-Deployment -Pool ap'; Expected = 'api', 'app' }
        @{ Line = 'Undo-Deployment -Last -Pool ap'; Expected = 'api', 'app' }
        @{ Line = 'Stop-Deployment -Last -Pool gr'; Expected = 'green' }
        @{ Line = 'Restore-PoolMember -Pool ap'; Expected = 'api', 'app' }
        @{ Line = 'Restore-PoolMember a1'; Expected = 'a1' }
    ) {
        $null = Get-HAProxyServer
        $null = Get-F5PoolMember
        $null = Get-F5VirtualServer
        (TabExpansion2 $Line).CompletionMatches.CompletionText | Should -Be $Expected
    }
}
