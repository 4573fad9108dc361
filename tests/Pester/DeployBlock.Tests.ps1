# What a -Deploy block may rely on. One instance, which is "deployed" to what it runs already: the block is the subject.
Describe 'The -Deploy block' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 2
        $quick = @{ ExpectedVersion = '1.0'; StableSec = 0; HealthyDeadlineSec = 30; Store = $range.Store; MinimumHealthy = '0' }

        # The lane's outcome, whether it succeeded or not; and what the block said, by instance.
        function Invoke-Block([scriptblock]$Deploy, [hashtable]$With = @{}) {
            $said = $null
            $release = if ($With.Release) { $With } else { $With + @{ Release = '1.0' } }
            $output = try { Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment @quick @release -Deploy $Deploy -InformationVariable said } catch { $_ }
            $result = if ($output -is [Management.Automation.ErrorRecord]) { $output.TargetObject } else { $output }
            if ($result.Lanes.Count -ne 1) { throw "It gave $output" }
            [pscustomobject]@{ Lane = $result.Lanes[0]; Output = @($output); Said = @($said | Where-Object { "$_" -like '`[a1`]*' }); Error = $result.Lanes[0].Error }
        }
        function Assert-Done($run) { $run.Lane.State | Should -Be 'Succeeded' -Because $run.Error }
        function Assert-Failed($run, $text, $id = 'DeployFailed') {
            $run.Lane.State | Should -Be 'Failed'
            $run.Lane.ErrorId | Should -Be $id
            $run.Error | Should -Match $text
            Get-RangeState $range | Should -Be 'app/a1 DRAIN, app/a2 UP'
        }
        # A native command that ends with a code, wherever these run.
        $pwsh = (Get-Process -Id $PID).Path
        function exit3 { & $pwsh -NoProfile -NonInteractive -Command 'exit 3' }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    Context 'fails its lane' {
        It 'by <Name>' -ForEach @(
            @{ Name = 'an exception'; Block = { throw 'broken' }; Text = 'a1 failed: broken \(line \d+' }
            @{ Name = 'Write-Error'; Block = { Write-Error 'broken'; 'not reached' }; Text = 'a1 failed: broken' }
            @{ Name = 'a cmdlet''s error'; Block = { Get-Item /no/such/file; 'not reached' }; Text = 'no/such/file' }
            @{ Name = 'a function that it does not have'; Block = { Copy-TheRelease }; Text = "(?s)Copy-TheRelease.*-Module" }
            @{ Name = 'a function of the caller''s'; Block = { exit3 }; Text = "(?s)exit3.*-Module" }
            @{ Name = 'exit 3'; Block = { exit 3 }; Text = 'exit code 3.*-SuccessExitCode \(0\)' }
            @{ Name = 'an error under try/finally'; Block = { try { throw 'broken' } finally { 'cleaned' } }; Text = 'broken' }
        ) {
            $run = Invoke-Block $Block
            Assert-Failed $run $Text
            $run.Said -join '|' | Should -Not -Match 'not reached'
        }

        It 'by the exit code of a native command' {
            $native = { & $using:pwsh -NoProfile -NonInteractive -Command 'exit 3' }
            Assert-Failed (Invoke-Block $native) 'exit code 3, which is not in -SuccessExitCode \(0\)'
        }

        It 'by taking too long, and is stopped' {
            $mark = Join-Path $range.Folder 'went-on'
            $run = Invoke-Block { Start-Sleep -Seconds 300; Set-Content $using:mark x } @{ DeployTimeoutSec = 1 }
            Assert-Failed $run 'did not end within 1 s' DeployTimedOut
            $run.Lane.Duration.TotalSeconds | Should -BeLessThan 250
            $mark | Should -Not -Exist
        }

        It 'by a module that is not there' {
            Assert-Failed (Invoke-Block { 'not reached' } @{ Module = '/no/such/Module.psm1' }) 'no/such/Module'
        }
    }

    Context 'succeeds' {
        It 'with an exit code that -SuccessExitCode names, and with PSNativeCommandUseErrorActionPreference' {
            $PSNativeCommandUseErrorActionPreference = $true
            Assert-Done (Invoke-Block { & $using:pwsh -NoProfile -NonInteractive -Command 'exit 3' } @{ SuccessExitCode = 0, 3 })
        }

        It 'whatever $LASTEXITCODE was before' {
            exit3
            Assert-Done (Invoke-Block { if ($LASTEXITCODE -ne 0) { throw "It is $LASTEXITCODE" } })
        }

        It 'by its last exit code, not by an earlier one' {
            Assert-Done (Invoke-Block { & $using:pwsh -NoProfile -NonInteractive -Command 'exit 3'; & $using:pwsh -NoProfile -NonInteractive -Command 'exit 0' })
        }

        It 'after errors that it handles' {
            Assert-Done (Invoke-Block { try { Get-Item /no/such/file } catch { 'handled' }; Get-Item /no/such/file -ErrorAction SilentlyContinue })
        }
    }

    Context 'finds' {
        It '$Instance, $Release and $Attempt' {
            $run = Invoke-Block {
                "$($Instance.Name) $($Instance.Address) $($Instance.Port) $($Instance.Pool) $($Instance.Version) $($Instance.PreviousRelease) $($Instance.Uri) $Release $Attempt $ErrorActionPreference"
            } @{ Release = 'build-7' }
            Assert-Done $run
            $port = $range.Instances[0].Port
            "$($run.Said[0])" | Should -Be "[a1] a1 127.0.0.1 $port app 1.0 1.0 http://127.0.0.1:$port/ build-7 1 Stop"
        }

        It 'a growing $Attempt, with -DeployRetry' {
            $run = Invoke-Block { "attempt $Attempt"; if ($Attempt -lt 3) { throw 'not yet' } } @{ DeployRetry = 2 }
            Assert-Done $run
            $run.Said | ForEach-Object { "$_" } | Should -Be @('[a1] attempt 1', '[a1] attempt 2', '[a1] attempt 3')
        }

        It 'the release, not the version that is expected, in checks and hooks' {
            $told = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            $run = Invoke-Block { } @{
                Release      = 'build-7'
                HealthCheck  = { $queue = $using:told; $queue.Enqueue("HealthCheck $Release $($Instance.ExpectedVersion) $Attempt"); $true }
                VersionCheck = { $queue = $using:told; $queue.Enqueue("VersionCheck $Release $($Instance.ExpectedVersion) $Attempt"); $true }
                BeforeDrain  = { $queue = $using:told; $queue.Enqueue("BeforeDrain $Release $Attempt") }
                AfterRestore = { $queue = $using:told; $queue.Enqueue("AfterRestore $Release $Attempt") }
            }
            Assert-Done $run
            $told.ToArray() | Sort-Object -Unique | Should -Be @('AfterRestore build-7 1', 'BeforeDrain build-7 1', 'HealthCheck build-7 1.0 1', 'VersionCheck build-7 1.0 1')
        }

        It 'in a hook that is run again, a growing $Attempt' {
            $told = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            $hook = { $queue = $using:told; $queue.Enqueue("$Attempt"); if ($Attempt -eq 1) { throw 'not yet' } }
            $null = Invoke-Block { } @{ BeforeDrain = $hook }
            $null = Resume-Deployment -Last -Store $range.Store -Deploy { } -BeforeDrain $hook
            $told.ToArray() | Should -Be @('1', '2')
        }

        It 'no more attempts than -DeployRetry allows' {
            $run = Invoke-Block { "attempt $Attempt"; throw 'never' } @{ DeployRetry = 1 }
            Assert-Failed $run 'never'
            $run.Said.Count | Should -Be 2
        }

        It 'the arguments of -ArgumentList' {
            $run = Invoke-Block { param($from, [int]$count) "$from $($count + 1)" } @{ ArgumentList = '/builds', 41 }
            "$($run.Said[0])" | Should -Be '[a1] /builds 42'
        }

        It 'the functions of -Module' {
            $run = Invoke-Block { (Get-Command Restart-RangeInstance).ModuleName } @{ Module = $RangeModule }
            "$($run.Said[0])" | Should -Be '[a1] Range'
        }

        It 'the caller''s folder, and as $PSScriptRoot the script''s' {
            Push-Location $range.Folder
            try { $run = Invoke-Block { "$PWD $PSScriptRoot" } } finally { Pop-Location }
            "$($run.Said[0])" | Should -Be "[a1] $($range.Folder) $PSScriptRoot"
        }

        It 'its own variables and nobody else''s' {
            $mine = 'the caller''s'
            $run = Invoke-Block { "<$mine>" }
            "$($run.Said[0])" | Should -Be '[a1] <>' -Because 'a block runs in a session of its own'
        }
    }

    Context '$using:' {
        BeforeAll {
            $greeting = 'hello'
            $deep = @{ inner = @('x', 'y') }
        }

        It 'brings the caller''s values, also by member and index' {
            $run = Invoke-Block { "$using:greeting $($using:deep.inner[1])" }
            Assert-Done $run
            "$($run.Said[0])" | Should -Be '[a1] hello y'
        }

        It 'inside <Name> means the block''s own' -ForEach @(
            @{ Name = 'ForEach-Object -Parallel'; Block = { $greeting = 'inner'; $own = $Instance.Name; 1 | ForEach-Object -Parallel { "$using:greeting $using:own" } } }
            @{ Name = 'Start-ThreadJob'; Block = { $greeting = 'inner'; $own = $Instance.Name; Start-ThreadJob { "$using:greeting $using:own" } | Receive-Job -Wait -AutoRemoveJob } }
            @{ Name = 'Start-Job'; Block = { $greeting = 'inner'; $own = $Instance.Name; Start-Job { "$using:greeting $using:own" } | Receive-Job -Wait -AutoRemoveJob } }
        ) {
            $run = Invoke-Block $Block
            Assert-Done $run
            "$($run.Said[0])" | Should -Be '[a1] inner a1'
        }

        It 'inside <Name> reaches $Release' -ForEach @(
            @{ Name = 'ForEach-Object -Parallel'; Block = { 1 | ForEach-Object -Parallel { $using:Release } } }
            @{ Name = 'Start-ThreadJob'; Block = { Start-ThreadJob { $using:Release } | Receive-Job -Wait -AutoRemoveJob } }
            @{ Name = 'a local Invoke-Command'; Block = { Invoke-Command { "$using:Release" } } }
        ) {
            $run = Invoke-Block $Block
            Assert-Done $run
            "$($run.Said[0])" | Should -Be '[a1] 1.0'
        }

        It 'in a plain nested block is still the caller''s' {
            $run = Invoke-Block { & { "$using:greeting" }; 1 | ForEach-Object { $using:greeting } }
            Assert-Done $run
            $run.Said | ForEach-Object { "$_" } | Should -Be @('[a1] hello', '[a1] hello')
        }

        It 'of a variable that does not exist forbids the run' {
            $range.Tap.Clear()
            { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy { $using:notThere } } |
                Should -Throw -ErrorId 'UsingVariableNotFound*' -ExpectedMessage '*$using:notThere*'
            $range.Tap.Writes | Should -BeNullOrEmpty
            Get-RangeJournal $range | Should -BeNullOrEmpty
        }
    }

    Context 'speaks' {
        BeforeAll {
            $talk = {
                'an output'; [pscustomobject]@{ Name = 'table'; Value = 1 }
                Write-Warning 'a warning'; Write-Information 'an information'; Write-Host 'a host line'
                Write-Verbose 'a verbose' -Verbose; "two`nlines"
            }
        }

        It 'on the information stream under the instance''s name, never in the pipeline or as a warning' {
            $run = Invoke-Block $talk @{ WarningVariable = 'warned' }
            $run.Output.Count | Should -Be 1
            $run.Output[0].GetType().Name | Should -Be 'DeploymentResult'
            $lines = $run.Said | ForEach-Object { "$_" }
            foreach ($line in 'an output', 'a warning', 'an information', 'a host line', 'a verbose', 'two', 'lines') { $lines | Should -Contain "[a1] $line" }
            $lines -match 'table\s+1' | Should -Not -BeNullOrEmpty
            ($run.Said | Where-Object { "$_" -eq '[a1] a warning' }).Tags | Should -Contain 'Warning'
        }

        It 'and what it has said is not kept while it runs' {
            $run = Invoke-Block {
                # Each stream of the session would keep its records, and each record what was said.
                function Say { $large = [byte[]]::new(1MB); Write-Information $large; [WeakReference]::new($large) }
                $kept = 1..20 | ForEach-Object { Say }
                foreach ($look in 1..50) { [GC]::Collect(); if (@($kept.IsAlive -eq $true).Count -lt 5) { return } }
                throw "$(@($kept.IsAlive -eq $true).Count) of 20 are kept"
            }
            Assert-Done $run
        }

        It 'in the log of its lane' {
            $logs = Join-Path $range.Folder 'logs'
            $null = Invoke-Block { 'an output'; throw 'the end' } @{ LogPath = $logs }
            (Get-ChildItem $logs).Name | Should -Be 'a1.log'
            $log = Get-Content (Join-Path $logs 'a1.log')
            $log -match '^\d{4}-.*Z Output\s+an output$' | Should -Not -BeNullOrEmpty
            $log -match 'Deploy FAILED \(DeployFailed\).*the end' | Should -Not -BeNullOrEmpty
        }

        It 'without commands for the console or the build server' {
            $esc = [char]27
            $run = Invoke-Block { "##vso[task.setvariable variable=x]y"; "$([char]27)[31mred" }
            "$($run.Said)" | Should -Not -Match ([regex]::Escape($esc))
            $run.Said | ForEach-Object { "$_" } | Should -Not -Match '##vso\['
        }

        It 'but its text and arguments are not journaled' {
            $null = Invoke-Block { param($key) "token-of-the-text" } @{ ArgumentList = 'token-of-the-arguments' }
            $journal = Get-RangeJournal $range | Get-Content -Raw
            $journal | Should -Match 'DeploymentStarted|deploymentStarted'
            $journal | Should -Not -Match 'token-of'
        }
    }
}
