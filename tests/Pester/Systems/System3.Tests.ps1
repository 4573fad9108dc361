# System 3: blue-green behind HAProxy with containers: up, deploy, rollback TAG, down. Two application containers, HAProxy with an HTTP health check, Redis.
# To deploy: one instance fails its check on purpose, HAProxy takes it out, its container is replaced by the new image, it is waited for until it is healthy, and then the next.
BeforeDiscovery {
    . $PSScriptRoot/../Support/Scenario.ps1
    . $PSScriptRoot/../Support/Containers.ps1
    $obstacle = Get-ContainerObstacle
    if ($obstacle -and $env:APPSTATUS_REQUIRE_ALL -eq '1') { throw "System 3 needs containers: $obstacle." }
    if ($obstacle) { Write-Host "SKIPPED: the scenarios of containers, because $obstacle." }
}

Describe 'System 3: containers behind HAProxy' -Skip:([bool]$obstacle) {
    BeforeAll {
        . $PSScriptRoot/../Support/Scenario.ps1
        . $PSScriptRoot/../Support/Containers.ps1
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Load.ps1
        Initialize-Containers
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-system3-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        $env:APPSTATUS_STORE = "$folder/store"
        $operator = Get-OperatorCredential
        $definition = New-ContainerDefinition system3
        $quick = @{ StableSec = 1; DrainWaitSec = 1 }

        function Get-Shop { Get-AppEnvironment system3 }
        function Get-Ids { podman ps --no-trunc --filter label=appstatus.environment=system3 --format '{{.Names}} {{.ID}}' | Sort-Object }
        function Get-Journal($Result) { Get-Content $Result.Journal | ForEach-Object { ($_ -replace '"crc".*$', '"crc":0}') } }
        # Load on the way that users come in, from before the block to after it.
        function Invoke-UnderLoad([scriptblock]$Block) {
            $load = Start-Load $shop.Uri -Rate 80 -Mix '/=97,/slow?ms=700=3'
            try {
                $before = (Get-Shop).Members.Requests | Measure-Object -Sum
                Wait-Until { ((Get-Shop).Members.Requests | Measure-Object -Sum).Sum -gt $before.Sum + 20 }
                $script:result = & $Block
            }
            finally { $script:counted = Stop-Load $load }
        }
    }

    AfterAll {
        Get-AppEnvironment | Where-Object Name -Like 'system3*' | Stop-AppEnvironment
        podman image ls --format '{{.Repository}}:{{.Tag}}' shop | Where-Object { $_ -notmatch ':[123]\.0$' } | ForEach-Object { podman rmi $_ | Out-Null }
        Remove-Item $folder -Recurse -Force
        $env:APPSTATUS_STORE = $env:APPSTATUS_CONTAINER_ENGINE = $env:CONTAINERS_CONF = $env:CONTAINERS_STORAGE_CONF = $null
    }

    Context 'up' {
        BeforeAll { $shop = Start-AppEnvironment -Definition $definition }

        It 'starts two application containers, HAProxy and Redis' {
            (Get-Ids) -replace ' .*' | Should -Be 'system3-app1', 'system3-app2', 'system3-balancer', 'system3-redis'
            $shop.State | Should -Be Running
            $shop.Instances.Image | Should -Be 'shop:1.0', 'shop:1.0'
        }

        It 'has HAProxy check them by HTTP' {
            # While a check is under way, an asterisk stands in the place of its result.
            Wait-Until { $script:reasons = @((Get-Shop).Members.HealthReason); -not ($reasons -match '^UP: \*') }
            $reasons | Should -HaveCount 2
            $reasons | Should -Match '^UP: L7OK/200'
        }

        It 'brings requests to both' {
            $names = foreach ($n in 1..6) { (Invoke-WebRequest $shop.Uri).Content.Split(' ')[0] }
            $names | Sort-Object -Unique | Should -Be 'app1', 'app2'
        }

        It 'gives the containers the Redis' {
            podman exec system3-app1 /bin/sh -c 'echo $APPSTATUS_REDIS' | Should -Be 'redis://redis:6379/0'
            redis-cli -u $shop.Redis ping | Should -Be PONG
        }

        It 'changes nothing the second time' {
            $before = Get-Ids
            (Start-AppEnvironment -Definition $definition).State | Should -Be Running
            Get-Ids | Should -Be $before
        }
    }

    Context 'deploy, by the health endpoint' {
        BeforeAll {
            $shop = Get-Shop
            $ids = Get-Ids
            Invoke-UnderLoad { Get-Shop | Invoke-RollingDeployment -Image shop:2.0 -TrafficControl Status -StatusCredential $operator @quick }
            $journal = Get-Journal $result
        }

        It 'succeeds, and loses no request' {
            $result.State | Should -Be Succeeded
            $counted.Failed | Should -Be 0 -Because ($counted.FirstErrors -join '; ')
            foreach ($version in '1.0', '2.0') { $counted.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in traffic" }
        }

        It 'makes one instance fail its check on purpose, and the other only when the first one serves again' {
            $order = $journal | ForEach-Object { if ($_ -match '"(stepStarted|stepSucceeded)".*"lane":"([^"]+)".*"step":"(Drain|AwaitServing)"') { "$($Matches[1]) $($Matches[2]) $($Matches[3])" } }
            $lanes = $result.Lanes.Name
            $order.Count | Should -Be 8
            ($order | Select-Object -First 4) | Should -Match "\S+:$($shop.Instances[0].Port) "
            ($order | Select-Object -Last 4) | Should -Match "\S+:$($shop.Instances[1].Port) "
        }

        It 'leaves it to HAProxy to take it out: nobody told it to' {
            (Get-HAProxyServer app).State | Should -Be Enabled, Enabled
            $journal -match '"member' | Should -Not -Match 'Draining.*"nativeState":"drain'
            $result.LowestCapacity | Should -Be 1
        }

        It 'replaces each container, and no other' {
            $after = Get-Ids
            $after | Where-Object { $_ -match 'app\d' } | Should -Not -BeIn $ids
            $after | Where-Object { $_ -match 'balancer|redis' } | Should -BeIn $ids
        }

        It 'keeps ports and settings' {
            (Get-Shop).Instances.Port | Should -Be $shop.Instances.Port
            podman exec system3-app1 /bin/sh -c 'echo $OPERATOR_PASSWORD $APPSTATUS_NAME $APPSTATUS_RELEASE' | Should -Be 'rehearsal app1 2.0'
        }

        It 'waits until the new container is healthy, before it comes in' {
            Get-Shop | Get-AppStatus | ForEach-Object { "$($_.Name) $($_.Status) $($_.Version)" } | Should -Be 'app1 Ready 2.0', 'app2 Ready 2.0'
            $verified = [array]::FindIndex([string[]]$journal, [Predicate[string]] { $args[0] -match '"stepSucceeded".*"Verify"' })
            $restored = [array]::FindIndex([string[]]$journal, [Predicate[string]] { $args[0] -match '"stepStarted".*"Restore"' })
            $verified | Should -BeGreaterThan 0
            $restored | Should -BeGreaterThan $verified
        }
    }

    Context 'rollback TAG' {
        It 'knows the tags that it can go back to' {
            (Get-Shop).Releases | Should -Contain '1.0'
            (Get-Shop).Release | Should -Be '2.0'
        }

        It 'refuses one that it does not know, before anything is touched' {
            $ids = Get-Ids
            { Undo-Deployment -Release 0.9 -StatusCredential $operator } | Should -Throw -ErrorId 'ImageNotFound,*'
            Get-Ids | Should -Be $ids
        }

        It 'goes back under load, and loses no request' {
            $shop = Get-Shop
            Invoke-UnderLoad { Undo-Deployment -Release 1.0 -StatusCredential $operator }
            $result.State | Should -Be RolledBack
            $counted.Failed | Should -Be 0 -Because ($counted.FirstErrors -join '; ')
            Get-Shop | Get-AppStatus | ForEach-Object { "$($_.Name) $($_.Status) $($_.Version)" } | Should -Be 'app1 Ready 1.0', 'app2 Ready 1.0'
            $result.LowestCapacity | Should -Be 1
        }
    }

    Context 'deploy, by the runtime API, with a tag by the time' {
        It 'tags what has no tag by the moment, and deploys that' {
            podman tag shop:3.0 shop:latest
            $shop = Get-Shop
            Invoke-UnderLoad { Get-Shop | Invoke-RollingDeployment -Image shop @quick }
            $result.Release | Should -Match '^20\d{6}-\d{6}$'
            $counted.Failed | Should -Be 0 -Because ($counted.FirstErrors -join '; ')
            (Get-Shop).Instances.Release | Should -Be $result.Release, $result.Release
            (Invoke-RestMethod "$($shop.Instances[0].Uri)appstatus").version | Should -Be '3.0'
            (Get-Shop).Releases | Should -Contain $result.Release
        }

        It 'tags nothing in a -WhatIf' {
            $before = podman image ls --format '{{.Tag}}' shop
            Get-Shop | Invoke-RollingDeployment -Image shop -WhatIf
            podman image ls --format '{{.Tag}}' shop | Should -Be $before
        }
    }

    Context 'when it goes wrong' {
        It 'runs the old container again where the new one can not be started, keeps it out, and halts' {
            # A program that is not there: the engine refuses to start it.
            $file = "$folder/Dockerfile.broken"
            Set-Content $file "FROM docker.io/library/redis:7`nENTRYPOINT [`"/nowhere`"]"
            podman build -q --no-cache -f $file -t shop:broken $folder | Out-Null
            $shop = Get-Shop
            try { $null = Get-Shop | Invoke-RollingDeployment -Image shop:broken @quick } catch { $failed = $_.Exception.Result }
            $failed.State | Should -Be Halted
            $failed.Lanes[0].ErrorId | Should -Be DeployFailed
            $failed.Lanes[0].Error | Should -Match 'runs again'
            (Get-Shop).Instances.Image | Should -Be $shop.Instances.Image
            (Get-HAProxyServer app app1).State | Should -Be Draining
            $null = Undo-Deployment -Last
            (Get-HAProxyServer app).State | Should -Be Enabled, Enabled
            podman rmi shop:broken | Out-Null
        }

        It 'goes on after the driver was killed while it replaced a container' {
            $shop = Get-Shop
            $script = "Import-Module '$ModuleRoot'; Get-AppEnvironment system3 | Invoke-RollingDeployment -Image shop:2.0 -StableSec 1"
            $driver = Start-Process pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-Command', $script -PassThru -RedirectStandardOutput "$folder/driver.out" -RedirectStandardError "$folder/driver.err"
            Wait-Until -Seconds 60 { podman ps --all --format '{{.Names}}' | Where-Object { $_ -eq 'system3-app1-next' } }
            $driver.Kill()
            $driver.WaitForExit()
            (Get-Deployment -Last).State | Should -Be Interrupted
            $result = Resume-Deployment -Last
            $result.State | Should -Be Succeeded
            Get-Shop | Get-AppStatus | ForEach-Object { "$($_.Name) $($_.Status) $($_.Version)" } | Should -Be 'app1 Ready 2.0', 'app2 Ready 2.0'
            (Get-Ids) -replace ' .*' | Should -Be 'system3-app1', 'system3-app2', 'system3-balancer', 'system3-redis'
        }

        It 'refuses an instance that belongs to no environment, before anything is touched' {
            { 'localhost:1' | Get-AppStatus -IncludeUnreachable | Invoke-RollingDeployment -Image shop:2.0 -TrafficControl Status } | Should -Throw -ErrorId 'EnvironmentNotFound,*'
        }
    }

    Context 'down' {
        It 'leaves no container, network, volume, process or open port' {
            $shop = Get-Shop
            $ports = @($shop.Uri.Port; $shop.BalancerUri.Port; $shop.Redis.Port; $shop.Instances.Port)
            foreach ($port in $ports) { Test-Listening $port | Should -BeTrue }
            Stop-AppEnvironment system3
            Get-ContainerRest system3 $ports | Should -BeNullOrEmpty
            Get-AppEnvironment | Should -BeNullOrEmpty
        }

        It 'takes down an environment that came up by half, and goes on with one' {
            $script = "Import-Module '$ModuleRoot'; . '$PSScriptRoot/../Support/Containers.ps1'; Start-AppEnvironment -Definition (New-ContainerDefinition system3b)"
            $starter = Start-Process pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-Command', $script -PassThru -RedirectStandardOutput "$folder/starter.out" -RedirectStandardError "$folder/starter.err"
            Wait-Until -Seconds 60 { podman ps --all --format '{{.Names}}' | Where-Object { $_ -like 'system3b-app*' } }
            $starter.Kill()
            $starter.WaitForExit()
            $half = Get-AppEnvironment system3b
            $half.State | Should -BeIn Partial, Stopped
            $half.Missing | Should -Contain balancer
            (Start-AppEnvironment system3b).State | Should -Be Running
            podman rm -f -t 0 system3b-app2 | Out-Null
            (Get-AppEnvironment system3b).Missing | Should -Be app2
            Stop-AppEnvironment system3b
            Get-ContainerRest system3b | Should -BeNullOrEmpty
        }
    }
}
