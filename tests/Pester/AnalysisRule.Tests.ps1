# Rules that judge canaries, as a user makes them.
Describe 'New-AnalysisRule' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        function Invoke-Refused([scriptblock]$Block) {
            try { & $Block } catch { return $_ }
            throw 'It was not refused.'
        }
    }

    It 'makes a threshold' {
        $rule = New-AnalysisRule error_percent -GreaterThan 2
        $rule.Name | Should -Be 'error_percent > 2'
        $rule.GreaterThan | Should -Be 2
        $rule.LessThan | Should -BeNullOrEmpty
        $rule.FailureLimit | Should -Be 0
        $rule.MannWhitney | Should -BeFalse
        $rule.Source | Should -BeNullOrEmpty
    }

    It 'makes a comparison, in the words of the design' {
        $rule = New-AnalysisRule -Metric request_seconds -MannWhitney -Direction Increase -Baseline
        $rule.Name | Should -Be 'request_seconds above the baseline'
        "$($rule.Direction)" | Should -Be 'Increase'
        $rule.Baseline | Should -BeTrue
        $rule.Confidence | Should -Be 0.98
        $rule.Tolerance | Should -Be 0.25
        $rule.MinSamples | Should -Be 8
        $rule.MinChangePercent | Should -Be 0
    }

    It 'keeps all that it is told' {
        $rule = New-AnalysisRule 'x' -GreaterThan 9 -LessThan 1 -FailureLimit 3 -Consecutive -MannWhitney -Direction Decrease -Confidence 0.9 -Tolerance 0.1 `
            -MinChangePercent 5 -MinSamples 20 -Name mine -MetricsPort 9182 -MetricsPath /m -TimeoutSec 2
        $rule.Name, $rule.GreaterThan, $rule.LessThan, $rule.FailureLimit, $rule.Consecutive | Should -Be 'mine', 9, 1, 3, $true
        $rule.Confidence, $rule.Tolerance, $rule.MinChangePercent, $rule.MinSamples | Should -Be 0.9, 0.1, 5, 20
        $rule.Source.MetricsPort, $rule.Source.MetricsPath, $rule.Source.TimeoutSec | Should -Be 9182, '/m', 2
        "$($rule.Direction) $($rule.Source.Source)" | Should -Be 'Decrease Prometheus'
    }

    It 'shows a table' {
        $table = New-AnalysisRule x -GreaterThan 9 -FailureLimit 2 -Consecutive -MannWhitney -Baseline | Format-Table | Out-String -Width 200
        $table | Should -Match '(?m)^x > 9 or unlike the baseline +x +> 9 +2 in a row +Either fresh +0[.,]98 +8'
    }

    It 'shows no password' {
        $credential = [pscredential]::new('me', (ConvertTo-SecureString 'hunter2' -AsPlainText -Force))
        $rule = New-AnalysisRule x -GreaterThan 1 -Credential $credential
        $rule.Source | Should -Not -BeNullOrEmpty
        $all = ($rule | Format-List * -Force | Out-String), ($rule | ConvertTo-Json -Depth 10), [Management.Automation.PSSerializer]::Serialize($rule, 10), "$rule"
        $all -join '' | Should -Not -Match 'hunter2'
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'a rule that says nothing'; Make = { New-AnalysisRule x }; Says = 'neither a threshold nor a comparison' }
        @{ Why = 'a threshold that is no number'; Make = { New-AnalysisRule x -GreaterThan NaN }; Says = 'no number' }
        @{ Why = 'thresholds that nothing satisfies'; Make = { New-AnalysisRule x -GreaterThan 1 -LessThan 2 }; Says = 'every value' }
        @{ Why = '-Baseline without a comparison'; Make = { New-AnalysisRule x -GreaterThan 1 -Baseline }; Says = '-Baseline means nothing without -MannWhitney' }
        @{ Why = '-MinSamples without a comparison'; Make = { New-AnalysisRule x -GreaterThan 1 -MinSamples 9 }; Says = '-MinSamples means nothing' }
        @{ Why = '-FailureLimit without a threshold'; Make = { New-AnalysisRule x -MannWhitney -FailureLimit 1 }; Says = '-FailureLimit means nothing without -GreaterThan' }
        @{ Why = 'a metric that can be none'; Make = { New-AnalysisRule 'x{' -GreaterThan 1 }; Says = 'x{' }
        @{ Why = 'a query without a server'; Make = { New-AnalysisRule x -GreaterThan 1 -Query up }; Says = 'PromQL' }
    ) {
        $refused = Invoke-Refused $Make
        ($refused.FullyQualifiedErrorId -split ',')[0] | Should -Be 'InvalidArgument'
        "$refused" | Should -BeLike "*$Says*"
    }

    It 'refuses a password in the server''s address' {
        ((Invoke-Refused { New-AnalysisRule x -MannWhitney -Query up -Uri http://me:hunter2@prometheus:9090 }).FullyQualifiedErrorId -split ',')[0] | Should -Be 'PasswordInUri'
    }

    It 'never takes fewer than five values' {
        { New-AnalysisRule x -MannWhitney -MinSamples 4 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
