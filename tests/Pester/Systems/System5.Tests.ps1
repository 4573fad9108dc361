# The mission's fifth system, rule by rule: a rolling deployment behind AWS ELB. A server is an address with a folder that has a build
# in it, whose time stamp tells which one it is, and an application that says at /_status whether it is well.
Describe 'System 5, a rolling deployment behind AWS ELB' {
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Elb.ps1
        . $PSScriptRoot/../Support/Load.ps1
        $WarningPreference = 'SilentlyContinue'
        $kept = Use-ElbCredential (Join-Path $TestDrive 'none')
        $port, $classicEntry, $entry = [AppStatusRange.Wire]::FreePorts(3)
        # Five servers are registered with both balancers. The sixth runs beside them, and is none of theirs.
        $ids = foreach ($n in 1..6) { "i-0aaaaaaaaaaaaaaa$n" }
        $addresses = foreach ($n in 1..6) { "127.0.0.1$n" }
        $names = foreach ($id in $ids) { "${id}:$port" }
        $check = @{ healthPath = '/_status'; healthIntervalSec = 0.1; healthyThreshold = 2 }
        $elb = Start-Elb @{
            instances            = @(foreach ($n in 0..5) { @{ id = $ids[$n]; name = "web0$($n + 1)"; address = $addresses[$n] } })
            targetGroups         = @(@{ name = 'web'; deregistrationDelaySec = 1.2; targets = $names[0..4] } + $check)
            listeners            = @(@{ loadBalancer = 'alb'; port = $entry; default = @{ web = 1 } })
            classicLoadBalancers = @(@{ name = 'old'; port = $classicEntry; instancePort = $port; drainTimeoutSec = 20; instances = $ids[0..4] } + $check)
        }
        $earlier, $latest = '20261120-0900', '20261121-1200'
        $share, $sites, $trace = 'share', 'sites', 'trace.txt' | ForEach-Object { Join-Path $TestDrive $_ }
        foreach ($release in $earlier, $latest) {
            $build = New-Item -Path (Join-Path $share "$release/app.dll") -Value $release -Force
            $build.LastWriteTimeUtc = [datetime]::ParseExact($release, 'yyyyMMdd-HHmm', [cultureinfo]::InvariantCulture)
        }
        $built = (Get-Item "$share/$latest/app.dll").LastWriteTimeUtc

        $rolling = @{
            Release = $latest; HealthPath = '/_status'; StableSec = 0.1; SettleSec = 0.4; HealthyDeadlineSec = 60; Module = $RangeModule
            VersionCheck = { (Get-Item "$using:sites/$($Instance.Address)/app.dll").LastWriteTimeUtc -eq $using:built }
            Deploy = {
                Add-Content $using:trace $Instance.Address
                Copy-Item "$using:share/$Release/app.dll" "$using:sites/$($Instance.Address)/app.dll" -Force
                # Hard: whoever is still being answered is cut off.
                Restart-RangeInstance $Instance.Port $Release -Hard -Address $Instance.Address -Options @(if ($Instance.Address -eq $using:breaks) { '--fail-health' })
            }
        }
        $breaks = 'none'

        # Only the session that a target was taken out by lists it still.
        function Restore-Servers { $null = Get-ElbTarget | Where-Object State -NE Enabled | Set-PoolMember -State Enabled }
        # Every folder with the earlier build, and all in traffic but for so many.
        function Reset-Builds([int]$Missing = 0) {
            foreach ($address in $addresses) {
                $null = New-Item -ItemType Directory "$sites/$address" -Force
                Copy-Item "$share/$earlier/app.dll" "$sites/$address/app.dll" -Force
            }
            Restore-Servers
            Wait-RangeCondition { @(Get-ElbTarget | Where-Object Serving).Count -eq 5 - $Missing }
            $rolling.Store = Join-Path $TestDrive ([guid]::NewGuid())
            Set-Content $trace $null
            $null = Invoke-ElbLab $elb DELETE log
        }
        # And every application, too; the /_status of those that are named is not 200.
        function Reset-Servers([string[]]$Sick = @()) {
            foreach ($address in $addresses) { [AppStatusRange.Instances]::Kill($port, $address) }
            [AppStatusRange.Instances]::StartAll($port, @($addresses | Where-Object { $_ -notin $Sick }), (Get-InstanceOptions $earlier ready))
            if ($Sick) { [AppStatusRange.Instances]::StartAll($port, $Sick, (Get-InstanceOptions $earlier ready) + '--fail-health') }
            Reset-Builds -Missing $Sick.Count
        }
        # What the servers' folders hold, in the order of their addresses.
        function Get-Build { foreach ($address in $addresses) { Get-Content "$sites/$address/app.dll" } }
        # The steps of a deployment in the order of its journal, with the name of the server: 'Drain i-0aa…1:80 Started'.
        function Get-Done($Result) {
            $lines = Get-Content $Result.Journal | ForEach-Object { $_ | ConvertFrom-Json }
            $server = @{}
            foreach ($lane in $lines[0].event.plan.waves.lanes) { $server[$lane.key] = $lane.instance.name }
            $lines | Where-Object { $_.event.type -in 'StepStarted', 'StepSucceeded' } | ForEach-Object {
                [pscustomobject]@{ What = "$($_.event.step) $($server[$_.event.lane]) $($_.event.type -replace 'Step')"; At = [datetime]$_.at }
            }
        }
        # The names of who was taken from the balancer (-) and given back to it (+), in the order in which it was asked.
        function Get-Moves {
            (Invoke-ElbLab $elb GET log).calls | Where-Object IsWrite | ForEach-Object {
                $id = [regex]::Match($_.form, 'i-0a+\d').Value
                "$(if ($_.action -like 'Deregister*') { '-' } else { '+' })${id}:$port"
            }
        }
        function Get-Serving { @(Get-ElbTarget | Where-Object Serving).Name | Sort-Object }
        function Get-Failure([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
        function Start-Users([string]$Uri) {
            $load = Start-Load $Uri -Rate 80 -Mix '/=95,/slow?ms=800=5'
            Wait-RangeCondition { (Invoke-RestMethod "http://$($addresses[0]):$port/metrics") -match 'http_requests_total' }
            $load
        }
        function Connect-TargetGroup { $null = Connect-Elb (Get-ElbArn web) -EndpointUri $elb.Uri }
    }
    AfterAll {
        Stop-Elb $elb
        foreach ($address in $addresses) { [AppStatusRange.Instances]::Kill($port, $address) }
        foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
    }

    Context 'with <Kind>' -ForEach @{ Kind = 'a target group' }, @{ Kind = 'a classic load balancer' } {
        BeforeAll {
            if ($Kind -eq 'a target group') { Connect-TargetGroup }
            else { $null = Connect-Elb -LoadBalancerName old -Region us-east-1 -EndpointUri $elb.Uri }
            Reset-Servers -Sick $addresses[4]
            $users = Start-Users "http://127.0.0.1:$(if ($Kind -eq 'a target group') { $entry } else { $classicEntry })/"
            $plan = Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @rolling -PlanOnly
            $result = Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @rolling
            $load = Stop-Load $users
            $done = Get-Done $result
            $moves = @(Get-Moves)
            $well = $names[0..3]
        }
        AfterAll {
            if ($users) { $users.Process.Dispose() }
            Restore-Servers
        }

        It 'finds the active servers behind the balancer, and touches no other' {
            $result.Lanes.Name | Sort-Object | Should -Be $names[0..4]
            $moves -match [regex]::Escape($names[5]) | Should -BeNullOrEmpty
            (Get-Build)[5] | Should -Be $earlier
        }

        It 'goes by batches of one, if nothing else is said' {
            $plan.Waves.Window | Should -Be 1
            # Whoever is taken is given back before the next one is taken; the last move is another matter.
            $moves[0..7] | Should -Be @(foreach ($name in $well) { "-$name"; "+$name" })
            $result.LowestCapacity | Should -Be 3
        }

        It 'goes by batches as large as they are asked for' {
            (Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @rolling -BatchSize 2 -MinimumHealthy 2 -PlanOnly).Waves.Window | Should -Be 2
        }

        It 'takes each server out and waits for its connections to drain, before anything is deployed' {
            foreach ($name in $well) {
                $places = foreach ($step in "Drain $name Succeeded", "AwaitIdle $name Started", "AwaitIdle $name Succeeded", "Deploy $name Started") { [array]::IndexOf($done.What, $step) }
                $places | Should -Not -Contain -1
                $places | Should -Be ($places | Sort-Object)
                # A target of a group drains for the whole of its delay; a classic load balancer's until it is idle.
                $begun, $ended = foreach ($step in "Drain $name Started", "Deploy $name Started") { ($done | Where-Object What -EQ $step).At }
                if ($Kind -eq 'a target group') { ($ended - $begun).TotalSeconds | Should -BeGreaterThan 1.1 }
            }
        }

        It 'lets a long request end: of all that were sent, none failed, though servers were stopped hard' {
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            $load.LatencyMs.Max | Should -BeGreaterOrEqual 800
            foreach ($release in $earlier, $latest) { $load.Versions.$release | Should -BeGreaterThan 0 -Because "$release was in traffic" }
        }

        It 'skips a host whose /_status is not 200 before the deployment' {
            $result.Skipped | Should -Be $names[4]
            $lane = $result.Lanes | Where-Object Name -EQ $names[4]
            ($lane.State, $lane.ErrorId) | Should -Be @('Skipped', 'CheckFailed')
            $lane.Error | Should -Match '/_status answered 503'
            Get-Content $trace | Should -Not -Contain $addresses[4]
        }

        It 'deploys to each of the others, once' {
            Get-Content $trace | Sort-Object | Should -Be $addresses[0..3]
            (Get-Build)[0..3] | Should -Be (, $latest * 4)
        }

        It 'waits after the deploy for as long as -SettleSec says, with 60 for 60 s' {
            $minute = @{} + $rolling
            $minute.SettleSec = 60
            $planned = Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @minute -PlanOnly
            $planned.Options.Settle.TotalSeconds | Should -Be 60
            foreach ($lane in $planned.Waves.Lanes) { "$($lane.Steps)" | Should -Match 'Deploy Settle Verify Restore' }
            foreach ($name in $well) {
                $begun, $ended = foreach ($step in "Deploy $name Succeeded", "Verify $name Started") { ($done | Where-Object What -EQ $step).At }
                ($ended - $begun).TotalSeconds | Should -BeGreaterOrEqual 0.39
            }
        }

        It 'puts a server back only when its /_status is 200, and goes on when it serves' {
            for ($n = 0; $n -lt 4; $n++) {
                $steps = @("Verify $($well[$n]) Succeeded", "Restore $($well[$n]) Started", "AwaitServing $($well[$n]) Succeeded") + $(if ($n -lt 3) { "Drain $($well[$n + 1]) Started" })
                $places = foreach ($step in $steps) { [array]::IndexOf($done.What, $step) }
                $places | Should -Not -Contain -1
                $places | Should -Be ($places | Sort-Object)
            }
            Get-Serving | Should -Be $well
        }

        It 'ends with every server that serves on the latest build, and the skipped one out' {
            $result.State | Should -Be 'SucceededWithIssues'
            $result.Mismatched | Should -Be $names[4]
            $moves[8] | Should -Be "-$($names[4])"
            $moves.Count | Should -Be 9
            $plan.Options.MaxMismatched | Should -Be 3
        }
    }

    Context 'where the /_status of the second server is not 200 after the deploy' {
        BeforeAll {
            Connect-TargetGroup
            Reset-Servers
            $breaks = $addresses[1]
            $short = @{} + $rolling
            # For the second server; all that the first one needs of it is some checks of 0.1 s.
            $short.StableSec, $short.HealthyDeadlineSec = 0, 5
            $users = Start-Users "http://127.0.0.1:$entry/"
            $failure = Get-Failure { Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @short }
            $load = Stop-Load $users
            $breaks = 'none'
        }
        AfterAll {
            if ($users) { $users.Process.Dispose() }
            Restore-Servers
        }

        It 'halts the deployment' {
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $failure.Exception.Result.Lanes.State | Should -Be @('Succeeded', 'Failed', 'NotStarted', 'NotStarted', 'NotStarted')
            "$failure" | Should -Match '/_status answered 503'
        }

        It 'leaves that server out' {
            Get-Moves | Should -Be @("-$($names[0])", "+$($names[0])", "-$($names[1])")
            Get-Serving | Should -Be @($names[0], $names[2], $names[3], $names[4])
        }

        It 'does not touch the servers after it' {
            Get-Content $trace | Should -Be $addresses[0, 1]
            (Get-Build)[2..4] | Should -Be (, $earlier * 3)
        }

        It 'loses no request' {
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
            $load.Sent | Should -BeGreaterThan 0
        }
    }

    Context 'at the end' {
        BeforeAll {
            Connect-TargetGroup
            # While the last server is deployed to, so many of the others get the earlier build again.
            $slips = {
                Copy-Item "$using:share/$Release/app.dll" "$using:sites/$($Instance.Address)/app.dll" -Force
                if ($Instance.Address -ne $using:addresses[4]) { return }
                foreach ($address in $using:slipping) { Copy-Item "$using:share/$using:earlier/app.dll" "$using:sites/$address/app.dll" -Force }
            }
            $fleet = @{} + $rolling
            # All but the last one at once, and then that.
            $fleet.Deploy, $fleet.StableSec, $fleet.SettleSec, $fleet.BatchSize, $fleet.MinimumHealthy = $slips, 0, 0, '4,1', 1
            Reset-Servers
        }
        BeforeEach {
            Reset-Builds
            $fleet.Store = $rolling.Store
            $users = Start-Users "http://127.0.0.1:$entry/"
        }
        AfterEach { if ($users) { $users.Process.Dispose() } }

        It 'a server that does not run the latest build, by its time stamp, is stopped gracefully; up to three of them' {
            $slipping = $addresses[0..2]
            $result = Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @fleet
            # Those that are out are answered for to the last request.
            $out = @(Get-ElbTarget | Where-Object State -NE Enabled)
            $out | Wait-PoolMember -Idle -IntervalSec 0.2 -TimeoutSec 20 | Out-Null
            $load = Stop-Load $users
            $result.State | Should -Be 'SucceededWithIssues'
            $result.Mismatched | Should -Be $names[0..2]
            $out.Name | Sort-Object | Should -Be $names[0..2]
            Get-Serving | Should -Be $names[3, 4]
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        }

        It 'more than three of them make the run failed, and none is taken out' {
            $slipping = $addresses[0..3]
            $failure = Get-Failure { Get-ElbTarget | Sort-Object Name | Invoke-RollingDeployment @fleet }
            $load = Stop-Load $users
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentFailed*'
            $failure.Exception.Result.State | Should -Be 'Failed'
            $failure.Exception.Result.Mismatched | Should -Be $names[0..3]
            Get-Serving | Should -Be $names[0..4]
            $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        }
    }
}
