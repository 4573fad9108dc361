Describe 'Set-AppStatus' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
        $own = "http://$at/set"
    }
    AfterAll { $stub.Dispose() }
    BeforeEach { $stub.Set('/set', 'stage') }

    It 'sets <Word>, and emits what the instance says now' -ForEach @(
        @{ Word = 'ready'; Is = 'Ready' }
        @{ Word = 'stage'; Is = 'Stage' }
        @{ Word = 'stand-by'; Is = 'StandBy' }
        @{ Word = 'StandBy'; Is = 'StandBy' }
        @{ Word = 'READY'; Is = 'Ready' }
    ) {
        (Set-AppStatus $own $Word).Status | Should -Be $Is
        (Get-AppStatus $own).Status | Should -Be $Is
    }

    It 'refuses <Word>' -ForEach @(@{ Word = 'bogus' }, @{ Word = 'Unknown' }, @{ Word = '' }, @{ Word = '1' }) {
        { Set-AppStatus $own $Word } | Should -Throw -ErrorId 'ParameterArgument*'
        $stub.Asked('/never') | Should -Be 0
    }

    It 'takes the nodes of a plan file as they are' {
        $plan = ConvertFrom-Json "{""nodes"":[{""host"":""$at"",""goal"":""ready""},{""host"":""$at"",""goal"":""stand-by""}]}"
        ($plan.nodes | Set-AppStatus -StatusPath /set -ThrottleLimit 1).Status | Should -Be 'Ready', 'StandBy'
    }

    It 'lets -Status win over the goal of a node' {
        ([pscustomobject]@{ host = $at; goal = 'ready' } | Set-AppStatus -Status stand-by -StatusPath /set).Status | Should -Be 'StandBy'
    }

    It 'does not take the old status of a reading for what is wanted' {
        $null = Get-AppStatus $own | Set-AppStatus -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        (Get-AppStatus $own | Set-AppStatus -Status ready).Status | Should -Be 'Ready'
    }

    It 'is an error when the instance answers another status' {
        $null = Set-AppStatus "http://$at/stubborn" ready -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'StatusNotAccepted,AppStatus.Commands.Status.SetAppStatusCommand'
        $errors[0].TargetObject.RawStatus | Should -Be 'stand-by'
    }

    It 'changes nothing with -WhatIf' {
        Set-AppStatus $own ready -WhatIf | Should -BeNullOrEmpty
        (Get-AppStatus $own).Status | Should -Be 'Stage'
    }

    It 'asks with -Confirm, and goes by the answer' {
        # A host that can't ask is an error, and nothing may be set then.
        $shell = New-Shell 'Set-AppStatus $own ready -Confirm' @{ own = $own }
        try { $shell.Invoke() | Should -BeNullOrEmpty } catch [Management.Automation.RuntimeException] { }
        $shell.HadErrors | Should -BeTrue
        $shell.Dispose()
        (Get-AppStatus $own).Status | Should -Be 'Stage'
    }

    It 'completes the status' {
        $line = 'Set-AppStatus web01 -Status st'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'stage', 'stand-by'
    }
}
