# The same four instances behind an F5, HAProxy, a target group of AWS and a routing table in Redis: what one balancer's cmdlets
# emit goes into every other cmdlet, by value and by property name, and out of files.
Describe 'Pipelines' {
    BeforeDiscovery {
        $providers = @(
            @{ Provider = 'F5'; Read = 'Get-F5PoolMember'; Pool = 'web'; HasWeights = $true }
            @{ Provider = 'HAProxy'; Read = 'Get-HAProxyServer'; Pool = 'app'; HasWeights = $true }
            @{ Provider = 'ELB'; Read = 'Get-ElbTarget'; Pool = 'group'; HasWeights = $false }
            @{ Provider = 'Redis'; Read = 'Get-RedisBalancerMember'; Pool = 'servers'; HasWeights = $true }
        )
    }
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        . $PSScriptRoot/Support/Elb.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        Import-Module $PSScriptRoot/Range/Tables.psm1
        $hasRedis = Test-RangeProgram redis-server
        $range = Start-Range
        $ports = $range.Instances.Port
        $f5Names = foreach ($port in $ports) { "127.0.0.1:$port" }
        $bigip = Start-BigIp @{
            pools = @(
                @{ name = 'web'; loadBalancingMode = 'ratio-member'; members = @(foreach ($name in $f5Names) { @{ address = $name } }) }
                @{ name = 'other'; members = @(@{ address = $f5Names[0] }) }
            )
        }
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
        $kept = Use-ElbCredential (Join-Path $TestDrive 'none')
        $ids = foreach ($n in 1..4) { "i-0aaaaaaaaaaaaaaa$n" }
        $elbNames = foreach ($n in 0..3) { "$($ids[$n]):$($ports[$n])" }
        $elb = Start-Elb @{
            instances    = @(foreach ($id in $ids) { @{ id = $id; name = $id } })
            targetGroups = @(@{ name = 'group'; deregistrationDelaySec = 1; healthPath = '/health'; healthIntervalSec = 0.1; healthyThreshold = 2; targets = $elbNames })
            listeners    = @(@{ loadBalancer = 'alb'; default = @{ group = 1 } })
        }
        $null = Connect-Elb (Get-ElbArn group) -EndpointUri $elb.Uri
        if ($hasRedis) {
            $redis = Start-RangeRedis $range
            foreach ($instance in $range.Instances) { $null = Send-RangeRedis $redis.Port "RPUSH servers '$(Get-TableEntry $instance)'" }
            $null = Connect-RedisBalancer "redis://127.0.0.1:$($redis.Port)/0"
        }
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        # Name, state and weight of all members, in one line.
        function Get-Standing([string]$Read, [string]$Pool) { (& $Read $Pool | ForEach-Object { "$($_.Name) $($_.State) $($_.Weight)" }) -join ', ' }
    }
    BeforeEach {
        if ($Provider -eq 'Redis' -and -not $hasRedis) { Set-ItResult -Skipped -Because 'redis-server is not installed' }
    }
    AfterEach {
        $all = @(Get-F5PoolMember; Get-HAProxyServer; Get-ElbTarget; if ($hasRedis) { Get-RedisBalancerMember })
        $null = $all | Where-Object State -NE Enabled | Set-PoolMember -State Enabled
        $null = $all | Where-Object { $null -ne $_.Weight -and $_.Weight -ne 1 } | Set-PoolMember -Weight 1
        foreach ($port in $ports) { $null = Set-AppStatus "127.0.0.1:$port" -Status ready -Credential (Get-RangeCredential) -WarningAction SilentlyContinue }
        Wait-RangeCondition { @(@(Get-HAProxyServer; Get-ElbTarget) | Where-Object { -not $_.Serving }).Count -eq 0 }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        Stop-Elb $elb
        foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
        if ($redis) { $redis.Process.Dispose() }
        Stop-Range $range
    }

    Context 'of <Provider>' -ForEach $providers {
        It 'take a pool by value, and by property name, whatever else the object has' {
            $all = (& $Read $Pool).Name
            $all.Count | Should -Be 4
            ($Pool | & $Read).Name | Should -Be $all
            ([pscustomobject]@{ Pool = $Pool; State = 'Offline'; Weight = 77; Version = '9' } | & $Read).Name | Should -Be $all
            (& $Read $Pool | Select-Object -First 1 | & $Read).Name | Should -Be $all[0]
        }

        It 'go on with members out of <Form>' -ForEach @(
            @{ Form = 'this session'; Through = { $input } }
            @{ Form = 'an XML file'; Through = { $path = Join-Path $TestDrive 'members.xml'; $input | Export-Clixml $path; Import-Clixml $path } }
            @{ Form = 'JSON'; Through = { $input | ConvertTo-Json | ConvertFrom-Json } }
            @{ Form = 'a CSV file'; Through = { $path = Join-Path $TestDrive 'members.csv'; $input | Export-Csv $path; Import-Csv $path } }
            @{ Form = 'a CSV file of who they are'; Through = { $path = Join-Path $TestDrive 'own.csv'; $input | Select-Object Pool, Name, Address, Port, Balancer | Export-Csv $path; Import-Csv $path } }
        ) {
            $two = & $Read $Pool | Select-Object -First 2
            $out = $two | & $Through | Set-PoolMember -State Draining -ErrorAction Stop
            $out.Name | Should -Be $two.Name
            (& $Read $Pool | ForEach-Object { "$($_.State)" }) | Should -Be 'Draining', 'Draining', 'Enabled', 'Enabled'
            $back = $out | & $Through | Set-PoolMember -State Enabled -ErrorAction Stop
            $back.State | Should -Be 'Enabled', 'Enabled'
            ($two | & $Through | Get-AppStatus).Version | Should -Be '1.0', '1.0'
        }

        It 'never take what a piped object was, or wants to be' {
            $member = & $Read $Pool | Select-Object -First 1
            $before = Get-Standing $Read $Pool
            $wish = $member | ConvertTo-Json | ConvertFrom-Json
            $wish.State = 'Offline'
            $wish | Add-Member -Force -NotePropertyMembers @{ Weight = 77; Status = 'stand-by'; AllowEmptyPool = $true; Session = 'x' }
            Get-Id { $wish | Set-PoolMember } | Should -Be 'InvalidArgument'
            $null = $wish | Set-PoolMember -State Enabled -ErrorAction Stop
            $null = $wish | Wait-PoolMember -State Enabled -TimeoutSec 5 -ErrorAction Stop
            Get-Standing $Read $Pool | Should -Be $before
            if ($HasWeights) {
                ($wish | Set-PoolMember -Weight 5 -ErrorAction Stop).Weight | Should -Be 5
                (& $Read $Pool | Select-Object -First 1).State | Should -Be 'Enabled'
            }
            else { Get-Id { $wish | Set-PoolMember -Weight 5 } | Should -Be 'NotSupported' }
        }

        It 'are drained, waited for, and put back in one line' {
            $idle = if ($Provider -eq 'Redis') { @{ State = 'Draining' } } else { @{ Idle = $true } }
            $all = & $Read $Pool | Where-Object Port -In $ports[0..1] | Set-PoolMember -State Draining | Wait-PoolMember @idle -TimeoutSec 20 -IntervalSec 0.1 | Set-PoolMember -State Enabled
            $all.Port | Sort-Object | Should -Be ($ports[0..1] | Sort-Object)
            $all.State | Should -Be 'Enabled', 'Enabled'
        }
    }

    It 'find what does not run a version yet, member and all' {
        Restart-RangeInstance $ports[0] '2.0'
        try {
            $old = Get-F5PoolMember web | Get-AppStatus | Where-Object Version -NE '2.0'
            $old.Member.Name | Sort-Object | Should -Be ($f5Names[1..3] | Sort-Object)
            $old.Pool | Should -Be 'web', 'web', 'web'
            ($old | Select-Object -First 1 | Set-PoolMember -State Draining).Name | Should -Be $old[0].Member.Name
        }
        finally { Restart-RangeInstance $ports[0] '1.0' }
    }

    It 'drain what is chosen, and wait until it is idle' {
        $held = [AppStatusRange.Wire]::Hold($range.Entry, 700)
        Wait-RangeCondition { @(Get-HAProxyServer app | Where-Object Connections -GT 0).Count -eq 1 }
        $busy = (Get-HAProxyServer app | Where-Object Connections -GT 0).Name
        $out = Get-HAProxyServer app | Where-Object Connections -GT 0 | Set-PoolMember -State Draining | Wait-PoolMember -Idle -TimeoutSec 20 -Consecutive 1
        $out.Name | Should -Be $busy
        $out.Connections | Should -Be 0
        # It was answered, and not cut off.
        [IO.StreamReader]::new($held.GetStream()).ReadLine() | Should -Match '200'
        $held.Dispose()
    }

    It 'take members of all balancers at once, each to its own' {
        $all = @(Get-F5PoolMember web; Get-HAProxyServer app; Get-ElbTarget group; if ($hasRedis) { Get-RedisBalancerMember servers })
        $first = $all | Where-Object Port -EQ $ports[0]
        $out = $first | Set-PoolMember -State Draining -ErrorAction Stop | Wait-PoolMember -State Draining
        $out.Balancer | Sort-Object -Unique | Should -Be ($first.Balancer | Sort-Object -Unique)
        @($out.Balancer | Sort-Object -Unique).Count | Should -Be $(if ($hasRedis) { 4 } else { 3 })
        [regex]::Matches((Get-BigIpState $bigip), '(\S+) user-disabled').ForEach{ $_.Groups[1].Value } | Should -Be $f5Names[0]
        Get-RangeState $range | Should -BeLike 'app/a1 DRAIN, app/a2 UP, *'
        if ($hasRedis) { Get-TableState @{ Redis = $redis } | Should -Be 'a2 a3 a4' }
        # Each of them is the one instance, asked once.
        $asked = $all | Get-AppStatus
        $asked.Count | Should -Be $all.Count
    }

    It 'go from pools to their members' {
        (Get-F5Pool | Get-F5PoolMember).Count | Should -Be 5
        (Get-F5Pool other | Get-F5PoolMember).Pool | Should -Be 'other'
        (Get-F5PoolMember -Address 127.0.0.1 | Select-Object -ExpandProperty Pool | Sort-Object -Unique) | Should -Be 'other', 'web'
    }

    It 'go from the status to the member that it came from, also out of a file' {
        (Get-HAProxyServer app a3 | Get-AppStatus | Set-PoolMember -State Draining).Name | Should -Be 'a3'
        $path = Join-Path $TestDrive 'status.xml'
        Get-HAProxyServer app a3 | Get-AppStatus | Export-Clixml $path
        (Import-Clixml $path | Set-PoolMember -State Enabled).Name | Should -Be 'a3'
        Get-Id { Get-AppStatus "127.0.0.1:$($ports[0])" | Set-PoolMember -State Draining } | Should -Be 'InvalidTarget'
    }

    It 'go from members to their status' {
        $set = Get-F5PoolMember web | Where-Object Port -In $ports[0..1] | Set-AppStatus -Status stage -Credential (Get-RangeCredential) -WarningAction SilentlyContinue
        $set.Status | Should -Be 'Stage', 'Stage'
        $set.Member.Name | Sort-Object | Should -Be ($f5Names[0..1] | Sort-Object)
        (Get-HAProxyServer app | Get-AppStatus).Status | Should -Be 'Stage', 'Stage', 'Ready', 'Ready'
        (Get-HAProxyServer app | Get-AppStatus | Where-Object Status -EQ Stage | Set-AppStatus -Status ready -Credential (Get-RangeCredential) -WarningAction SilentlyContinue).Status | Should -Be 'Ready', 'Ready'
    }

    It 'take a status for a wish only where it is called a goal' {
        $shell = New-RangeShell '$members | Get-AppStatus | Set-AppStatus -Credential $credential' @{ members = Get-F5PoolMember web | ConvertTo-Json | ConvertFrom-Json; credential = Get-RangeCredential }
        try {
            $shell.Shell.Invoke() | Should -BeNullOrEmpty
            @($shell.Shell.Streams.Error.FullyQualifiedErrorId -replace ',.*') | Should -Be @(, 'InvalidArgument' * 4)
        }
        finally { $shell.Shell.Dispose(); $shell.Runspace.Dispose() }
        $node = [pscustomobject]@{ host = "127.0.0.1:$($ports[0])"; goal = 'stage' }
        ($node | Set-AppStatus -Credential (Get-RangeCredential) -WarningAction SilentlyContinue).Status | Should -Be 'Stage'
    }
}
