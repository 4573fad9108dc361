# The mission's fourth system, its last two rules: the environment is configured automatically, and a deployment starts by itself after a green build.
Describe 'System 4, an environment that configures itself, and releases after a build' {
    BeforeDiscovery {
        . $PSScriptRoot/../Range/Range.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1
        # A CI server's script is one of bash.
        $lacks = $IsWindows -or -not (Test-RangeProgram redis-server)
    }
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Load.ps1
        Import-Module $PSScriptRoot/../Range/Drivers.psm1
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-system4-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        $env:APPSTATUS_STORE = "$folder/store"
        # What is remembered of environments goes there, so that nobody's own are touched.
        $env:XDG_STATE_HOME = "$folder/state"
        $root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../..'))

        # Everything that runs for this environment, whoever started it: its variables say so; a Redis writes its title over them, which has its port.
        function Get-EnvironmentProcess([int]$RedisPort) {
            foreach ($process in Get-ChildItem /proc -Directory -ErrorAction Ignore | Where-Object Name -Match '^\d+$') {
                try {
                    $line = [IO.File]::ReadAllText("$($process.FullName)/cmdline")
                    if ($line -match "(redis-server)\W.*:$RedisPort\b") { $Matches[1] }
                    elseif ($line -match 'AppStatus\.Lab\.dll\W+(app|table-proxy)\b' -and [IO.File]::ReadAllText("$($process.FullName)/environ").Contains($folder)) { $Matches[1] }
                }
                catch { continue } # it has ended meanwhile, or is somebody else's
            }
        }
        function Get-Table { (Get-RedisBalancerMember | ForEach-Object { "$($_.Name) $($_.Port) $($_.State)" }) -join ', ' }
        function Get-Version { @((Get-AppEnvironment system4 | Get-AppStatus).Version) }
        # examples/ci as it stands there, run as a CI server runs a command after a push.
        function Invoke-Push([string]$Build = 'true', [string]$Test = 'true') {
            $repository = (New-Item (Join-Path $folder "repository-$([guid]::NewGuid().ToString('n').Substring(0, 8))") -ItemType Directory).FullName
            $null = git init -q $repository
            $null = git -C $repository -c user.name=ci -c user.email=ci@example.com commit -q --allow-empty -m push
            $words = @(
                "BUILD_COMMAND=$Build", "TEST_COMMAND=$Test", 'POOL=servers', "BALANCER=$($lab.BalancerUri)", 'IMAGE=lab', 'DRAIN_WAIT_SECONDS=1.5', 'STABLE_SECONDS=0.2',
                "REPORT_PATH=$folder/report.html", 'CI=true', "PSModulePath=$(Join-Path $root 'out')", '/bin/sh', '-c', "cd '$repository' && exec '$(Join-Path $root 'examples/ci/deploy-when-green.sh')'"
            )
            $run = Wait-RangeDriver ([AppStatusRange.Child]::Start('env', $words, '')) 120
            $run | Add-Member Tags @(git -C $repository tag) -PassThru
        }
    }
    AfterAll {
        Get-AppEnvironment system4* | Stop-AppEnvironment
        Remove-Item $folder -Recurse -Force
        $env:APPSTATUS_STORE = $env:XDG_STATE_HOME = $null
    }

    Context 'the environment' -Skip:$lacks {
        BeforeAll { $lab = Start-AppEnvironment -Definition @{ Name = 'system4'; Balancer = 'RedisTable'; Instances = 4 } }

        It 'starts a Redis, four instances, and the proxy' {
            $lab.State | Should -Be 'Running'
            $lab.Instances.Name | Should -Be @('app1', 'app2', 'app3', 'app4')
            Get-EnvironmentProcess ([uri]$lab.Redis).Port | Sort-Object | Should -Be @('app', 'app', 'app', 'app', 'redis-server', 'table-proxy')
        }

        It 'has its routing table written' {
            Get-Table | Should -Be (($lab.Instances | ForEach-Object { "$($_.Name) $($_.Port) Enabled" }) -join ', ')
            # Redis' own word, past everything that is ours.
            [regex]::Matches((Send-RangeRedis ([uri]$lab.Redis).Port 'LRANGE servers 0 -1'), '"name":"(\w+)"') | ForEach-Object { $_.Groups[1].Value } | Should -Be @('app1', 'app2', 'app3', 'app4')
        }

        It 'brings requests to all four, in equal shares' {
            $names = foreach ($n in 1..12) { (Invoke-RestMethod $lab.Uri -DisableKeepAlive).Split(' ')[0] }
            $names | Group-Object | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" } | Should -Be @('app1 3', 'app2 3', 'app3 3', 'app4 3')
        }

        It 'gives the instances the Redis for their feature flags, too' {
            $null = Set-FeatureFlag new-checkout $true -Create -Redis $lab.Redis
            foreach ($instance in $lab.Instances) { Wait-RangeCondition { (Invoke-RestMethod $instance.Uri) -match 'new-checkout on' } }
        }
    }

    Context 'a build' -Skip:$lacks {
        BeforeAll { $lab = Get-AppEnvironment system4 }

        It 'that is red deploys nothing: <What>' -ForEach @(
            @{ What = 'it does not build'; Build = 'exit 7'; Test = 'true'; Code = 7 }
            @{ What = 'its tests fail'; Build = 'true'; Test = 'exit 9'; Code = 9 }
        ) {
            $table = Get-Table
            $run = Invoke-Push $Build $Test
            $run.ExitCode | Should -Be $Code
            $run.Text | Should -Match 'nothing is deployed'
            $run.Tags | Should -BeNullOrEmpty
            Get-Deployment | Should -BeNullOrEmpty
            Get-Version | Should -Be @('1.0', '1.0', '1.0', '1.0')
            (Get-AppEnvironment system4).Instances.Id | Should -Be $lab.Instances.Id
            Get-Table | Should -Be $table
        }

        It 'that is green is released by itself behind the routing table, and no request is lost' {
            $table = Get-Table
            $users = Start-Load $lab.Uri -Rate 80 -Mix '/=97,/slow?ms=300=3'
            try {
                $count = Get-RequestCount $lab.Instances[3].Port
                Wait-RangeCondition { (Get-RequestCount $lab.Instances[3].Port) -gt $count + 5 }
                $run = Invoke-Push
                $run.ExitCode | Should -Be 0 -Because $run.Text
                $run.Tags | Should -Match '^\d{8}-\d{6}$'
                # By the proxy's own traffic: all of it is the new release's now.
                (Measure-Share $lab.Uri 40 40 $run.Tags[0]) | Should -Be 100
                $load = Stop-Load $users
                $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
                $load.Versions.'1.0' | Should -BeGreaterThan 0
                $load.Versions.($run.Tags[0]) | Should -BeGreaterThan 0
            }
            finally { $users.Process.Dispose() }
            Get-Version | Should -Be (@($run.Tags[0]) * 4)
            Get-Table | Should -Be $table
            $done = Get-Deployment
            ($done.State, $done.Release) | Should -Be @('Succeeded', $run.Tags[0])
            # Here it is what a drain lasts: nobody counts connections.
            Get-Content (Get-ChildItem "$env:APPSTATUS_STORE/deployments" -Filter *.jsonl) -TotalCount 1 | Should -Match '"DrainWait":"00:00:01\.5'
            ([xml](Get-Content "$folder/report.html" -Raw)).SelectSingleNode('//span').InnerText | Should -Be 'Succeeded'
        }
    }

    Context 'the environment''s end' -Skip:$lacks {
        It 'leaves no process, no port and no file' {
            $lab = Get-AppEnvironment system4
            $ports = @($lab.Instances.Port; $lab.Uri.Port; ([uri]$lab.Redis).Port)
            Stop-AppEnvironment system4
            Get-EnvironmentProcess $ports[-1] | Should -BeNullOrEmpty
            foreach ($port in $ports) { { [Net.Sockets.TcpClient]::new('127.0.0.1', $port) } | Should -Throw }
            Test-Path "$env:XDG_STATE_HOME/appstatus" | Should -BeFalse
            Get-AppEnvironment system4* | Should -BeNullOrEmpty
        }
    }
}
