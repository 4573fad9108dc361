Describe 'ELB cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Elb.ps1
        $kept = Use-ElbCredential (Join-Path $TestDrive 'none')

        $ports = [AppStatusRange.Wire]::FreePorts(4)
        $entry = $ports[3]
        [AppStatusRange.Instances]::StartAll($ports[0..2], @('--version=1.0', '--status=ready', '--user=operator', '--password=range'))
        $ids = 'i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0aaaaaaaaaaaaaaa3'
        $names = foreach ($n in 0..2) { "$($ids[$n]):$($ports[$n])" }
        $check = @{ healthPath = '/health'; healthIntervalSec = 0.1; healthyThreshold = 2 }
        $elb = Start-Elb @{
            instances            = @(foreach ($n in 0..2) { @{ id = $ids[$n]; name = "web0$($n + 1)" } })
            targetGroups         = @(
                @{ name = 'web'; deregistrationDelaySec = 2; targets = $names } + $check
                @{ name = 'canary'; deregistrationDelaySec = 300; targets = @($names[0]) } + $check
                @{ name = 'alone'; deregistrationDelaySec = 1; targets = @($names[0]) } + $check
                @{ name = 'unused'; deregistrationDelaySec = 1; targets = @($names[1]) } + $check
            )
            listeners            = @(
                @{ loadBalancer = 'alb'; port = $entry; default = @{ web = 1 }; rules = @(@{ pathPattern = '/api/*'; forward = @{ web = 100; canary = 0 } }) }
                @{ loadBalancer = 'second'; default = @{ alone = 1 } }
            )
            classicLoadBalancers = @(@{ name = 'old'; instancePort = $ports[0]; drainTimeoutSec = 30; instances = @($ids[0]) } + $check)
        }
        $endpoint = @{ EndpointUri = $elb.Uri }
        $session = Connect-Elb (Get-ElbArn web) @endpoint
        Wait-RangeCondition { @(Get-ElbTarget web | Where-Object Serving).Count -eq 3 }
        function Get-Id([scriptblock]$Block) {
            $found = @()
            try { $found = & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $found = @($_) }
            $found | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
    }
    AfterAll {
        Stop-Elb $elb
        foreach ($port in $ports[0..2]) { [AppStatusRange.Instances]::Kill($port) }
        foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
    }
    AfterEach { $null = Invoke-ElbLab $elb DELETE faults }

    Context 'connecting' {
        It 'tells region and target groups, and no secret in any form' {
            $session.Kind | Should -Be 'TargetGroup'
            $session.Region | Should -Be 'us-east-1'
            $session.Pools | Should -Be 'web'
            $session.Id | Should -Be 'elb:us-east-1/123456789012'
            $path = Join-Path $TestDrive 'session.xml'
            $session, (Get-ElbTarget -Session $session) | Export-Clixml $path -Depth 10
            $verbose = Connect-Elb (Get-ElbArn web) @endpoint -Verbose 4>&1 | Out-String
            $env:AWS_SECRET_ACCESS_KEY = 'another-secret'
            $refused = try { Connect-Elb (Get-ElbArn web) @endpoint } catch { $_ | Format-List * -Force | Out-String; $_.Exception.ToString() }
            $env:AWS_SECRET_ACCESS_KEY = 'a-secret/of+AWS'
            $refused | Should -Match 'SignatureDoesNotMatch'
            $shown = $verbose, $refused, ($session | ConvertTo-Json -Depth 10), ($session | Format-List * -Force | Out-String), (Get-Content $path -Raw) -join "`n"
            foreach ($secret in 'a-secret/of\+AWS', 'another-secret', 'a-session-token') { $shown | Should -Not -Match $secret }
            ($session | Out-String -Width 120).Split("`n").Where{ $_.Trim() }.Count | Should -Be 3
        }

        It 'takes target groups by pipe, and a classic load balancer by name' {
            $both = [pscustomobject]@{ TargetGroupArn = Get-ElbArn web }, [pscustomobject]@{ TargetGroupArn = Get-ElbArn alone } | Connect-Elb @endpoint
            $both.Pools | Should -Be 'web', 'alone'
            $classic = Connect-Elb -LoadBalancerName old -Region us-east-1 @endpoint
            $classic.Kind | Should -Be 'Classic'
            (Get-ElbTarget -Session $classic).Name | Should -Be $names[0]
            $null = Connect-Elb (Get-ElbArn web) @endpoint
        }

        It 'warns of <What>' -ForEach @(
            @{ What = 'a drain that a deployment would not outlast'; Group = 'canary'; Rule = $null; Text = '-DrainTimeoutSec' }
            @{ What = 'a target group that nothing forwards to'; Group = 'unused'; Rule = $null; Text = 'Target.NotInUse' }
            @{ What = 'a rule that does not forward to it'; Group = 'alone'; Rule = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/alb/73e2d6bc24d8a067/f2f7dc8efc522ab2/9000'; Text = 'no weight' }
        ) {
            $rule = if ($Rule) { @{ RuleArn = $Rule } } else { @{} }
            $null = Connect-Elb (Get-ElbArn $Group) @rule @endpoint -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike "*$Text*"
            $null = Connect-Elb (Get-ElbArn web) @endpoint
        }

        It 'says <Id> for <What>' -ForEach @(
            @{ What = 'nobody there'; Id = 'Unreachable'; Do = { Connect-Elb (Get-ElbArn web) -EndpointUri http://127.0.0.1:1 -TimeoutSec 5 } }
            @{ What = 'no ARN'; Id = 'InvalidArgument'; Do = { Connect-Elb web @endpoint } }
            @{ What = 'another region'; Id = 'InvalidArgument'; Do = { Connect-Elb (Get-ElbArn web) -Region eu-west-1 @endpoint } }
            @{ What = 'no region'; Id = 'InvalidArgument'; Do = { Connect-Elb -LoadBalancerName old @endpoint } }
            @{ What = 'an unknown target group'; Id = 'PoolNotFound'; Do = { Connect-Elb (Get-ElbArn nope) @endpoint } }
            @{ What = 'an unknown load balancer'; Id = 'PoolNotFound'; Do = { Connect-Elb -LoadBalancerName nope -Region us-east-1 @endpoint } }
            @{ What = 'an unknown profile'; Id = 'AuthenticationFailed'; Do = { Connect-Elb (Get-ElbArn web) -ProfileName nope @endpoint } }
            @{ What = 'a password in the URI'; Id = 'PasswordInUri'; Do = { Connect-Elb (Get-ElbArn web) -EndpointUri http://a:hush@127.0.0.1:1 } }
            @{ What = 'a password in the proxy'; Id = 'PasswordInUri'; Do = { Connect-Elb (Get-ElbArn web) -Proxy http://a:hush@proxy @endpoint } }
            @{ What = 'a user without the right'; Id = 'AccessDenied'; Do = { $null = Invoke-ElbLab $elb POST faults @{ kind = 'access-denied' }; Connect-Elb (Get-ElbArn web) @endpoint } }
        ) {
            Get-Id $Do | Should -Be $Id
        }

        It 'is an error without a session' {
            $fresh = New-RangeShell 'try { Get-ElbTarget } catch { $_ }'
            try {
                $said = $fresh.Shell.Invoke()
                $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
                "$said" | Should -Match 'Connect-Elb'
            }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
        }
    }

    Context 'targets' {
        It 'come by parameter and by pipe, by value and by property name' {
            (Get-ElbTarget).Name | Should -Be $names
            (Get-ElbTarget -Pool web).Name | Should -Be $names
            ('web' | Get-ElbTarget).Count | Should -Be 3
            ([pscustomobject]@{ Pool = 'web'; State = 'x'; Weight = 'y' } | Get-ElbTarget).Count | Should -Be 3
            (Get-ElbTarget web $names[1] | Get-ElbTarget).Name | Should -Be $names[1]
            (Get-ElbTarget w* i-*2:*).Name | Should -Be $names[1]
        }

        It 'have what a pool member has' {
            $member = Get-ElbTarget web $names[0]
            $member.Address | Should -Be '127.0.0.1'
            $member.ComputerName | Should -Be 'web01'
            $member.Port | Should -Be $ports[0]
            $member.Health | Should -Be 'Up'
            $member.State | Should -Be 'Enabled'
            $member.Connections | Should -BeNullOrEmpty
            $member.Balancer | Should -Be $session.Id
            ($member | Get-AppStatus).Version | Should -Be '1.0'
        }

        It 'says <Id> for <What>, and the others come' -ForEach @(
            @{ What = 'an unknown target group'; Id = 'PoolNotFound'; Count = 0; Do = { Get-ElbTarget nope } }
            @{ What = 'an unknown target group among others'; Id = 'PoolNotFound'; Count = 3; Do = { Get-ElbTarget nope, web } }
            @{ What = 'an unknown target'; Id = 'MemberNotFound'; Count = 1; Do = { Get-ElbTarget web nope, $names[0] } }
            @{ What = 'a member of another balancer'; Id = 'BalancerNotConnected'; Count = 0; Do = { [pscustomobject]@{ Pool = 'web'; Balancer = 'f5:other' } | Get-ElbTarget } }
        ) {
            Get-Id $Do | Should -Be $Id
            @(& $Do 2>$null).Count | Should -Be $Count
        }

        It 'warns where the addresses of instances may not be read' {
            $blind = Connect-Elb (Get-ElbArn web) @endpoint
            $null = Invoke-ElbLab $elb POST faults @{ kind = 'access-denied'; action = 'DescribeInstances' }
            Get-ElbTarget -Session $blind -WarningVariable warned -WarningAction SilentlyContinue | Select-Object -ExpandProperty Address | Should -Be $ids
            "$warned" | Should -Match 'DescribeInstances'
            $null = Connect-Elb (Get-ElbArn web) @endpoint
        }

        It 'completes the target groups of the session, and asks nobody' {
            $line = 'Get-ElbTarget w'
            (Measure-Elb $elb { [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -Be 'web' }).Calls | Should -BeNullOrEmpty
        }
    }

    Context 'changes' {
        It 'writes nothing under -WhatIf' {
            (Measure-Elb $elb { Get-ElbTarget web | Set-PoolMember -State Draining -WhatIf }).Writes | Should -BeNullOrEmpty
        }

        It 'drains to the end, and puts back, by pipe' {
            $member = Get-ElbTarget web $names[0]
            $drained = $member | Set-PoolMember -State Draining | Wait-PoolMember -Idle -TimeoutSec 20 -IntervalSec 0.2
            $drained.State | Should -Be 'Draining'
            $drained.Connections | Should -Be 0
            (Get-ElbTarget web).Name | Should -Be $names
            ($member | Set-PoolMember -State Enabled | Wait-PoolMember -Health Up -IntervalSec 0.2).Serving | Should -BeTrue
        }

        It 'puts back in another session what was drained and stored' {
            $path = Join-Path $TestDrive 'drained.xml'
            Get-ElbTarget web $names[2] | Set-PoolMember -State Draining | Wait-PoolMember -Idle -IntervalSec 0.2 | Export-Clixml $path
            $fresh = New-RangeShell "`$null = Connect-Elb '$(Get-ElbArn web)' -EndpointUri $($elb.Uri); (Get-ElbTarget).Count; `$stored = Import-Clixml '$path'; (`$stored | Wait-PoolMember -Idle).State; `$stored | Set-PoolMember -State Enabled"
            try {
                $said = $fresh.Shell.Invoke()
                $said[0] | Should -Be 2
                "$($said[1])" | Should -Be 'Draining'
                $said[2].State | Should -Be 'Enabled'
            }
            finally { $fresh.Shell.Dispose(); $fresh.Runspace.Dispose() }
            Wait-RangeCondition { @(Get-ElbTarget web | Where-Object Serving).Count -eq 3 }
        }

        It 'does not take the last serving one out, nor a wrong port' {
            $one = Connect-Elb (Get-ElbArn alone) @endpoint
            Wait-RangeCondition { @(Get-ElbTarget alone -Session $one | Where-Object Serving).Count -eq 1 }
            Get-Id { Get-ElbTarget alone -Session $one | Set-PoolMember -State Draining } | Should -Be 'LastServingMember'
            $null = Connect-Elb (Get-ElbArn web) @endpoint
            $wrong = [pscustomobject]@{ Pool = 'web'; Name = "$($ids[0]):81"; Address = '127.0.0.1'; Port = 81; Balancer = $session.Id }
            $measured = Measure-Elb $elb { Get-Id { $wrong | Set-PoolMember -State Draining -AllowEmptyPool } | Should -Be 'MemberNotFound' }
            $measured.Writes | Should -BeNullOrEmpty
        }

        It 'sets the weight of a target group by its rule' {
            $rule = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/alb/73e2d6bc24d8a067/f2f7dc8efc522ab2/9000'
            $null = Connect-Elb (Get-ElbArn web), (Get-ElbArn canary) -RuleArn $rule @endpoint -WarningAction SilentlyContinue
            (Get-ElbTarget canary | Set-PoolMember -Weight 25).Weight | Should -Be 25
            (Get-ElbTarget web).Weight | Should -Be 100, 100, 100
            Get-Id { Get-ElbTarget canary | Set-PoolMember -Weight 1000 } | Should -Be 'InvalidArgument'
            $null = Connect-Elb (Get-ElbArn web) @endpoint
            Get-Id { Get-ElbTarget web $names[0] | Set-PoolMember -Weight 5 } | Should -Be 'NotSupported'
        }
    }

    It 'rolls a release under load without a failed request' {
        $store = Join-Path $TestDrive 'store'
        $stop = Join-Path $TestDrive 'stop-load'
        $load = [AppStatusRange.Child]::Start('dotnet', @([AppStatusRange.Instances]::Lab, 'load', '--uri', "http://127.0.0.1:$entry/", '--path-mix', '/=97,/slow?ms=800=3', '--rate', '100', '--seconds', '120', '--stop-file', $stop, '--json'), '')
        $result = Get-ElbTarget web | Invoke-RollingDeployment -Release 2.0 -StableSec 1 -Store $store -Module $RangeModule -Deploy { Restart-RangeInstance $Instance.Port $Release }
        $null = New-Item $stop -ItemType File
        $load.WaitForExit(60000) | Should -BeTrue
        $sent = $load.Output | ConvertFrom-Json
        $load.Dispose()

        $result.State | Should -Be 'Succeeded'
        (Get-ElbTarget web | Get-AppStatus).Version | Should -Be '2.0', '2.0', '2.0'
        @(Get-ElbTarget web | Where-Object Serving).Count | Should -Be 3
        foreach ($version in '1.0', '2.0') { $sent.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in traffic" }
        $sent.Failed | Should -Be 0 -Because "$($sent.FirstErrors)"
        (Get-Content (Get-ChildItem $store -Recurse -Filter *.jsonl).FullName -Raw) | Should -Not -Match 'a-secret|a-session-token'
    }
}
