Describe 'Feature flag cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $before = $env:APPSTATUS_REDIS
        if (-not (Test-RangeProgram redis-server)) { return }
        $world = [pscustomobject]@{ Folder = (New-Item -ItemType Directory (Join-Path $TestDrive redis)).FullName }
        $redis = Start-RangeRedis $world
        $uri = "redis://127.0.0.1:$($redis.Port)/0"

        function Send-Redis([string]$Command) { Send-RangeRedis $redis.Port $Command }
        # What stands there, as Redis itself says it; empty for nothing.
        function Get-Raw([string]$Key) { [regex]::Match((Send-Redis "GET $Key"), '(?m)^\$\d+\r\n(.*)\r').Groups[1].Value }
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        function Get-Completion([string]$Line) { [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText }
    }
    BeforeEach {
        if (-not $redis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
        $null = Send-Redis FLUSHALL
        $env:APPSTATUS_REDIS = $uri
    }
    AfterAll {
        $env:APPSTATUS_REDIS = $before
        if ($redis) { $redis.Process.Dispose() }
    }

    Context 'setting' {
        It 'makes a flag with -Create only, and emits it as it reads then' {
            Get-Id { Set-FeatureFlag new-checkout $true } | Should -Be 'FlagNotFound'
            Get-Raw new-checkout | Should -BeNullOrEmpty
            $flag = Set-FeatureFlag new-checkout $true -Create
            Get-Raw new-checkout | Should -BeExactly 'true'
            $flag.Name, $flag.Key, $flag.Enabled, $flag.Percentage, $flag.Value, $flag.Redis | Should -Be 'new-checkout', 'new-checkout', $true, $null, 'true', $uri
            (Set-FeatureFlag -Name new-checkout -Value $false).Enabled | Should -BeFalse
            Get-Raw new-checkout | Should -BeExactly 'false'
        }

        It 'takes a percentage, of which 100 is on for everyone' {
            $flag = Set-FeatureFlag new-checkout -Percentage 25 -Create
            $flag.Percentage, $flag.Enabled | Should -Be 25, $false
            Get-Raw new-checkout | Should -BeExactly '25%'
            (Set-FeatureFlag new-checkout -Percentage 100).Enabled | Should -BeTrue
            (Set-FeatureFlag new-checkout -Percentage 0).Enabled | Should -BeFalse
            Get-Raw new-checkout | Should -BeExactly '0%'
        }

        It 'takes no number for a Boolean: <_>' -ForEach @(25, 1, '25%', 'maybe', $null) {
            $value = $_
            Get-Id { Set-FeatureFlag new-checkout $value -Create } | Should -BeLike 'ParameterArgumentTransformationError'
            Get-Raw new-checkout | Should -BeNullOrEmpty
        }

        It 'takes whole numbers of percent only: <_>' -ForEach @(12.5, '12.5', '12,5', 'many', $true) {
            $value = $_
            Get-Id { Set-FeatureFlag new-checkout -Percentage $value -Create } | Should -Be 'ParameterArgumentTransformationError'
            (Set-FeatureFlag new-checkout -Percentage '25%' -Create).Percentage | Should -Be 25
            (Set-FeatureFlag new-checkout -Percentage 30.0).Percentage | Should -Be 30
        }

        It 'names the parameter for a password that stands in the URI' {
            $said = try { Get-FeatureFlag x -Redis 'redis://:hush@localhost' 2>&1 } catch { $_ }
            "$said" | Should -Match 'as -Credential'
            "$said" | Should -Not -Match 'hush'
        }

        It 'refuses -Percentage <_>' -ForEach @(-1, 101) {
            $value = $_
            Get-Id { Set-FeatureFlag new-checkout -Percentage $value -Create } | Should -Be 'ParameterArgumentValidationError'
        }

        It 'takes names by pipe, and goes on after one that fails' {
            $null = 'a', 'c' | Set-FeatureFlag -Value $false -Create
            $flags = 'a', 'b', 'c' | Set-FeatureFlag -Value $true -ErrorVariable missing -ErrorAction SilentlyContinue
            $flags.Name | Should -Be 'a', 'c'
            $missing.Count | Should -Be 1
            $missing[0].FullyQualifiedErrorId | Should -BeLike 'FlagNotFound,*'
            $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $missing[0].TargetObject | Should -Be 'b'
            "$($missing[0])" | Should -Match '-Create'
        }

        It 'enables and disables, whatever it was' {
            $null = Set-FeatureFlag new-checkout -Percentage 25 -Create
            (Enable-FeatureFlag new-checkout).Value | Should -Be 'true'
            (Disable-FeatureFlag new-checkout).Value | Should -Be 'false'
            Get-Id { Enable-FeatureFlag other } | Should -Be 'FlagNotFound'
            Get-Id { Disable-FeatureFlag other } | Should -Be 'FlagNotFound'
            (Enable-FeatureFlag other -Create).Enabled | Should -BeTrue
            Get-Raw other | Should -BeExactly 'true'
        }

        It 'only tells with -WhatIf' {
            $null = Set-FeatureFlag new-checkout $false -Create
            & { Set-FeatureFlag new-checkout $true -WhatIf; Enable-FeatureFlag new-checkout -WhatIf; Set-FeatureFlag other $true -Create -WhatIf; Remove-FeatureFlag new-checkout -WhatIf } | Should -BeNullOrEmpty
            Get-Raw new-checkout | Should -BeExactly 'false'
            Get-Raw other | Should -BeNullOrEmpty
            $null = Enable-FeatureFlag new-checkout
            Disable-FeatureFlag new-checkout -WhatIf | Should -BeNullOrEmpty
            Get-Raw new-checkout | Should -BeExactly 'true'
        }
    }

    Context 'what was piped' {
        It 'says which flag is meant, and never what it shall be' {
            $null = Set-FeatureFlag new-checkout $true -KeyPrefix shop: -Create
            $null = Set-FeatureFlag dark-mode -Percentage 40 -KeyPrefix shop: -Create
            Get-FeatureFlag -KeyPrefix shop: | Disable-FeatureFlag | ForEach-Object Value | Should -Be 'false', 'false'
            Get-Raw shop:new-checkout | Should -BeExactly 'false'
            [pscustomobject]@{ Name = 'new-checkout'; KeyPrefix = 'shop:'; Value = $true; Percentage = 5; Enabled = $true } | Set-FeatureFlag -Value $false | ForEach-Object Value | Should -Be 'false'
            Get-FeatureFlag dark-mode -KeyPrefix shop: | ConvertTo-Json | ConvertFrom-Json | Set-FeatureFlag -Percentage 50 | ForEach-Object Key | Should -Be 'shop:dark-mode'
            Send-Redis 'DBSIZE' | Should -Match ':2'
        }

        It 'is written in the Redis that it was read from' {
            $null = Set-FeatureFlag new-checkout $false -Create -Redis ($uri -replace '/0$', '/1')
            $null = Set-FeatureFlag new-checkout $false -Create
            Get-FeatureFlag new-checkout -Redis ($uri -replace '/0$', '/1') | Enable-FeatureFlag | ForEach-Object Redis | Should -Be ($uri -replace '/0$', '/1')
            (Get-FeatureFlag new-checkout).Enabled | Should -BeFalse
            (Get-FeatureFlag new-checkout -Redis ($uri -replace '/0$', '/1')).Enabled | Should -BeTrue
        }
    }

    Context 'reading' {
        It 'takes what others write: <Text> is <Value>' -ForEach @(
            @{ Text = 'ON'; Value = $true }, @{ Text = '1'; Value = $true }, @{ Text = 'Yes'; Value = $true }, @{ Text = 'enabled'; Value = $true }
            @{ Text = 'off'; Value = $false }, @{ Text = '0'; Value = $false }, @{ Text = 'NO'; Value = $false }, @{ Text = 'Disabled'; Value = $false }
        ) {
            $null = Send-Redis "SET f $Text"
            $flag = Get-FeatureFlag f
            $flag.Enabled | Should -Be $Value
            $flag.Value | Should -BeExactly $Text
        }

        It 'lists what stands under a prefix, by wildcards, and only flags' {
            $null = 'new-checkout', 'new-search', 'dark-mode' | Set-FeatureFlag -Value $true -Create -KeyPrefix shop:
            $null = Send-Redis 'SET shop:banner hello'
            $null = Send-Redis 'RPUSH shop:servers true'
            $null = Send-Redis 'SET shopping true'
            (Get-FeatureFlag -KeyPrefix shop: | Sort-Object Name).Name | Should -Be 'dark-mode', 'new-checkout', 'new-search'
            (Get-FeatureFlag new-* -KeyPrefix shop: | Sort-Object Name).Key | Should -Be 'shop:new-checkout', 'shop:new-search'
            (Get-FeatureFlag dark-mode, *search -KeyPrefix shop:).Count | Should -Be 2
            Get-FeatureFlag none* -KeyPrefix shop: -ErrorAction Stop | Should -BeNullOrEmpty
            (Get-FeatureFlag -KeyPrefix '').Count | Should -Be 4
            $told = Get-FeatureFlag -KeyPrefix shop: -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
            "$told" | Should -Match '2 more keys'
        }

        It 'reckons for a key, as docs/feature-flags.md says' {
            $null = Set-FeatureFlag new-checkout -Percentage 68 -Create
            (Get-FeatureFlag new-checkout -For user42).EnabledFor | Should -BeTrue
            (Get-FeatureFlag new-checkout -For user43).EnabledFor | Should -BeFalse
            $null = Set-FeatureFlag new-checkout -Percentage 67
            (Get-FeatureFlag new-checkout -For user42).EnabledFor | Should -BeFalse
            (Get-FeatureFlag new-checkout).EnabledFor | Should -BeNullOrEmpty
        }

        It 'leaves nothing running behind Select-Object -First' {
            $null = 1..300 | ForEach-Object { "f$_" } | Set-FeatureFlag -Value $true -Create
            @(Get-FeatureFlag -KeyPrefix '' | Select-Object -First 1).Count | Should -Be 1
            @(1..300 | ForEach-Object { "f$_" } | Get-FeatureFlag | Select-Object -First 1).Name | Should -Be 'f1'
            Wait-RangeCondition { @([regex]::Matches((Send-Redis 'CLIENT LIST'), 'cmd=(?!client)')).Count -eq 0 }
        }

        It 'shows a flag in a line' {
            $null = Set-FeatureFlag new-checkout -Percentage 25 -Create
            (Get-FeatureFlag new-checkout | Out-String -Width 120).Split("`n").Where{ $_.Trim() }.Count | Should -Be 3
            Get-FeatureFlag new-checkout | Out-String -Width 120 | Should -Match 'new-checkout +25% +for some'
        }
    }

    Context 'removing' {
        It 'removes flags, and nothing else' {
            $null = 'a', 'b', 'c' | Set-FeatureFlag -Value $true -Create
            $null = Send-Redis 'SET text hello'
            $null = Send-Redis 'RPUSH list true'
            Remove-FeatureFlag a | Should -BeNullOrEmpty
            Get-FeatureFlag b | Remove-FeatureFlag
            Get-Id { Remove-FeatureFlag text, list, a, c } | Should -Be 'NotAFlag', 'NotAFlag', 'FlagNotFound'
            Send-Redis 'EXISTS a b c text list' | Should -Match ':2'
            Get-Raw text | Should -Be 'hello'
        }
    }

    Context 'errors' {
        It 'are <Id> for <What>' -ForEach @(
            @{ What = 'a text that is no flag'; Id = 'NotAFlag'; Do = { $null = Send-Redis 'SET f hello'; Set-FeatureFlag f $true -Create } }
            @{ What = 'a list'; Id = 'NotAFlag'; Do = { $null = Send-Redis 'RPUSH f true'; Get-FeatureFlag f } }
            @{ What = 'a flag that is not there'; Id = 'FlagNotFound'; Do = { Get-FeatureFlag f } }
            @{ What = 'nobody there'; Id = 'Unreachable'; Do = { Enable-FeatureFlag f -Redis redis://127.0.0.1:1 } }
            @{ What = 'a password in the URI'; Id = 'PasswordInUri'; Do = { Get-FeatureFlag f -Redis redis://:hush-hush@127.0.0.1/0 } }
            @{ What = 'a password in the environment'; Id = 'PasswordInUri'; Do = { $env:APPSTATUS_REDIS = 'redis://:hush-hush@127.0.0.1/0'; Get-FeatureFlag f } }
            @{ What = 'no Redis at all'; Id = 'InvalidArgument'; Do = { $env:APPSTATUS_REDIS = $null; Get-FeatureFlag f } }
            @{ What = 'neither name nor prefix'; Id = 'InvalidArgument'; Do = { Get-FeatureFlag } }
            @{ What = 'wildcards without a prefix'; Id = 'InvalidArgument'; Do = { Get-FeatureFlag new-* } }
            @{ What = 'wildcards to be written'; Id = 'InvalidArgument'; Do = { Enable-FeatureFlag new-* -KeyPrefix shop: } }
            @{ What = 'a name with a blank'; Id = 'InvalidArgument'; Do = { Remove-FeatureFlag 'new checkout' } }
            @{ What = 'a password that nobody asked for'; Id = 'AuthenticationFailed'; Do = { Get-FeatureFlag f -Credential ([pscredential]::new('operator', (ConvertTo-SecureString hush-hush -AsPlainText))) } }
        ) {
            Get-Id $Do | Should -Be $Id
            # The line that was typed stands in the record, too, but it is the user's own.
            $said = try { & $Do 2>&1 } catch { $_ }
            "$said $($said.Exception.Message) $($said.TargetObject)" | Should -Not -Match 'hush|hello'
        }

        It 'name both ways to say which Redis' {
            $env:APPSTATUS_REDIS = ''
            { Get-FeatureFlag f } | Should -Throw '*-Redis*APPSTATUS_REDIS*'
            { Remove-FeatureFlag f } | Should -Throw '*-Redis*APPSTATUS_REDIS*'
        }

        It 'have the category of their cause' {
            $null = Send-Redis 'SET f hello'
            $null = Get-FeatureFlag f -ErrorVariable other -ErrorAction SilentlyContinue
            $other[0].CategoryInfo.Category | Should -Be 'InvalidType'
            $null = Get-FeatureFlag f -Redis redis://127.0.0.1:1 -ErrorVariable down -ErrorAction SilentlyContinue
            $down[0].CategoryInfo.Category | Should -Be 'ConnectionError'
            "$($down[0])" | Should -Match 'refused'
        }

        It 'come within -TimeoutSec from a Redis that is silent' {
            $silent = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $silent.Start()
            try {
                $null = Get-FeatureFlag f -Redis "redis://127.0.0.1:$($silent.LocalEndpoint.Port)" -TimeoutSec 1 -ErrorVariable late -ErrorAction SilentlyContinue
                $late[0].FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
                "$($late[0])" | Should -Match 'within 1 s'
            }
            finally { $silent.Stop() }
        }
    }

    It 'logs in with a credential that stays out of everything that is shown' {
        $null = Send-Redis 'ACL SETUSER operator reset on >hush-hush ~shop:* +select +get +mget +scan +eval +evalsha +type +set +del'
        $credential = [pscredential]::new('operator', (ConvertTo-SecureString hush-hush -AsPlainText))
        $said = & {
            Set-FeatureFlag new-checkout $true -Create -KeyPrefix shop: -Credential $credential -Verbose
            Get-FeatureFlag -KeyPrefix shop: -Credential $credential -Verbose
            Set-FeatureFlag new-checkout $true -Create -KeyPrefix other: -Credential $credential -Verbose
        } *>&1
        $said.Where{ $_.PSTypeNames -contains 'AppStatus.Core.Flags.FeatureFlag' }.Key | Should -Be 'shop:new-checkout', 'shop:new-checkout'
        $denied = $said.Where{ $_ -is [Management.Automation.ErrorRecord] }
        $denied.FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
        "$denied" | Should -Match 'ACL SETUSER'
        $said | Format-List * -Force | Out-String -Width 500 | Should -Not -Match 'hush'
        $said.Where{ $_.PSTypeNames -contains 'AppStatus.Core.Flags.FeatureFlag' } | ConvertTo-Json | Should -Not -Match 'hush'
    }

    It 'takes -SkipCertificateCheck with a warning' {
        $null = Get-FeatureFlag f -Redis rediss://127.0.0.1:1 -SkipCertificateCheck -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -Match 'certificate'
    }

    It 'completes the names that this session has seen, without asking the Redis' {
        $null = Set-FeatureFlag new-checkout $true -Create -KeyPrefix seen:
        $null = Send-Redis 'SET seen:new-other true'
        $null = Set-FeatureFlag new-plain $true -Create
        $env:APPSTATUS_REDIS = 'redis://127.0.0.1:1'
        Get-Completion 'Enable-FeatureFlag -KeyPrefix seen: -Name new-' | Should -Be 'new-checkout'
        Get-Completion 'Get-FeatureFlag new-p' | Should -Be 'new-plain'
        Get-Completion 'Remove-FeatureFlag -KeyPrefix none: -Name new-c' | Should -Not -Contain 'new-checkout'
        $env:APPSTATUS_REDIS = $uri
        $null = Get-FeatureFlag -KeyPrefix seen:
        Get-Completion 'Disable-FeatureFlag -KeyPrefix seen: -Name new-' | Should -Be 'new-checkout', 'new-other'
        Remove-FeatureFlag new-other -KeyPrefix seen:
        Get-Completion 'Set-FeatureFlag -KeyPrefix seen: -Name new-' | Should -Be 'new-checkout'
    }

    It 'switches the page of a running application' {
        $port = [AppStatusRange.Wire]::FreePorts(1)[0]
        $null = Set-FeatureFlag new-checkout $false -KeyPrefix shop: -Create
        Start-RangeInstance $port 2.0 '--flags-redis', $uri, '--flag-prefix=shop:'
        try {
            function Get-Page { Invoke-RestMethod "http://127.0.0.1:$port/" }
            Get-Page | Should -Match 'new-checkout off'
            $null = Enable-FeatureFlag new-checkout -KeyPrefix shop:
            Wait-RangeCondition { (Get-Page) -match 'new-checkout on' }
            $null = Disable-FeatureFlag new-checkout -KeyPrefix shop:
            Wait-RangeCondition { (Get-Page) -match 'new-checkout off' }
            (Invoke-RestMethod "http://127.0.0.1:$port/flags").'new-checkout' | Should -Be 'false'
        }
        finally { [AppStatusRange.Instances]::Kill($port) }
    }
}
