Describe 'The status as a word' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
        $own = "http://$at/set"
        function Get-Inputs([string]$Kind) {
            switch ($Kind) {
                'text' { $own }
                'reading' { Get-AppStatus $own }
                'reading out of a file' { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-AppStatus $own))) }
                'reading out of JSON' { Get-AppStatus $own | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json }
                'node' { [pscustomobject]@{ host = $own; goal = 'stand-by' } }
                'hashtable' { @{ host = $own; goal = 'stand-by' } }
            }
        }
        $kinds = 'text', 'reading', 'reading out of a file', 'reading out of JSON', 'node', 'hashtable'
    }
    AfterAll { $stub.Dispose() }
    BeforeEach { $stub.Set('/set', 'stage') }

    It 'is set by position behind a piped <_>, and before or behind a named one' -ForEach 'text', 'reading', 'reading out of a file', 'reading out of JSON', 'node', 'hashtable' {
        $piped = Get-Inputs $_
        ($piped | Set-AppStatus ready).Status | Should -Be 'Ready'
        $stub.Set('/set', 'stage')
        (Set-AppStatus $piped ready).Status | Should -Be 'Ready'
        $stub.Set('/set', 'stage')
        (Set-AppStatus ready -InputObject $piped).Status | Should -Be 'Ready'
        $stub.Set('/set', 'stage')
        $piped | Set-AppStatus ready -WhatIf | Should -BeNullOrEmpty
        (Get-AppStatus $own).Status | Should -Be 'Stage'
    }

    It 'is tested and waited for by position behind a piped <_>' -ForEach 'text', 'reading', 'reading out of a file', 'reading out of JSON', 'node', 'hashtable' {
        $piped = Get-Inputs $_
        $stub.Set('/set', 'ready')
        $piped | Test-AppStatus ready | Should -BeTrue
        $piped | Test-AppStatus stage | Should -BeFalse
        Test-AppStatus $piped ready | Should -BeTrue
        # Nothing is awaited but what is typed, whatever the piped object was or wants to be.
        $piped | Test-AppStatus | Should -BeTrue
        ($piped | Wait-AppStatus ready -Consecutive 1).Status | Should -Be 'Ready'
        ($piped | Wait-AppStatus -Consecutive 1).Status | Should -Be 'Ready'
        (Wait-AppStatus $piped ready -Consecutive 1).Status | Should -Be 'Ready'
    }

    It 'comes from the nodes of a plan file that are hashtables' {
        $plan = ConvertFrom-Json "{""nodes"":[{""host"":""$own"",""goal"":""ready""},{""host"":""$own"",""goal"":""stand-by""}]}"
        $nodes = $plan.nodes | ForEach-Object { @{ host = $_.host; goal = $_.goal } }
        ($nodes | Set-AppStatus -ThrottleLimit 1).Status | Should -Be 'Ready', 'StandBy'
        $null = @{ host = $own } | Set-AppStatus -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'that is none is no instance beside piped ones' {
        { $own | Set-AppStatus bogus } | Should -Throw -ErrorId 'InvalidArgument,*' -ExpectedMessage "*'bogus'*ready, stage*"
        { $own | Test-AppStatus bogus } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'may be the name of a host' {
        # Asked by its name, which nobody has.
        $null = Wait-AppStatus -InputObject ready -TimeoutSec 1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].TargetObject.Name | Should -Be 'ready'
    }

    It 'is completed as it is typed' {
        foreach ($line in 'Set-AppStatus web01 -Status ', 'Wait-AppStatus web01 -Status ', 'Test-AppStatus web01 -Status ') {
            (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Be 'ready', 'stage', 'stand-by'
        }
    }
}
