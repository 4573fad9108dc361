# The same canary on each balancer: what share of the requests it really got, and what is left when it goes.
Describe 'A canary on' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        . $PSScriptRoot/Support/Elb.ps1
        . $PSScriptRoot/Support/Load.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1, $PSScriptRoot/Range/Tables.psm1
        $WarningPreference = 'SilentlyContinue'
        $canary = @{ Release = '2.0'; StableSec = 0.2; HealthyDeadlineSec = 20; MonitorDelaySec = 0; DrainWaitSec = 1; Module = $RangeModule; Deploy = { Restart-RangeInstance $Instance.Port $Release }; StepSec = 0.2; IntervalSec = 0.5 }
        $again = @{ Module = $RangeModule; Deploy = $canary.Deploy }
    }

    Context 'HAProxy' {
        BeforeAll { $range = Start-Range; $canary.Store = $again.Store = $range.Store }
        AfterAll { Stop-Range $range }

        It 'gets 25 % of 10,000 requests, within 3 points' {
            $held = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 25
            $held.State | Should -Be 'Holding'
            $share = Measure-Share "http://127.0.0.1:$($range.Entry)/" 10000 800
            $share | Should -BeGreaterThan 22
            $share | Should -BeLessThan 28
            ($held | Undo-Deployment @again).State | Should -Be 'RolledBack'
        }

        It 'is refused where a weight makes no share' {
            $config = Join-Path $range.Folder 'haproxy.cfg'
            (Get-Content $config -Raw) -replace 'backend app\n', "backend app`n  balance source`n" | Set-Content $config
            $range.HAProxy.Dispose()
            Start-RangeBalancer $range
            { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -TrafficPercent 25 } | Should -Throw -ErrorId 'NotSupported*'
        }
    }

    Context 'a BIG-IP, by ratio' {
        BeforeAll {
            $ports = [AppStatusRange.Wire]::FreePorts(4) | Sort-Object
            [AppStatusRange.Instances]::StartAll($ports, (Get-InstanceOptions '1.0' ready))
            $members = @($ports | ForEach-Object { @{ address = "127.0.0.1:$_" } })
            $bigip = Start-BigIp @{
                monitors       = @(@{ name = 'alive'; path = '/health'; recv = ' 200 '; interval = 0.1; timeout = 2 })
                pools          = @(
                    @{ name = 'web'; monitor = 'alive'; loadBalancingMode = 'ratio-member'; slowRampTime = 0; members = $members }
                    @{ name = 'robin'; monitor = 'alive'; members = $members })
                virtualServers = @(@{ name = 'vs_web'; pool = 'web' })
            }
            $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
            Get-F5PoolMember web, robin | Wait-PoolMember -Health Up -TimeoutSec 10 -IntervalSec 0.05 | Out-Null
            $canary.Store = $again.Store = Join-Path $TestDrive f5
        }
        AfterAll {
            Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
            Stop-BigIp $bigip
            foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
        }

        It 'gets 10 % by ratios, and every ratio is as before in the end' {
            $first = "127.0.0.1:$($ports[0])"
            $held = Get-F5PoolMember web | Invoke-CanaryDeployment @canary -TrafficPercent 10 -CanaryInstance $first
            $held.State | Should -Be 'Holding'
            (Get-F5PoolMember web | Sort-Object Port).Weight | Should -Be @(1, 3, 3, 3)
            $share = Measure-Share "http://127.0.0.1:$(((Get-F5VirtualServer vs_web).Destination -split ':')[1])/" 2000 300
            $share | Should -BeGreaterThan 7
            $share | Should -BeLessThan 13
            ($held | Resume-Deployment @again).State | Should -Be 'Succeeded'
            (Get-F5PoolMember web | Sort-Object Port).Weight | Should -Be @(1, 1, 1, 1)
            (Get-F5PoolMember web | Get-AppStatus).Version | Sort-Object -Unique | Should -Be '2.0'
        }

        It 'is refused where the pool does not go by ratios' {
            { Get-F5PoolMember robin | Invoke-CanaryDeployment @canary -TrafficPercent 25 } | Should -Throw -ErrorId 'NotSupported*'
        }
    }

    Context 'AWS, by weighted target groups' {
        BeforeAll {
            $kept = Use-ElbCredential (Join-Path $TestDrive 'none')
            $ports = [AppStatusRange.Wire]::FreePorts(4)
            [AppStatusRange.Instances]::StartAll($ports[0..2], (Get-InstanceOptions '1.0' ready))
            $ids = 'i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0aaaaaaaaaaaaaaa3'
            $check = @{ healthPath = '/health'; healthIntervalSec = 0.1; healthyThreshold = 2; deregistrationDelaySec = 1 }
            $elb = Start-Elb @{
                instances    = @(foreach ($n in 0..2) { @{ id = $ids[$n]; name = "web0$($n + 1)" } })
                targetGroups = @(
                    @{ name = 'web'; targets = @("$($ids[0]):$($ports[0])", "$($ids[1]):$($ports[1])") } + $check
                    @{ name = 'canary'; targets = @("$($ids[2]):$($ports[2])") } + $check)
                listeners    = @(@{ loadBalancer = 'alb'; port = $ports[3]; default = @{ web = 100; canary = 0 } })
            }
            $canary.Store = $again.Store = Join-Path $TestDrive elb
        }
        AfterAll {
            Stop-Elb $elb
            foreach ($port in $ports[0..2]) { [AppStatusRange.Instances]::Kill($port) }
            foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
        }

        It 'gets 20 % by the weights of the groups, and nothing again in the end' {
            $arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/alb/73e2d6bc24d8a067/f2f7dc8efc522ab2'
            $null = Connect-Elb (Get-ElbArn web), (Get-ElbArn canary) -RuleArn $arn -EndpointUri $elb.Uri
            Wait-RangeCondition { @(Get-ElbTarget web, canary | Where-Object Health -eq Up).Count -eq 3 }
            $name = (Get-ElbTarget canary).Name
            $held = Get-ElbTarget web, canary | Invoke-CanaryDeployment @canary -TrafficPercent 20 -CanaryInstance $name -MinimumHealthy 1
            $held.State | Should -Be 'Holding'
            (Get-ElbTarget web, canary).Weight | Should -Be @(100, 100, 25)
            $share = Measure-Share "http://127.0.0.1:$($ports[3])/" 2000 300
            $share | Should -BeGreaterThan 17
            $share | Should -BeLessThan 23
            ($held | Resume-Deployment @again).State | Should -Be 'Succeeded'
            (Get-ElbTarget web, canary).Weight | Should -Be @(100, 100, 0)
            (Get-ElbTarget web, canary | Get-AppStatus).Version | Sort-Object -Unique | Should -Be '2.0'
        }
    }

    Context 'a routing table in Redis' {
        BeforeAll {
            $hasRedis = Test-RangeProgram redis-server
            if ($hasRedis) {
                $range = Start-TableRange
                $canary.Store = $again.Store = $range.Store
                $null = Connect-RedisBalancer $range.Uri
            }
        }
        AfterAll { if ($hasRedis) { Stop-TableRange $range } }

        It 'gets 40 % by its entries, and loses every one of them to an alert' {
            if (-not $hasRedis) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
            $held = Get-RedisBalancerMember | Invoke-CanaryDeployment @canary -TrafficPercent 40 -CanaryInstance a1
            $held.State | Should -Be 'Holding'
            Get-TableState $range | Should -Match '^(?=(.*a1){2})(?!(.*a1){3})(?=.*a2)(?=.*a3)(?=.*a4)'
            $share = Measure-Share "http://127.0.0.1:$($range.Entry)/" 1000 200
            $share | Should -BeGreaterThan 35
            $share | Should -BeLessThan 45
            ($held | Undo-Deployment @again).State | Should -Be 'RolledBack'
            Get-TableState $range | Should -Be 'a1 a2 a3 a4'

            $leaking = $canary.Clone()
            $leaking.Deploy = { Restart-RangeInstance $Instance.Port $Release -Options '--leak-mb=300' }
            $leaking.StepSec = 60
            { Get-RedisBalancerMember | Invoke-CanaryDeployment @leaking -TrafficPercent 40 -CanaryInstance a1 -AlertRule (New-AlertRule process_memory_bytes -GreaterThan 400MB) } | Should -Throw -ErrorId 'DeploymentHalted*'
            Get-TableState $range | Should -Be 'a2 a3 a4'
        }
    }

    Context 'instances that only their status controls' {
        BeforeAll {
            $ports = [AppStatusRange.Wire]::FreePorts(4) | Sort-Object
            [AppStatusRange.Instances]::StartAll($ports, (Get-InstanceOptions '1.0' ready))
            $canary.Store = Join-Path $TestDrive status
        }
        AfterAll { foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) } }

        It 'is a number of instances, and refuses a share that no number makes' {
            $targets = $ports | ForEach-Object { "127.0.0.1:$_" }
            { $targets | Invoke-CanaryDeployment @canary -TrafficPercent 10 -StatusCredential (Get-RangeCredential) } | Should -Throw -ErrorId 'ShareUnreachable*'
            $plan = $targets | Invoke-CanaryDeployment @canary -TrafficPercent 25, 50, 100 -PlanOnly -StatusCredential (Get-RangeCredential)
            $plan.Waves | ForEach-Object { $_.Lanes.Count } | Should -Be @(1, 1, 2)
            $result = $targets | Invoke-CanaryDeployment @canary -TrafficPercent 25, 50, 100 -StatusCredential (Get-RangeCredential)
            $result.State | Should -Be 'Succeeded'
            ($targets | Get-AppStatus).Version | Sort-Object -Unique | Should -Be '2.0'
        }
    }
}
