# Deployments with eyes: a canary that burns, leaks or fails loses its traffic, people are told, and the run ends as it was asked to.
Describe 'A canary that is watched' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Mail.ps1
        $hasMail = Test-MailServer
        $WarningPreference = 'SilentlyContinue'
        $range = Start-Range
        if ($hasMail) { $mail = Start-MailServer }
        $channel = New-AlertChannel -Smtp -Server 127.0.0.1 -Port $(if ($hasMail) { $mail.Port } else { 25 }) -From release@example.org -To ops@example.org
        $canary = @{ Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 30; Module = $RangeModule; Store = $range.Store; TrafficPercent = 25, 100; IntervalSec = 0.5 }
        function Get-Weight { ((Send-RangeCommand $range 'show servers state app') -split "`n" | Where-Object { $_ -match '^\d+ app ' } | ForEach-Object { ($_ -split ' ')[7] }) -join ',' }
        # The new release on the canary has the fault; whatever is deployed back has not.
        function Get-Deploy([string]$Fault) { [scriptblock]::Create("Restart-RangeInstance `$Instance.Port `$Release -Options `$(if (`$Release -eq '2.0') { '$Fault' } else { '--name=x' })") }
        function Get-Failure([scriptblock]$Block) { try { $null = & $Block; $null } catch { $_ } }
    }
    BeforeEach {
        Reset-Range $range
        foreach ($n in 1..4) { $null = Send-RangeCommand $range "set server app/a$n weight 1" }
        if ($hasMail) { Clear-Mail $mail }
    }
    AfterAll {
        Stop-Range $range
        Stop-MailServer $mail
    }

    It 'loses its traffic when it <What>, a mail arrives, and the run ends <End>' -ForEach @(
        @{ What = 'answers 2 % errors'; Fault = '--error-percent=2'; Rule = { New-AlertRule error_percent -GreaterThan 1 }; Action = 'Halt'; End = 'DeploymentHalted'; Load = $true }
        @{ What = 'burns processor time'; Fault = '--burn-percent=100'; Rule = { New-AlertRule process_cpu_percent -GreaterThan 20 -ForSec 1 }; Action = 'Rollback'; End = 'DeploymentRolledBack' }
        @{ What = 'leaks memory'; Fault = '--leak-mb=200'; Rule = { New-AlertRule process_memory_bytes -GreaterThan 400MB }; Action = 'Pause'; End = 'DeploymentPaused' }
    ) {
        $range.Tap.Clear()
        if ($Load) { Start-RangeLoad $range -Mix '/=100' -Rate 400 }
        $failure = Get-Failure { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -Deploy (Get-Deploy $Fault) -StepSec 60 -AlertRule (& $Rule) -Channel $channel -OnFailure $Action -PauseTimeoutSec 0 }
        if ($Load) { $null = Stop-RangeLoad $range }
        "$($failure.FullyQualifiedErrorId)" | Should -BeLike "$End*"

        Get-Weight | Should -Be '1,1,1,1'
        $writes = @($range.Tap.Writes)
        $writes | Should -Contain 'set server app/a1 state drain'
        if ($Action -eq 'Rollback') {
            Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }
        else {
            Get-RangeState $range | Should -Match 'app/a1 DRAIN.*app/a2 UP, app/a3 UP, app/a4 UP'
            ($failure.Exception.Result.Lanes | Where-Object Name -eq 'traffic 25 %').ErrorId | Should -Be 'AlertFired'
        }

        # The alert ends the step, which had a minute to go, and the first thing that is done is to cut the traffic: as the journal has it.
        $first = Get-RangeJournal $range | Where-Object { (Get-Content $_ -Raw) -match 'AlertFired' } | Select-Object -Last 1
        $events = Get-Content $first | ForEach-Object { $_ | ConvertFrom-Json }
        $done = @($events.event | ForEach-Object { "$($_.type) $($_.step)".TrimEnd() })
        $after = @($done | Select-Object -Skip ($done.IndexOf('AlertFired') + 1))
        $after -like 'StepStarted *' | Select-Object -First 1 | Should -Be 'StepStarted Cut'
        $alert, $cut = foreach ($what in 'AlertFired', 'StepStarted Cut') { [datetime]$events[$done.IndexOf($what)].at }
        ($cut - $alert).TotalSeconds | Should -BeLessThan 30

        if (-not $hasMail) { Set-ItResult -Skipped -Because 'there is no mail server'; return }
        Wait-RangeCondition { @(Get-Mail $mail | Where-Object { $_ -match 'Subject: .*Alert' }).Count -ge 1 }
        (Get-Mail $mail) -join "`n" | Should -Match 'a1'
    }

    It 'goes on when nothing fires, tells of the end when asked to, and hears nothing of what is not released yet' {
        # What runs 1.0 breaks the rule at every moment: that is no failure of the release.
        foreach ($instance in $range.Instances | Select-Object -Skip 1) { Restart-RangeInstance $instance.Port '1.0' -Options '--burn-percent=60' }
        Wait-RangeCondition { (Get-RangeState $range) -notmatch 'DOWN' }
        $result = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -Deploy { Restart-RangeInstance $Instance.Port $Release } -StepSec 3 -AlertRule (New-AlertRule process_cpu_percent -GreaterThan 50) -Channel $channel -NotifyOn Started, Succeeded
        $result.State | Should -Be 'Succeeded'
        if (-not $hasMail) { Set-ItResult -Skipped -Because 'there is no mail server'; return }
        Wait-RangeCondition { @(Get-Mail $mail).Count -eq 2 }
        (Get-Mail $mail) -join "`n" | Should -Match 'Started.*(?s:.*)Succeeded'
    }

    It 'is not held up by a mail server that refuses, nor by one that is not there' {
        $deaf = New-AlertChannel -Smtp -Server 127.0.0.1 -Port ([AppStatusRange.Wire]::FreePorts(1)[0]) -From a@example.org -To b@example.org
        $failure = Get-Failure { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -Deploy (Get-Deploy '--leak-mb=300') -StepSec 60 -AlertRule (New-AlertRule process_memory_bytes -GreaterThan 400MB) -Channel $deaf -OnFailure Rollback -WarningVariable script:warnings }
        $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentRolledBack*'
        Get-RangeVersion $range | Should -Be @('1.0', '1.0', '1.0', '1.0')
        "$script:warnings" | Should -Match 'was not told of'
    }

    It 'takes a source that is down for a failure, and never for health' {
        $rule = New-AlertRule process_cpu_percent -GreaterThan 50 -MetricsPort ([AppStatusRange.Wire]::FreePorts(1)[0]) -NoDataSec 1
        $failure = Get-Failure { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -Deploy { Restart-RangeInstance $Instance.Port $Release } -StepSec 60 -AlertRule $rule }
        $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
        Get-RangeState $range | Should -Match 'app/a1 DRAIN'
    }

    Context 'and judged' {
        BeforeAll {
            $good = @{ Deploy = { Restart-RangeInstance $Instance.Port $Release } }
        }

        It 'loses its share when the analysis finds it bad, gets it again by a resume, and is judged anew' {
            Start-RangeLoad $range -Mix '/=100' -Rate 300
            $rule = New-AnalysisRule error_percent -GreaterThan 1 -FailureLimit 1
            $failure = Get-Failure { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary -Deploy (Get-Deploy '--error-percent=5') -StepSec 30 -Analysis $rule }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*'
            ($failure.Exception.Result.Lanes | Where-Object Name -eq 'traffic 25 %').ErrorId | Should -Be 'AnalysisFailed'
            Get-RangeState $range | Should -Match 'app/a1 DRAIN'

            { Resume-Deployment -Last -Store $range.Store @good -Module $RangeModule } | Should -Throw -ErrorId 'ScriptMissing*'
            $failure = Get-Failure { Resume-Deployment -Last -Store $range.Store @good -Module $RangeModule -Analysis $rule }
            $null = Stop-RangeLoad $range
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentHalted*' -Because 'the canary still runs what was deployed to it'
            Get-RangeState $range | Should -Match 'app/a1 DRAIN'
            (Undo-Deployment -Last -Store $range.Store @good -Module $RangeModule).State | Should -Be 'RolledBack'
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }

        It 'passes when it is like the baseline, which was deployed anew' {
            Start-RangeLoad $range -Mix '/=100' -Rate 100
            $result = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary @good -StepSec 6 -BaselineInstance a2 -Analysis (New-AnalysisRule error_percent -GreaterThan 1), (New-AnalysisRule request_rate -MannWhitney -Baseline -Direction Decrease -MinChangePercent 90)
            $null = Stop-RangeLoad $range
            $result.State | Should -Be 'Succeeded'
            ($result.Lanes | Where-Object { $_.Name -eq 'a2' }).Count | Should -Be 2
            Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0', '2.0')
            Get-Weight | Should -Be '1,1,1,1'
        }

        It 'pauses where it can not be told, and loses its share when nobody decides' {
            $failure = Get-Failure { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary @good -StepSec 5 -Analysis (New-AnalysisRule no_such_metric -MannWhitney) -PauseTimeoutSec 0 }
            $failure.FullyQualifiedErrorId | Should -BeLike 'DeploymentPaused*'
            Get-RangeState $range | Should -Match 'app/a1 DRAIN.*app/a2 UP, app/a3 UP, app/a4 UP'
            (Undo-Deployment -Last -Store $range.Store @good -Module $RangeModule).State | Should -Be 'RolledBack'
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }

        It 'is refused where a step is too short to judge anything' {
            { Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @canary @good -StepSec 1 -Analysis (New-AnalysisRule process_memory_bytes -MannWhitney) } | Should -Throw -ErrorId 'InvalidArgument*'
        }
    }

    It 'needs its rules and channels again when it is resumed' {
        $hold = $canary.Clone(); $hold.TrafficPercent = 25
        $held = Get-HAProxyServer -Backend app | Invoke-CanaryDeployment @hold -StepSec 0.2 -Deploy { Restart-RangeInstance $Instance.Port $Release } -AlertRule (New-AlertRule process_cpu_percent -GreaterThan 90) -Channel $channel
        $held.State | Should -Be 'Holding'
        $more = @{ Store = $range.Store; Deploy = { Restart-RangeInstance $Instance.Port $Release }; Module = $RangeModule }
        { $held | Resume-Deployment @more } | Should -Throw -ErrorId 'ScriptMissing*'
        ($held | Resume-Deployment @more -AlertRule (New-AlertRule process_cpu_percent -GreaterThan 99) -Channel $channel).State | Should -Be 'Succeeded'
    }
}
