# examples/azure-devops as it stands there, run by a small agent of Azure Pipelines, on a pool behind HAProxy.
Describe 'A pipeline of Azure DevOps' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Agent.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $allUp = 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        $root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
        $example = Join-Path $root 'examples/azure-devops'
        $quick = @{ stableSeconds = '0.2'; stepSeconds = '0.5' }
        $ours = @{ 'tcp://lb1.example.com:9999' = "tcp://127.0.0.1:$($range.Tap.Port)"; 'redis://store.example.com:6379/0' = $range.Store; '$(Build.SourcesDirectory)/deploy.ps1' = $range.DeployFile }

        # A stage's job, with the parameters that somebody queues the pipeline with.
        function Invoke-Stage([string]$Stage, [hashtable]$Given, [hashtable]$Override = @{}) {
            $pipeline = Read-Pipeline (Join-Path $example 'azure-pipelines.yml') $ours
            $job = ($pipeline.stages | Where-Object { $_.stage -eq $Stage }).jobs[0]
            $steps = if ($job.Contains('steps')) { $job.steps } else { $job.strategy.runOnce.deploy.steps }
            $temporary = (New-Item (Join-Path $range.Folder "agent-$([guid]::NewGuid().ToString('n').Substring(0, 8))") -ItemType Directory).FullName
            Invoke-AgentJob @(Expand-Step $steps $example (Resolve-PipelineParameter $pipeline.parameters $Given) ($quick + $Override)) -ModulePath (Join-Path $root 'out') -Variables @{
                'Agent.TempDirectory' = $temporary; 'Build.SourcesDirectory' = $root; 'Build.DefinitionName' = 'web'; 'Build.BuildNumber' = '20261121.1'; 'System.StageName' = $Stage; 'System.JobAttempt' = '1'
            }
        }
        function Get-Step($Job, [string]$Name) { $Job.Steps | Where-Object Name -eq $Name }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'plans, and touches nothing' {
        $job = Invoke-Stage Plan @{ release = '2.0' }
        $job.Failed | Should -BeFalse -Because ($job.Steps.Lines -join "`n")
        (Get-Step $job release).Skipped | Should -BeTrue
        (Get-Step $job rollBack).Skipped | Should -BeTrue
        $job.Summaries | Should -HaveCount 1
        $job.Summaries[0] | Should -Match '    Rolling deployment of release 2.0 to 4 instances'
        $job.Artifacts.Name | Should -Be 'appstatus-Plan-1'
        $job.Artifacts.Files.Name | Should -Be 'plan.md'
        $range.Tap.Writes | Should -BeNullOrEmpty
        Get-RangeJournal $range | Should -BeNullOrEmpty
    }

    It 'fails at its plan where the limits can''t be kept, before anything is touched' {
        $job = Invoke-Stage Release @{ release = '2.0' } @{ minimumHealthy = '100%' }
        $job.Failed | Should -BeTrue
        (Get-Step $job plan).ExitCode | Should -Be 1
        (Get-Step $job release).Skipped | Should -BeTrue
        (Get-Step $job rollBack).Lines | Should -Contain 'Nothing was begun, so nothing is undone.'
        (Get-Step $job rollBack).ExitCode | Should -Be 0
        $range.Tap.Writes | Should -BeNullOrEmpty
    }

    It 'releases under load, and gives what came of it to other steps' {
        Start-RangeLoad $range
        $job = Invoke-Stage Release @{ release = '2.0' }
        $load = Stop-RangeLoad $range
        $job.Failed | Should -BeFalse -Because ($job.Steps.Lines -join "`n")
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
        (Get-Step $job rollBack).Skipped | Should -BeTrue
        $job.Variables['release.deploymentId'] | Should -Be (Get-Deployment -Last -Store $range.Store).Id
        $job.Variables['release.state'] | Should -Be 'Succeeded'
        $job.Variables['release.lowestCapacity'] | Should -Be '3'
        ([xml](Get-Content $job.Variables['release.reportPath'] -Raw)).SelectSingleNode('//span').InnerText | Should -Be 'Succeeded'
        (Get-Step $job Result).Lines | Should -Contain 'Succeeded; never fewer than 3 serving'
        $job.Summaries[1] | Should -BeLike '## Rolling deployment of 2.0 to app: Succeeded*web 20261121.1*'
        $job.Artifacts.Files.Name | Sort-Object | Should -Be @('plan.md', 'report.html', 'summary.md')
        ($job.Commands | Where-Object { $_.What -eq 'task.setprogress' -and $_.Step -eq 'release' }).Properties.value | Should -Be @('0', '25', '50', '75', '100')
    }

    It 'gives what a deploy script starts no variable that an application takes for its own' {
        $seen = Join-Path $range.Folder 'seen.txt'
        $script = Join-Path $range.Folder 'deploy-and-tell.ps1'
        Set-Content $script "(Get-ChildItem env:APPSTATUS_*).Name | Add-Content '$seen'`n. '$($range.DeployFile)'"
        $job = Invoke-Stage Release @{ release = '2.0' } @{ deployScript = $script }
        $job.Failed | Should -BeFalse -Because ($job.Steps.Lines -join "`n")
        Get-Content $seen | Should -Contain 'APPSTATUS_STORE'
        # What AddAppStatus() and AddFeatureFlags() go by.
        Get-Content $seen | Where-Object { $_ -in 'APPSTATUS_RELEASE', 'APPSTATUS_STATUS', 'APPSTATUS_NAME', 'APPSTATUS_REDIS' } | Should -BeNullOrEmpty
    }

    It 'releases a canary' {
        $job = Invoke-Stage Release @{ release = '2.0'; strategy = 'canary' }
        $job.Failed | Should -BeFalse -Because ($job.Steps.Lines -join "`n")
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
        (Get-Deployment -Last -Store $range.Store).Strategy | Should -Be 'Canary'
    }

    It 'fails, and takes a bad release back under load' {
        $range.Deployer.Break($ports[2])
        Start-RangeLoad $range
        $job = Invoke-Stage Release @{ release = '2.0' }
        $load = Stop-RangeLoad $range
        $job.Failed | Should -BeTrue
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        $load.Versions.'2.0' | Should -BeGreaterThan 0 -Because 'two instances had it for a while'
        (Get-Step $job release).ExitCode | Should -Be 1
        (Get-Step $job rollBack).ExitCode | Should -Be 0 -Because ((Get-Step $job rollBack).Lines -join "`n")
        $job.Variables['release.state'] | Should -Be 'Halted'
        $job.Variables['rollBack.state'] | Should -Be 'RolledBack'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be $allUp
        ($job.Commands | Where-Object { $_.What -eq 'task.logissue' -and $_.Properties.type -eq 'error' }).Data | Should -BeLike 'Halted*'
        $job.Artifacts.Files.Name | Sort-Object | Should -Be @('plan.md', 'report.html', 'summary.md', 'undo.html', 'undo.md')
        (Get-Step $job Result).Skipped | Should -BeTrue
    }

    It 'takes no text for a command: <Name>' -ForEach @(
        @{ Name = 'another line'; Hostile = "2.0`n##vso[task.setvariable variable=owned;isOutput=true]yes" }
        @{ Name = 'the end of a quotation'; Hostile = '2.0''; Write-Host "##vso[task.setvariable variable=owned]yes"; ''' }
        @{ Name = 'the end of a command'; Hostile = '2.0]##vso[task.setvariable variable=owned]$(Get-Date)%0A##vso[task.complete result=Succeeded]' }
    ) {
        $range.Deployer.Break($ports[0], ($Hostile -split '\s')[0])
        foreach ($stage in 'Plan', 'Release') {
            $job = Invoke-Stage $stage @{ release = $Hostile }
            $job.Variables.Keys -match 'owned' | Should -BeNullOrEmpty
            $job.Commands.What | Sort-Object -Unique | Where-Object { $_ -notin 'task.setvariable', 'task.uploadsummary', 'task.setprogress', 'task.logissue' } | Should -BeNullOrEmpty
            ($job.Commands | Where-Object What -eq 'task.setvariable').Properties.variable | Where-Object { $_ -notin 'deploymentId', 'state', 'lowestCapacity', 'reportPath' } | Should -BeNullOrEmpty
        }
        (Get-Step $job plan).ExitCode | Should -Be 0
        (Get-Step $job release).ExitCode | Should -Be 1 -Because 'it was tried, and its deploy is broken'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
    }

    It 'escapes what it says to the agent' {
        . (Join-Path $example 'AgentVariables.ps1')
        "$(Set-AgentVariable x "100 %;`r`n]##vso[task.complete]" 6>&1)" | Should -Be '##vso[task.setvariable variable=x;isOutput=true]100 %AZP25%3B%0D%0A%5D##vso[task.complete%5D'
    }

    It 'declares what it uses: a strategy that there is not, or a parameter without a value, is refused' {
        { Invoke-Stage Plan @{ release = '2.0'; strategy = 'hope' } } | Should -Throw '*no value of strategy*'
        { Invoke-Stage Plan @{} } | Should -Throw '*release has no value*'
    }
}
