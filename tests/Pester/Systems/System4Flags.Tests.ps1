# The mission's fourth system, its rule about features: flags in one Redis, which all instances see, switch a deployed feature on and off.
Describe 'System 4, feature flags in a global Redis' {
    BeforeDiscovery {
        . $PSScriptRoot/../Range/Range.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1
        $lacks = -not (Test-RangeProgram redis-server)
    }
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Load.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1
        $home_ = [pscustomobject]@{ Folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-flags-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName }
        $ports = [AppStatusRange.Wire]::FreePorts(3)
        $env:APPSTATUS_REDIS = "redis://127.0.0.1:$($ports[2])/0"
        $instances = $ports[0], $ports[1]
        $options = '--flags-redis', $env:APPSTATUS_REDIS, '--flag-prefix=shop:'

        function Start-Redis { Set-Variable redis (Start-RangeRedis $home_ $ports[2]) -Scope Script }
        function Get-Page([int]$Port, [string]$User) { Invoke-RestMethod "http://127.0.0.1:$Port/?user=$User" }
        function Test-Page([string]$State, [string]$User) { @($instances | Where-Object { (Get-Page $_ $User) -match "^\S+ 2\.0, new-checkout $State\s*$" }).Count -eq $instances.Count }
        # Every instance has read this text of the flag.
        function Wait-Flag([string]$Value) { Wait-RangeCondition { -not ($instances | Where-Object { (Invoke-RestMethod "http://127.0.0.1:$_/flags").'new-checkout' -ne $Value }) } }
        # In the place of the Redis: returns when somebody has tried so often, in vain.
        function Wait-Attempt([int]$Count) {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $ports[2])
            $listener.Start()
            try {
                foreach ($n in 1..$Count) {
                    Wait-RangeCondition { $listener.Pending() }
                    $listener.AcceptTcpClient().Dispose()
                }
            }
            finally { $listener.Stop() }
        }
    }
    AfterAll {
        foreach ($port in $instances) { [AppStatusRange.Instances]::Kill($port) }
        if ($redis) { $redis.Process.Dispose() }
        Remove-Item $home_.Folder -Recurse -Force
        $env:APPSTATUS_REDIS = $null
    }

    Context 'the switch' -Skip:$lacks {
        BeforeAll {
            Start-Redis
            foreach ($port in $instances) { Start-RangeInstance $port '2.0' $options }
        }

        It 'has no effect before there is one: the feature is deployed, and off' {
            Test-Page off | Should -BeTrue
        }

        It 'switches the deployed feature on and off, in every instance, without a deployment' {
            (Set-FeatureFlag new-checkout $true -KeyPrefix shop: -Create).Enabled | Should -BeTrue
            Wait-RangeCondition { Test-Page on }
            (Disable-FeatureFlag new-checkout -KeyPrefix shop:).Enabled | Should -BeFalse
            Wait-RangeCondition { Test-Page off }
            (Enable-FeatureFlag new-checkout -KeyPrefix shop:).Enabled | Should -BeTrue
            Wait-RangeCondition { Test-Page on }
        }

        It 'is seen within a second' {
            # One of many is enough: on a busy machine any of them may be kept waiting. The first one does not count: where it meets the
            # applications' turn of reading is chance, and each later one begins right after a reading, and takes a whole turn.
            $quickest = [timespan]::MaxValue
            for ($round = 0; $round -lt 30 -and $quickest.TotalSeconds -ge 1; $round++) {
                $state = if ($round % 2) { $null = Disable-FeatureFlag new-checkout -KeyPrefix shop:; 'off' } else { $null = Enable-FeatureFlag new-checkout -KeyPrefix shop:; 'on' }
                $watch = [Diagnostics.Stopwatch]::StartNew()
                Wait-RangeCondition { Test-Page $state }
                if ($round -and $watch.Elapsed -lt $quickest) { $quickest = $watch.Elapsed }
            }
            $quickest.TotalSeconds | Should -BeLessThan 1
        }

        It 'is for a share of the users, the same ones in every instance and in the cmdlet; raising it takes nobody out' {
            $users = 1..40 | ForEach-Object { "user$_" }
            $earlier = @()
            foreach ($share in 30, 68) {
                $null = Set-FeatureFlag new-checkout -Percentage $share -KeyPrefix shop:
                Wait-Flag "$share%"
                $chosen = @($users | Where-Object { (Get-FeatureFlag new-checkout -KeyPrefix shop: -For $_).EnabledFor })
                $chosen.Count | Should -BeIn (1..39)
                foreach ($port in $instances) { $users | Where-Object { (Get-Page $port $_) -match 'checkout on' } | Should -Be $chosen }
                $earlier | Where-Object { $_ -notin $chosen } | Should -BeNullOrEmpty
                $earlier = $chosen
            }
            # As docs/feature-flags.md has it: its bucket is 67.
            Test-Page on user42 | Should -BeTrue
            Test-Page off | Should -BeTrue -Because 'who is nobody in particular has no share'
        }
    }

    Context 'a Redis that is killed' -Skip:$lacks {
        BeforeAll {
            $null = Set-FeatureFlag new-checkout $true -KeyPrefix shop:
            Wait-Flag true
            $load = Start-Load "http://127.0.0.1:$($instances[0])/" -Rate 60 -Mix '/=100'
            $count = Get-RequestCount $instances[0]
            Wait-RangeCondition { (Get-RequestCount $instances[0]) -gt $count + 20 }
            $redis.Process.Kill()
        }
        AfterAll { if ($load) { $load.Process.Dispose() } }

        It 'leaves the page at the last value, and fails no request' {
            Wait-Attempt 3
            Test-Page on | Should -BeTrue
            $done = Stop-Load $load
            $done.Failed | Should -Be 0 -Because ($done.FirstErrors -join '; ')
            $done.Sent | Should -BeGreaterThan 0
        }

        It 'is a clear error of <_>' -ForEach 'Set-FeatureFlag', 'Enable-FeatureFlag', 'Disable-FeatureFlag', 'Get-FeatureFlag' {
            $value = if ($_ -eq 'Set-FeatureFlag') { @{ Value = $false } } else { @{} }
            $null = & $_ new-checkout -KeyPrefix shop: @value -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'Unreachable,*'
            "$($failed[0])" | Should -Match "127\.0\.0\.1:$($ports[2]).*refused"
        }

        It 'that is back is gone by again: the switch works' {
            Start-Redis
            (Disable-FeatureFlag new-checkout -KeyPrefix shop:).Enabled | Should -BeFalse
            Wait-RangeCondition { Test-Page off }
        }
    }

    Context 'a Redis that was absent at the start' -Skip:$lacks {
        It 'leaves the default, and is gone by as soon as it is there' {
            $null = Enable-FeatureFlag new-checkout -KeyPrefix shop:
            Wait-Flag true
            $redis.Process.Kill()
            foreach ($port in $instances) { Restart-RangeInstance $port '2.0' $options }
            Test-Page off | Should -BeTrue
            Start-Redis
            Wait-RangeCondition { Test-Page on }
        }
    }
}
