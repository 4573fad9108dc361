# Answers that an honest monitor and a careless one read differently, and what is said of those that can't be read.
Describe 'Answers of status endpoints' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "http://127.0.0.1:$($stub.Port)"
        function Get-Said([string]$Path) {
            $null = Get-AppStatus "$at/$Path" -ErrorVariable errors -ErrorAction SilentlyContinue
            "$errors"
        }
    }
    AfterAll { $stub.Dispose() }

    It 'that say ready with the code of an error keep their word, are noted, and pass no test' {
        $reading = Get-AppStatus "$at/disagrees"
        $reading.Status | Should -Be 'Ready'
        $reading.Note | Should -Match "'ready'.*503"
        $reading | Out-String -Width 160 | Should -Match "Ready .*503 .*says 'ready'"
        Test-AppStatus "$at/disagrees" | Should -BeFalse
        Test-AppStatus "$at/disagrees" ready | Should -BeFalse
        Test-AppStatus "$at/disagrees" -Version 1.0 | Should -BeFalse
        $null = Wait-AppStatus "$at/disagrees" -TimeoutSec 1 -IntervalSec 0.1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'StatusNotReached,*'
    }

    It 'that say stand-by with 503 are in order where that is what is wanted, and no success where nothing is' {
        (Get-AppStatus "$at/unavailable").Note | Should -BeNullOrEmpty
        Test-AppStatus "$at/unavailable" stand-by | Should -BeTrue
        Test-AppStatus "$at/unavailable" -Version 1.0 | Should -BeTrue
        Test-AppStatus "$at/unavailable" | Should -BeFalse
        Test-AppStatus "$at/set" | Should -BeTrue
        (Get-AppStatus "$at/set").Note | Should -BeNullOrEmpty
    }

    It 'that are compressed without being asked are read' {
        (Get-AppStatus "$at/gzip").Status | Should -Be 'Ready'
    }

    It 'that can not be read are told by their true cause' {
        Get-Said brotli | Should -Match "compressed as 'br'"
        Get-Said latin | Should -Match 'iso-8859-1'
    }

    It 'that want to know who asks name the parameters there are' {
        Get-Said unauthorized | Should -Match '-Credential or -Token.*-StatusCredential and -StatusToken'
    }
}
