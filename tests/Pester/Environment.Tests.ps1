Describe 'Environments of processes' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        . $PSScriptRoot/Range/Range.ps1
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-environment-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        $env:APPSTATUS_STORE = "$folder/store"
        # What is remembered of environments goes there, so that nobody's own are touched.
        $env:XDG_STATE_HOME = "$folder/state"
        $env:APPSTATUS_CONTAINER_ENGINE = 'podman'

        function Get-LabProcess { Get-ChildItem /proc -Directory -ErrorAction Ignore | Where-Object Name -Match '^\d+$' | Where-Object { try { [IO.File]::ReadAllText("$($_.FullName)/environ") -match [regex]::Escape($folder) -and [IO.File]::ReadAllText("$($_.FullName)/cmdline") -match 'AppStatus\.Lab|haproxy|redis-server' } catch { $false } } }
        function Invoke-Quietly([scriptblock]$Block) { try { & $Block } catch { $_ } }
    }

    AfterAll {
        Get-AppEnvironment | Where-Object Provider -EQ Process | Stop-AppEnvironment
        Remove-Item $folder -Recurse -Force
        $env:APPSTATUS_STORE = $env:XDG_STATE_HOME = $env:APPSTATUS_CONTAINER_ENGINE = $null
    }

    Context 'by nothing but its name' {
        BeforeAll { $lab = Start-AppEnvironment }

        It 'comes up with four instances behind the BIG-IP simulator' {
            $lab.Name | Should -Be lab
            $lab.State | Should -Be Running
            $lab.Instances.Name | Should -Be app1, app2, app3, app4
            $lab.Instances[0].Image | Should -Be 'lab:1.0'
            (Get-F5PoolMember app).Count | Should -Be 4
            (Invoke-WebRequest $lab.Uri).StatusCode | Should -Be 200
        }

        It 'counts what the balancer sends to each' {
            foreach ($n in 1..8) { $null = Invoke-WebRequest $lab.Uri -DisableKeepAlive }
            $now = Get-AppEnvironment lab
            ($now.Instances.Requests | Measure-Object -Sum).Sum | Should -BeGreaterOrEqual 8
            ($now.Instances | Where-Object Requests -GT 0).Count | Should -Be 4
        }

        It 'changes nothing the second time' {
            $again = Start-AppEnvironment lab
            $again.Instances.Id | Should -Be $lab.Instances.Id
        }

        It 'is refused where it exists with another definition' {
            $e = Invoke-Quietly { Start-AppEnvironment lab -Instances 6 -ErrorAction Stop }
            $e.FullyQualifiedErrorId | Should -BeLike 'EnvironmentDiffers,*'
            "$e" | Should -Match 'Instances 4'
        }

        It 'runs what it runs where another image is asked for, and says how to release it' {
            $null = Start-AppEnvironment lab -Image lab:9.0 -WarningVariable said -WarningAction SilentlyContinue
            "$said" | Should -Match 'Invoke-RollingDeployment -Image lab:9.0'
            (Get-AppEnvironment lab).Release | Should -Be '1.0'
        }

        It 'stands for its members in a pipeline, also when it comes from a file' {
            (Get-AppEnvironment lab | Get-AppStatus).Version | Should -Be '1.0', '1.0', '1.0', '1.0'
            Get-AppEnvironment lab | Export-Clixml "$folder/lab.xml" -Depth 4
            (Import-Clixml "$folder/lab.xml" | Get-AppStatus).Name | Should -Be (Get-AppEnvironment lab | Get-AppStatus).Name
            (Get-AppEnvironment lab | Wait-PoolMember -Health Up -TimeoutSec 10).Count | Should -Be 4
        }

        It 'shows a plan that can be looked into, and changes nothing' {
            $plan = Get-AppEnvironment lab | Invoke-RollingDeployment -Image lab:2.0 -PlanOnly
            $plan.Waves[0].Number | Should -Be 1
            $plan.Waves[0].Lanes[3].Instance.Port | Should -Be $lab.Instances[3].Port
            "$plan" | Should -Match 'By image: lab:2\.0'
            Get-AppEnvironment lab | Invoke-RollingDeployment -Image lab:2.0 -WhatIf
            (Get-AppEnvironment lab).Instances.Id | Should -Be $lab.Instances.Id
            Test-Path $env:APPSTATUS_STORE/deployments | Should -BeFalse
        }

        It 'is released to by image, and goes back' {
            $result = Get-AppEnvironment lab | Invoke-RollingDeployment -Image lab:2.0 -BatchSize 2 -StableSec 0.2
            $result.State | Should -Be Succeeded
            $result.Release | Should -Be '2.0'
            (Get-AppEnvironment lab | Get-AppStatus).Version | Should -Be '2.0', '2.0', '2.0', '2.0'
            (Get-AppEnvironment lab).Instances.Port | Should -Be $lab.Instances.Port
            (Undo-Deployment -Release 1.5).State | Should -Be RolledBack
            (Get-AppEnvironment lab | Get-AppStatus).Version | Should -Be '1.5', '1.5', '1.5', '1.5'
        }

        It 'is released to by canary' {
            $result = Get-AppEnvironment lab | Invoke-CanaryDeployment -Image lab:3.0 -TrafficPercent 25, 100 -StepSec 0 -StableSec 0.2
            $result.State | Should -Be Succeeded
            (Get-AppEnvironment lab).Release | Should -Be '3.0'
        }

        It 'does not undo for an empty pipeline, whatever release is named' {
            @() | Undo-Deployment -Release 1.0 | Should -BeNullOrEmpty
            (Get-AppEnvironment lab).Release | Should -Be '3.0'
        }

        It 'brings back a part that died' {
            Stop-Process -Id ([int](Get-AppEnvironment lab).Instances[1].Id) -Force
            Wait-Until { (Get-AppEnvironment lab).State -eq 'Partial' }
            (Get-AppEnvironment lab).Missing | Should -Be app2
            $again = Start-AppEnvironment lab
            $again.State | Should -Be Running
            $again.Release | Should -Be '3.0'
        }

        It 'shows what it would do, and does not' {
            Stop-AppEnvironment lab -WhatIf
            Start-AppEnvironment other -WhatIf | Should -BeNullOrEmpty
            (Get-AppEnvironment).Name | Should -Be lab
        }

        It 'completes the names of environments' {
            $command = 'Stop-AppEnvironment l'
            [Management.Automation.CommandCompletion]::CompleteInput($command, $command.Length, $null).CompletionMatches.CompletionText | Should -Contain lab
        }

        It 'outlives the shell that started it' {
            $script = "Import-Module '$ModuleRoot'; `$null = Start-AppEnvironment second -Instances 1"
            pwsh -NoProfile -NonInteractive -Command $script
            (Get-AppEnvironment second).State | Should -Be Running
            (Get-AppEnvironment).Name | Should -Be lab, second
            Stop-AppEnvironment sec*
            (Get-AppEnvironment).Name | Should -Be lab
        }

        It 'leaves no process, port or file when it is down' {
            $ports = @((Get-AppEnvironment lab).Instances.Port; $lab.Uri.Port; $lab.BalancerUri.Port)
            @(Get-LabProcess).Count | Should -Be 5
            Get-AppEnvironment lab | Stop-AppEnvironment
            Get-LabProcess | Should -BeNullOrEmpty
            foreach ($port in $ports) { { [Net.Sockets.TcpClient]::new('127.0.0.1', $port) } | Should -Throw }
            Test-Path $env:XDG_STATE_HOME/appstatus | Should -BeFalse
            Get-AppEnvironment | Should -BeNullOrEmpty
        }
    }

    Context 'by a definition' {
        It 'comes up behind a real HAProxy, by <Kind>' -ForEach @(
            @{ Kind = 'a .psd1 file'; Make = { Set-Content "$folder/d.psd1" "@{ Name = 'defined'; Balancer = 'HAProxy'; Instances = 2; Image = 'lab:4.0'; Backend = 'web' }"; "$folder/d.psd1" } }
            @{ Kind = 'a JSON file'; Make = { Set-Content "$folder/d.json" '{ "name": "defined", "balancer": "HAProxy", /* two */ "instances": 2, "image": "lab:4.0", "backend": "web" }'; "$folder/d.json" } }
            @{ Kind = 'a hashtable'; Make = { @{ Name = 'defined'; Balancer = 'HAProxy'; Instances = 2; Image = 'lab:4.0'; Backend = 'web' } } }
        ) {
            $defined = Start-AppEnvironment -Definition (& $Make)
            $defined.Instances.Name | Should -Be web1, web2
            (Get-HAProxyServer web).Name | Should -Be web1, web2
            (Invoke-RestMethod "$($defined.Instances[0].Uri)appstatus").version | Should -Be '4.0'
            Stop-AppEnvironment defined
        }

        It 'comes up behind a routing table in a Redis of its own, and is drained there' {
            if (-not (Get-Command redis-server -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'there is no redis-server'; return }
            $table = Start-AppEnvironment -Definition @{ Name = 'table'; Balancer = 'RedisTable'; Instances = 2 }
            (Get-RedisBalancerMember).Name | Should -Be app1, app2
            Get-RedisBalancerMember -Name app1 | Set-PoolMember -State Draining | Should -Not -BeNullOrEmpty
            Wait-Until { $names = foreach ($n in 1..4) { (Invoke-WebRequest $table.Uri).Content.Split(' ')[0] }; -not ($names -eq 'app1') }
            Stop-AppEnvironment table
            Get-LabProcess | Should -BeNullOrEmpty
            # redis-server writes its title over its environment: it is looked for by its port.
            { [Net.Sockets.TcpClient]::new('127.0.0.1', $table.Redis.Port) } | Should -Throw
        }

        It 'refuses <What>, and starts nothing' -ForEach @(
            @{ What = 'a key that it does not know'; Definition = @{ Instance = 3 }; Says = "no key 'Instance'.*Instances" }
            @{ What = 'a name with a path in it'; Definition = @{ Name = '../x' }; Says = 'small letters' }
            @{ What = 'too many instances'; Definition = @{ Instances = 65 }; Says = '1 to 64' }
            @{ What = 'an image without a tag'; Definition = @{ Image = 'lab' }; Says = 'no tag' }
            @{ What = 'an image that is not the lab'; Definition = @{ Image = 'shop:1.0' }; Says = 'lab:TAG'; Id = 'ImageNotFound' }
            @{ What = 'containers behind a simulator'; Definition = @{ Provider = 'Container'; Image = 'shop:1.0'; Balancer = 'F5' }; Says = 'behind HAProxy' }
            @{ What = 'a text for a number'; Definition = @{ Instances = 'many' }; Says = 'Instances' }
            @{ What = 'a line of its own in the configuration'; Definition = @{ StatusPath = "/x`n  server evil 1.1.1.1:1" }; Says = 'StatusPath' }
        ) {
            $e = Invoke-Quietly { Start-AppEnvironment -Definition $Definition -ErrorAction Stop }
            $e.FullyQualifiedErrorId | Should -BeLike "$(if ($Id) { $Id } else { 'InvalidArgument' }),*"
            "$e" | Should -Match $Says
            Get-AppEnvironment | Should -BeNullOrEmpty
            Get-LabProcess | Should -BeNullOrEmpty
        }

        It 'refuses a file with code in it, and runs none of it' {
            Set-Content "$folder/evil.psd1" "@{ Name = `$(New-Item '$folder/owned') }"
            $e = Invoke-Quietly { Start-AppEnvironment -Definition "$folder/evil.psd1" -ErrorAction Stop }
            $e.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            Test-Path "$folder/owned" | Should -BeFalse
        }
    }

    Context 'errors' {
        It 'says which environments there are where one is not' {
            $null = Get-AppEnvironment nowhere -ErrorVariable e -ErrorAction SilentlyContinue
            $e[0].FullyQualifiedErrorId | Should -BeLike 'EnvironmentNotFound,*'
            Stop-AppEnvironment nowhere -ErrorVariable e -ErrorAction SilentlyContinue
            $e[0].FullyQualifiedErrorId | Should -BeLike 'EnvironmentNotFound,*'
        }

        It 'names an engine that there is not' {
            $e = Invoke-Quietly { Start-AppEnvironment x -Provider Container -Image shop:1.0 -Engine no-such-engine -ErrorAction Stop }
            $e.FullyQualifiedErrorId | Should -BeLike 'ProgramNotFound,*'
        }

        It 'tells of a part that ends at once, with its last words, and takes it away again' {
            $e = Invoke-Quietly { Start-AppEnvironment -Definition @{ Name = 'bad'; Instances = 1; Arguments = '--no-such-option' } -TimeoutSec 20 -ErrorAction Stop }
            $e.FullyQualifiedErrorId | Should -BeLike 'EnvironmentNotReady,*'
            "$e" | Should -Match 'has ended: .*no-such-option'
            "$e" | Should -Match 'Stop-AppEnvironment bad'
            Stop-AppEnvironment bad
            Get-AppEnvironment | Should -BeNullOrEmpty
        }

        It 'refuses two releases in one command' {
            $null = Start-AppEnvironment lab -Instances 2
            $e = Invoke-Quietly { Get-AppEnvironment lab | Invoke-RollingDeployment -Image lab:2.0 -Release 3.0 }
            $e.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $e = Invoke-Quietly { Get-AppEnvironment lab | Invoke-RollingDeployment -Image 'lab:2.0;rm' }
            $e.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $e = Invoke-Quietly { Get-AppEnvironment lab | Invoke-RollingDeployment -Image other:2.0 -StableSec 0.2 }
            $e.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
            (Get-AppEnvironment lab).Release | Should -Be '1.0'
            Get-Deployment | Where-Object Release -EQ 2.0 | Where-Object Started -GT (Get-Date).AddSeconds(-3) | Should -BeNullOrEmpty
            Stop-AppEnvironment lab
        }
    }
}
