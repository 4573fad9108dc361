# The mission's fourth system, rule by rule: a proxy whose routing table is in Redis gives a canary its share; a monitor reads the
# host's metrics from its exporter and the application's own, mails an alert, and takes the canary out of the table.
Describe 'System 4, a canary by a proxy, with monitoring' {
    BeforeDiscovery {
        # What this needs is asked for here, so that a machine without it skips the whole, and says why.
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Mail.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1
        $lacks = -not ((Test-RangeProgram redis-server) -and (Test-RangeProgram prometheus-node-exporter) -and (Test-MailServer))
    }
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Load.ps1
        . $PSScriptRoot/../Support/Mail.ps1
        . $PSScriptRoot/../Support/NodeExporter.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1, $PSScriptRoot/../Range/Tables.psm1
        $WarningPreference = 'SilentlyContinue'
        $range = Start-TableRange
        $mail = Start-MailServer
        $exporter = Start-NodeExporter
        $null = Connect-RedisBalancer $range.Uri
        $uri = "http://127.0.0.1:$($range.Entry)/"
        $canaryPort = $range.Instances[0].Port
        $channel = New-AlertChannel -Smtp -Server 127.0.0.1 -Port $mail.Port -From monitor@example.org -To ops@example.org
        $ofHost = @{ MetricsPort = $exporter.Port }
        # The proxy goes by what it has read for 0.7 s, and a request takes 0.3 s at most.
        $canary = @{ Release = '2.0'; CanaryInstance = 'a1'; StableSec = 0.2; HealthyDeadlineSec = 20; MonitorDelaySec = 0; DrainWaitSec = 1.5; IntervalSec = 0.5; Store = $range.Store; Module = $RangeModule }
        # The new release on the canary has the fault.
        function Get-Deploy([string]$Fault = '--name=canary') { [scriptblock]::Create("Restart-RangeInstance `$Instance.Port `$Release -Options '$Fault'") }
        function Get-Failure([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
        function Get-Count { foreach ($instance in $range.Instances) { Get-RequestCount $instance.Port } }
        # How many requests the canary answers while the others answer so many.
        function Get-CanaryCount([int]$Others) {
            $before = Get-Count
            Wait-RangeCondition { ((Get-Count)[1..3] | Measure-Object -Sum).Sum -ge ($before[1..3] | Measure-Object -Sum).Sum + $Others }
            (Get-Count)[0] - $before[0]
        }
        # The proxy goes for a moment by the table that it has read.
        function Assert-NoTraffic {
            Wait-RangeCondition { (Get-CanaryCount 30) -eq 0 }
            Get-CanaryCount 100 | Should -Be 0
        }
        # As it began: four entries, all on the earlier release.
        function Reset-Table {
            Reset-TableRange $range
            Restart-RangeInstance $canaryPort '1.0'
            Clear-Mail $mail
        }
    }
    AfterAll {
        Stop-NodeExporter $exporter
        Stop-MailServer $mail
        Stop-TableRange $range
    }

    Context 'the proxy' -Skip:$lacks {
        It 'has its routing table in Redis' {
            Get-RedisBalancerMember | ForEach-Object { "$($_.Name) $($_.Port)" } | Should -Be @($range.Instances | ForEach-Object { "$($_.Name) $($_.Port)" })
            $users = Start-Load $uri -Rate 150 -Mix '/=100'
            try {
                Wait-RangeCondition { (Get-Count)[0] -gt 20 }
                # By Redis' own hand, past everything that is ours.
                $null = Send-RangeRedis $range.Redis.Port "LREM servers 0 '$(Get-TableEntry $range.Instances[0])'"
                Assert-NoTraffic
                (Stop-Load $users).Failed | Should -Be 0
            }
            finally { $users.Process.Dispose() }
        }

        Context 'with a canary' {
            BeforeAll { Reset-Table }
            # In whatever order: the proxy goes round.
            AfterEach { (Get-TableState $range) -split ' ' | Sort-Object | Should -Be @('a1', 'a2', 'a3', 'a4') }

            It 'sends it <Percent> % of the requests, and loses none on the way there and back' -ForEach @(
                @{ Percent = 25 }
                @{ Percent = 33 }
            ) {
                $users = Start-Load $uri -Rate 60 -Mix '/=97,/slow?ms=300=3'
                try {
                    $held = Get-RedisBalancerMember | Invoke-CanaryDeployment @canary -TrafficPercent $Percent -StepSec 0.2 -Deploy (Get-Deploy)
                    $held.State | Should -Be 'Holding'
                    $names = (Get-TableState $range) -split ' '
                    [math]::Abs(100 * @($names -eq 'a1').Count / $names.Count - $Percent) | Should -BeLessOrEqual 1 -Because "its entries are those of $names"
                    $share = Measure-Share $uri 600 300
                    [math]::Abs($share - $Percent) | Should -BeLessThan 2 -Because "it is $share"
                    ($held | Undo-Deployment -Store $range.Store -Deploy (Get-Deploy) -Module $RangeModule).State | Should -Be 'RolledBack'
                    $load = Stop-Load $users
                    $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
                    foreach ($version in '1.0', '2.0') { $load.Versions.$version | Should -BeGreaterThan 0 -Because "$version had traffic" }
                }
                finally { $users.Process.Dispose() }
            }
        }
    }

    Context 'the monitor' -Skip:$lacks {
        BeforeAll { Reset-Table }

        It 'reads <What> of the host, as the exporter has it and as the host itself says' -ForEach @(
            @{ What = 'memory'; Metric = 'memory_percent'; Apart = 10 }
            @{ What = 'disk'; Metric = 'disk_percent'; Apart = 2 }
        ) {
            $sample = Get-RedisBalancerMember servers a1 | Get-InstanceMetric -Metric $Metric -RateSec 0.3 @ofHost
            ($sample.Instance, $sample.Name, $sample.Unit) | Should -Be @('a1', $Metric, '%')
            $own = (Get-InstanceMetric -Source Local -Metric $Metric -RateSec 0.3).Value
            [math]::Abs($sample.Value - $own) | Should -BeLessOrEqual $Apart
            $sample.Value | Should -BeGreaterOrEqual 0
            $sample.Value | Should -BeLessOrEqual 100
        }

        It 'reads CPU of the host, as the exporter has it and as the host itself says' {
            # What the processors do is another thing a moment later: so they are all kept busy meanwhile.
            $busy = foreach ($n in 1..[Environment]::ProcessorCount) { [AppStatusRange.Child]::Start('/bin/sh', @('-c', 'while :; do :; done'), '') }
            try {
                $sample = Get-RedisBalancerMember servers a1 | Get-InstanceMetric -Metric cpu_percent -RateSec 1 @ofHost
                ($sample.Instance, $sample.Name, $sample.Unit) | Should -Be @('a1', 'cpu_percent', '%')
                $own = (Get-InstanceMetric -Source Local -Metric cpu_percent -RateSec 1).Value
                foreach ($value in $sample.Value, $own) { $value | Should -BeGreaterThan 40; $value | Should -BeLessOrEqual 100 }
            }
            finally { $busy.ForEach('Dispose') }
        }

        It 'reads the application''s own metrics' {
            $null = Invoke-RestMethod "http://127.0.0.1:$canaryPort/"
            $samples = Get-RedisBalancerMember servers a1 | Get-InstanceMetric -Metric process_cpu_percent, process_memory_bytes, http_requests_total -RateSec 0.3
            $samples.Name | Should -Be @('process_cpu_percent', 'process_memory_bytes', 'http_requests_total')
            $samples[1].Value | Should -BeGreaterThan 1MB
        }

        It 'reads them every few seconds: as often as -IntervalSec says' {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $samples = Get-RedisBalancerMember servers a1 | Watch-InstanceMetric -Metric memory_percent, disk_percent -IntervalSec 1 -Count 3 @ofHost
            # One at once, and one an interval later, and one an interval after that.
            $watch.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 1.9
            foreach ($name in 'memory_percent', 'disk_percent') {
                $times = @($samples | Where-Object Name -EQ $name).At
                $times.Count | Should -Be 3
                $times | Should -Be @($times | Sort-Object -Unique)
            }
        }
    }

    Context 'a canary whose <What> is past a threshold' -Skip:$lacks -ForEach @(
        @{ What = 'CPU'; Fault = '--burn-percent=100'; Rule = { New-AlertRule process_cpu_percent -GreaterThan 20 -ForSec 3 }; Says = 'process_cpu_percent' }
        @{ What = 'memory'; Fault = '--leak-mb=300'; Rule = { New-AlertRule process_memory_bytes -GreaterThan 400MB -ForSec 3 }; Says = 'process_memory_bytes' }
        # Half of what is used now, so that this machine is past it.
        @{ What = 'disk'; Fault = '--name=canary'; Rule = { New-AlertRule disk_percent -GreaterThan ((Get-InstanceMetric -Source Local -Metric disk_percent).Value / 2) -ForSec 3 @ofHost }; Says = 'disk_percent' }
    ) {
        BeforeAll {
            Reset-Table
            $users = Start-Load $uri -Rate 100 -Mix '/=97,/slow?ms=300=3'
            Wait-RangeCondition { (Get-Count)[3] -gt 0 }
            $failure = Get-Failure { Get-RedisBalancerMember | Invoke-CanaryDeployment @canary -TrafficPercent 25 -StepSec 60 -Deploy (Get-Deploy $Fault) -AlertRule (& $Rule) -Channel $channel }
        }
        AfterAll { if ($users) { $users.Process.Dispose() } }

        It 'fires the rule, which ends the deployment' {
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $failed = $failure.Exception.Result.Lanes | Where-Object ErrorId -EQ 'AlertFired'
            $failed.Error | Should -Match $Says
            $failed.Error | Should -Match 'a1'
        }

        It 'mails an alert' {
            Wait-RangeCondition { @(Get-Mail $mail | Where-Object { $_ -match '(?m)^Subject: .*Alert' }).Count -ge 1 }
            $alert = Get-Mail $mail | Where-Object { $_ -match '(?m)^Subject: .*Alert' } | Select-Object -First 1
            $alert | Should -Match '(?m)^To: .*ops@example\.org'
            $alert | Should -Match $Says
            $alert | Should -Match 'a1'
        }

        It 'removes the canary from the routing table, and nobody else' {
            Get-TableState $range | Should -Be 'a2 a3 a4'
            (Get-RedisBalancerMember servers a1).State | Should -Be 'Draining'
        }

        It 'stops its traffic, and no request is lost' {
            Assert-NoTraffic
            $load = Stop-Load $users
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            $load.Versions.'2.0' | Should -BeGreaterThan 0 -Because 'it had traffic before'
        }
    }

    Context 'a canary that keeps below the thresholds' -Skip:$lacks {
        BeforeAll { Reset-Table }

        It 'keeps its share, and nobody gets a mail' {
            # No machine is that busy, nor that full.
            $rules = @('cpu_percent', 'memory_percent', 'disk_percent' | ForEach-Object { New-AlertRule $_ -GreaterThan 100 @ofHost }) + (New-AlertRule process_memory_bytes -GreaterThan 4GB)
            $held = Get-RedisBalancerMember | Invoke-CanaryDeployment @canary -TrafficPercent 25 -StepSec 2 -Deploy (Get-Deploy) -AlertRule $rules -Channel $channel
            $held.State | Should -Be 'Holding'
            Get-TableState $range | Should -Be 'a1 a2 a3 a4'
            Get-Mail $mail | Should -BeNullOrEmpty
        }
    }

    Context 'a monitor of its own, without a deployment' -Skip:$lacks {
        BeforeAll { Reset-Table }

        It 'mails, and takes the canary out of the table by what it is told to do' {
            $users = Start-Load $uri -Rate 150 -Mix '/=100'
            try {
                Wait-RangeCondition { (Get-Count)[0] -gt 10 }
                $rule = New-AlertRule disk_percent -GreaterThan ((Get-InstanceMetric -Source Local -Metric disk_percent).Value / 2) @ofHost
                $seen = Get-RedisBalancerMember servers a1 | Watch-InstanceMetric -AlertRule $rule -Channel $channel -IntervalSec 0.5 -Count 2 -Action {
                    if ($Alert.State -eq 'Firing') { Get-RedisBalancerMember servers $Alert.Instance | Set-PoolMember -State Offline }
                }
                @($seen | Where-Object State -EQ 'Firing').Count | Should -Be 1
                Get-TableState $range | Should -Be 'a2 a3 a4'
                Assert-NoTraffic
                (Stop-Load $users).Failed | Should -Be 0
                Wait-RangeCondition { @(Get-Mail $mail).Count -eq 1 }
                Get-Mail $mail | Should -Match 'disk_percent'
            }
            finally { $users.Process.Dispose() }
        }
    }
}
