# What a deployment leaves behind to be read: the page, the summary, and what an agent of Azure Pipelines hears.
Describe 'The report of a deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $reports = Join-Path $range.Folder 'reports'
        $store = @{ Store = $range.Store }
        $quick = @{ Release = '2.0'; StableSec = 0.2; HealthyDeadlineSec = 30; Store = $range.Store; FilePath = $range.DeployFile }
        function Get-Page([string]$Path) { [xml](Get-Content $Path -Raw) }
        function Get-PageState([string]$Path) { (Get-Page $Path).SelectSingleNode('//span').InnerText }
        # Where nothing but the module is under test: a deployment that is done before anything happens.
        function Invoke-Halted([hashtable]$With = @{}) {
            $range.Deployer.Break($ports[1])
            try { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick @With } catch { $_ }
        }
    }
    BeforeEach {
        Reset-Range $range
        if (Test-Path $reports) { Remove-Item $reports -Recurse -Force }
    }
    AfterAll { Stop-Range $range }

    Context '-ReportPath' {
        It 'is written when all went well, with a row an instance' {
            $path = Join-Path $reports 'deep/release.html'
            $result = Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -ReportPath $path
            $result.State | Should -Be 'Succeeded'
            $page = Get-Page $path
            Get-PageState $path | Should -Be 'Succeeded'
            $page.SelectNodes("//section[@id='steps']//g[@class='lane succeeded']").Count | Should -Be 4
            $page.SelectNodes("//section[@id='lanes']//tbody/tr").Count | Should -Be 4
            $page.DocumentElement.InnerText | Should -Match $result.Id
        }

        It 'is written when it halted, and names what failed and what to type' {
            $path = Join-Path $reports 'release.html'
            $failure = Invoke-Halted @{ ReportPath = $path; Reason = 'CHG-4711' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            $page = Get-Page $path
            Get-PageState $path | Should -Be 'Halted'
            $page.SelectSingleNode("//section[@class='next']").InnerText | Should -Match "Resume-Deployment $($failure.TargetObject.Id)"
            $page.SelectNodes("//g[@class='bar deploy failed']").Count | Should -Be 1
            $page.DocumentElement.InnerText | Should -Match 'CHG-4711'
        }

        It 'is written when it was stopped by Ctrl+C, and the console says where' {
            $path = Join-Path $reports 'release.html'
            $range.Deployer.Hold($ports[0])
            $stopped = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -StopGraceSec 1 -ReportPath '$path'" @{ quick = $quick }
            $null = $stopped.Shell.BeginInvoke()
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
            $stopped.Shell.Stop()
            Get-PageState $path | Should -Be 'Stopped'
            "$($stopped.Screen.Lines)" | Should -Match ([regex]::Escape("The report is $path."))
            $stopped.Shell.Dispose()
        }

        It 'refuses a folder that can''t be written before anything is touched' {
            $blocker = Join-Path $range.Folder 'blocker'
            Set-Content $blocker 'a file'
            { Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -ReportPath (Join-Path $blocker 'release.html') } | Should -Throw -ErrorId 'ReportNotWritten*' -ExpectedMessage '*Nothing was touched*'
            $range.Tap.Writes | Should -BeNullOrEmpty
            Get-RangeJournal $range | Should -BeNullOrEmpty
        }

        It 'is a warning, and no failed deployment, where the folder is lost on the way' {
            $path = Join-Path $reports 'release.html'
            $range.Deployer.Hold($ports[0])
            $running = New-RangeShell "`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment @quick -ReportPath '$path'" @{ quick = $quick }
            $ends = $running.Shell.BeginInvoke()
            Wait-RangeCondition { $range.Deployer.Calls.Count -eq 1 }
            Remove-Item $reports -Recurse -Force
            Set-Content $reports 'in its way'
            $range.Deployer.Mend($ports[0])
            $running.Shell.EndInvoke($ends).State | Should -Be 'Succeeded'
            "$($running.Shell.Streams.Warning)" | Should -Match 'report of deployment .* could not be written'
            $running.Shell.Dispose()
        }

        It 'writes nothing with -WhatIf and with -PlanOnly' {
            $null = Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -ReportPath (Join-Path $reports 'release.html') -WhatIf
            $null = Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -ReportPath (Join-Path $reports 'release.html') -PlanOnly
            $reports | Should -Not -Exist
        }

        It 'tells of the whole, also when it was resumed, and of an undo on its own' {
            $null = Invoke-Halted
            $range.Deployer.Mend($ports[1])
            $range.Deployer.Clear()
            $null = Resume-Deployment -Last @store -ReportPath "$reports/"
            $id = (Get-Deployment -Last @store).Id
            $path = Join-Path $reports "$id.html"
            Get-PageState $path | Should -Be 'Succeeded'
            (Get-Page $path).SelectNodes("//g[@class='bar deploy failed']").Count | Should -Be 1 -Because 'what failed before the resume is a part of it'
            $undone = Undo-Deployment $id @store -ReportPath (Join-Path $reports 'undo.md')
            $undone.State | Should -Be 'RolledBack'
            Get-Content (Join-Path $reports 'undo.md') -TotalCount 1 | Should -BeLike '## * to app: RolledBack'
        }

        It 'is written for the unfinished one that -OnUnfinished goes on with' {
            $null = Invoke-Halted
            $range.Deployer.Clear()
            $path = Join-Path $reports 'again.html'
            (Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -OnUnfinished Resume -ReportPath $path).State | Should -Be 'Succeeded'
            (Get-Page $path).SelectNodes("//g[@class='bar deploy failed']").Count | Should -Be 1
        }
    }

    Context 'Export-DeploymentReport' {
        BeforeEach { $null = Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment @quick }

        It 'writes by -Last, by -Id and by pipe, and overwrites' {
            $path = Join-Path $reports 'a.html'
            Export-DeploymentReport -Last @store -Path $path
            Get-PageState $path | Should -Be 'Succeeded'
            Set-Content $path 'old'
            Export-DeploymentReport (Get-Deployment -Last @store).Id $path @store
            Get-PageState $path | Should -Be 'Succeeded'
            Set-Content $path 'old'
            Get-Deployment @store | Export-DeploymentReport -Path $path @store | Should -BeNullOrEmpty
            Get-PageState $path | Should -Be 'Succeeded'
        }

        It 'takes the form from the extension, or from -Format' {
            (Export-DeploymentReport -Last @store -Path (Join-Path $reports 'a.md') -PassThru).Name | Should -Be 'a.md'
            Get-Content (Join-Path $reports 'a.md') -TotalCount 1 | Should -BeLike '## Rolling*'
            Export-DeploymentReport -Last @store -Path (Join-Path $reports 'a.txt') -Format Markdown
            Get-Content (Join-Path $reports 'a.txt') -TotalCount 1 | Should -BeLike '## Rolling*'
            { Export-DeploymentReport -Last @store -Path x -Format Pdf } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        }

        It 'is relative to the session''s folder, and leaves what is there with -NoClobber' {
            $null = New-Item $reports -ItemType Directory
            Push-Location $reports
            try {
                Export-DeploymentReport -Last @store -Path a.html
                Set-Content a.html 'mine'
                { Export-DeploymentReport -Last @store -Path a.html -NoClobber } | Should -Throw -ErrorId 'ReportNotWritten*'
                Get-Content a.html | Should -Be 'mine'
            }
            finally { Pop-Location }
        }

        It 'writes nothing with -WhatIf' {
            Export-DeploymentReport -Last @store -Path (Join-Path $reports 'a.html') -WhatIf
            $reports | Should -Not -Exist
        }

        It 'writes several into a folder, and refuses to write them into one file' {
            $null = Get-HAProxyServer -Backend app -Name a2 | Invoke-RollingDeployment @quick
            $files = Get-Deployment @store | Export-DeploymentReport -Path "$reports/" @store -PassThru
            $files.BaseName | Should -Be (Get-Deployment @store).Id
            { Get-Deployment @store | Export-DeploymentReport -Path (Join-Path $reports 'one.html') @store } | Should -Throw -ErrorId 'InvalidArgument*' -ExpectedMessage '*Name a folder*'
        }

        It 'says when there is none' {
            { Export-DeploymentReport -Id nowhere -Path (Join-Path $reports 'a.html') @store } | Should -Throw -ErrorId 'DeploymentNotFound*'
        }
    }

    Context 'in Azure Pipelines' {
        BeforeAll {
            # The driver's own process is the agent's: TF_BUILD is set there alone.
            function Invoke-AgentRun([string]$Script) {
                $env:TF_BUILD = 'True'
                try { $driver = Start-RangeDriver $range "`$quick = @{ Release = '2.0'; StableSec = 0.2; HealthyDeadlineSec = 30; Store = '$($range.Store)'; Module = '$RangeModule'; WarningAction = 'SilentlyContinue' }`n$Script" } finally { $env:TF_BUILD = $null }
                Wait-RangeDriver $driver | Add-Member Lines ($driver.Output -split "`r?`n") -PassThru
            }
        }

        It 'says calmly what happens, how far it is and what is wrong' {
            $run = Invoke-AgentRun "Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Deploy { if (`$Instance.Name -eq 'a2') { throw 'no disk; 100 % full' }; exit 0 } -ExpectedVersion 1.0"
            $run.ExitCode | Should -Be 1
            $run.Lines -like '##vso[[]task.setprogress*' | Should -Be @('##vso[task.setprogress value=0;]Rolling deployment 2.0', '##vso[task.setprogress value=25;]Rolling deployment 2.0', '##vso[task.setprogress value=50;]Rolling deployment 2.0')
            @($run.Lines -like '##vso[[]task.logissue type=warning;]a2: Failed*no disk; 100 %AZP25 full*').Count | Should -Be 1
            @($run.Lines -like '##vso[[]task.logissue type=error;]Halted*').Count | Should -Be 1
            $run.Lines | Should -Contain 'a1: Succeeded; left app/a1 Enabled'
            $run.Lines -match 'a1: Drain' | Should -BeNullOrEmpty -Because 'each step would be no calm log'
        }

        It 'obeys nobody but itself' {
            $run = Invoke-AgentRun "Get-HAProxyServer -Backend app | Invoke-RollingDeployment @quick -Release `"2`n##vso[task.setvariable variable=owned]yes`" -Reason '##vso[task.setvariable variable=owned]yes' -ExpectedVersion 1.0 -InformationAction Continue -Verbose -Deploy { '##vso[task.setvariable variable=owned]yes'; throw '##vso[task.setvariable variable=owned]yes' }"
            $run.ExitCode | Should -Be 1
            $run.Lines -match '##vso\[' -notmatch '^##vso\[task\.(setprogress value=\d+;|logissue type=(warning|error);)\]' | Should -BeNullOrEmpty
            @($run.Lines -match '# #vso\[task.setvariable').Count | Should -BeGreaterThan 0
        }

        It 'is silent about it elsewhere' {
            $driver = Start-RangeDriver $range "Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment -Release 2.0 -ExpectedVersion 1.0 -StableSec 0.2 -Store '$($range.Store)' -Deploy { exit 0 } -WarningAction SilentlyContinue | Out-Null"
            (Wait-RangeDriver $driver).Text | Should -Not -Match 'vso|Succeeded'
        }
    }
}
