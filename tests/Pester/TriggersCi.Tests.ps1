# examples/ci as it stands there, run as a CI server runs a command after a push.
Describe 'A release after a green build' -Skip:($IsWindows -eq $true) {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 3
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
        $script = Join-Path $root 'examples/ci/deploy-when-green.sh'
        $report = Join-Path $range.Folder 'report.html'

        function New-Repository {
            $repository = (New-Item (Join-Path $range.Folder "repository-$([guid]::NewGuid().ToString('n').Substring(0, 8))") -ItemType Directory).FullName
            $null = git init -q $repository
            Add-Commit $repository
            $repository
        }
        function Add-Commit([string]$Repository) { $null = git -C $Repository -c user.name=ci -c user.email=ci@example.com commit -q --allow-empty -m push }
        function Invoke-Push([string]$Build = 'true', [string]$Test = 'true', [string[]]$And = @(), [string]$Repository = (New-Repository)) {
            $words = @(
                "BUILD_COMMAND=$Build", "TEST_COMMAND=$Test", 'POOL=app', "BALANCER=tcp://127.0.0.1:$($range.Tap.Port)", "DEPLOY_SCRIPT=$($range.DeployFile)", "APPSTATUS_STORE=$($range.Store)",
                'STABLE_SECONDS=0.2', "REPORT_PATH=$report", 'CI=true', "PSModulePath=$(Join-Path $root 'out')"
            ) + $And + @('/bin/sh', '-c', "cd '$Repository' && exec '$script'")
            $driver = [AppStatusRange.Child]::Start('env', $words, '')
            $range.Drivers.Add($driver)
            $run = Wait-RangeDriver $driver 150
            $run | Add-Member Tags @(git -C $Repository tag) -PassThru
        }
    }
    BeforeEach {
        Reset-Range $range
        Remove-Item $report -ErrorAction Ignore
    }
    AfterAll { Stop-Range $range }

    It 'builds, tests, tags by the time, and releases that under load' {
        $marks = Join-Path $range.Folder 'marks'
        Start-RangeLoad $range
        $run = Invoke-Push "echo build-`$RELEASE >'$marks'" "echo test-`$RELEASE >>'$marks'"
        $load = Stop-RangeLoad $range
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $load.Failed | Should -Be 0 -Because ($load.FirstErrors -join '; ')
        $run.Tags | Should -Match '^\d{8}-\d{6}$' -Because $run.Text
        Get-Content $marks | Should -Be @("build-$($run.Tags)", "test-$($run.Tags)")
        Get-RangeVersion $range | Should -Be @($run.Tags, $run.Tags, $run.Tags)
        ([xml](Get-Content $report -Raw)).SelectSingleNode('//span').InnerText | Should -Be 'Succeeded'
    }

    It 'deploys nothing, and tags nothing, when <What>' -ForEach @(
        @{ What = 'the build fails'; Build = 'exit 7'; Test = 'true'; Code = 7; Text = 'The build failed with exit code 7: nothing is deployed' }
        @{ What = 'the tests fail'; Build = 'true'; Test = 'exit 9'; Code = 9; Text = 'The tests failed with exit code 9: nothing is deployed' }
        @{ What = 'the build is a command that there is not'; Build = 'no-such-builder'; Test = 'true'; Code = 127; Text = 'nothing is deployed' }
    ) {
        $run = Invoke-Push $Build $Test
        $run.ExitCode | Should -Be $Code
        $run.Text | Should -Match $Text
        $run.Tags | Should -BeNullOrEmpty
        $range.Tap.Writes | Should -BeNullOrEmpty
        $range.Deployer.Calls | Should -BeNullOrEmpty
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0')
    }

    It 'goes on when it is run again with the same release, but not where another commit has its tag' {
        $repository = New-Repository
        $null = git -C $repository tag v8
        $run = Invoke-Push -And 'RELEASE=v8' -Repository $repository
        $run.ExitCode | Should -Be 0 -Because $run.Text
        Get-RangeVersion $range | Should -Be @('v8', 'v8', 'v8')

        Add-Commit $repository
        $range.Deployer.Clear()
        $other = Invoke-Push -And 'RELEASE=v8' -Repository $repository
        $other.ExitCode | Should -Be 1
        $other.Text | Should -Match 'can''t be tagged v8: nothing is deployed'
        $range.Deployer.Calls | Should -BeNullOrEmpty
    }

    It 'deploys nothing where <What>' -ForEach @(
        @{ What = 'the release is an option of git'; And = 'RELEASE=-l'; Text = 'can''t be tagged -l: nothing is deployed' }
        @{ What = 'both an image and a script are named'; And = 'IMAGE=lab'; Text = 'both set' }
        @{ What = 'the balancer is of no kind that it knows'; And = 'BALANCER=https://lb1'; Text = '''https://lb1'' is no balancer' }
    ) {
        $run = Invoke-Push -And $And
        $run.ExitCode | Should -Be 1
        $run.Text | Should -Match $Text
        $range.Tap.Writes | Should -BeNullOrEmpty
        $range.Deployer.Calls | Should -BeNullOrEmpty
    }

    It 'ends with 1 when the release fails, and the pool is as it was' {
        $range.Deployer.Break($ports[1], 'v7')
        $run = Invoke-Push -And 'RELEASE=v7'
        $run.ExitCode | Should -Be 1
        $run.Text | Should -Match 'rolled back'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP'
        ([xml](Get-Content $report -Raw)).SelectSingleNode('//span').InnerText | Should -Be 'RolledBack'
    }
}
