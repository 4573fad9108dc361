Describe 'Wait-AppStatus and Test-AppStatus' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
    }
    AfterAll { $stub.Dispose() }

    It 'emits those that get there, as they do, and an error for each that does not' {
        $stub.Set('/late', 'stand-by'); $stub.Set('/soon', 'stage')
        $out = "http://$at/late", "http://$at/soon", '127.0.0.1:1' |
            Wait-AppStatus -Status stage -IntervalSec 0.05 -TimeoutSec 1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $out.Uri.AbsolutePath | Should -Be '/soon'
        $errors.Count | Should -Be 2
        $errors.FullyQualifiedErrorId | Should -Be @('StatusNotReached,AppStatus.Commands.Status.WaitAppStatusCommand' , 'StatusNotReached,AppStatus.Commands.Status.WaitAppStatusCommand')
        "$errors" | Should -Match "says 'stand-by'"
        "$errors" | Should -Match 'refused'
    }

    It 'waits for a change, side by side, however small the throttle' {
        $paths = 1..8 | ForEach-Object { "/w$_" }
        foreach ($path in $paths) { $stub.Set($path, 'stand-by') }
        $shell = New-Shell '$targets | Wait-AppStatus -Status ready -IntervalSec 0.05 -Consecutive 2 -ThrottleLimit 2' @{ targets = $paths | ForEach-Object { "http://$at$_" } }
        $run = $shell.BeginInvoke()
        Wait-Until { @($paths | Where-Object { $stub.Asked($_) -lt 2 }).Count -eq 0 }
        foreach ($path in $paths) { $stub.Set($path, 'ready') }
        $shell.EndInvoke($run).Count | Should -Be 8
        $shell.Dispose()
    }

    It 'wants as many right readings in a row as -Consecutive says' {
        $null = Wait-AppStatus "http://$at/row" -Status stage -IntervalSec 0.05 -Consecutive 4
        $stub.Asked('/row') | Should -Be 4
    }

    It 'waits for a version, to the letter' {
        (Wait-AppStatus $at -Version 1.0 -IntervalSec 0.05).Version | Should -Be '1.0'
        { Wait-AppStatus $at -Version 1.00 -IntervalSec 0.05 -TimeoutSec 1 -ErrorAction Stop } | Should -Throw -ErrorId 'StatusNotReached,*'
    }

    It 'tests as one Boolean' {
        $stub.Set('/t', 'ready')
        Test-AppStatus "http://$at/t" ready | Should -BeTrue
        Test-AppStatus "http://$at/t" ready -Version 1.0 | Should -BeTrue
        Test-AppStatus "http://$at/t" ready -Version 2.0 | Should -BeFalse
        Test-AppStatus "http://$at/t" stage | Should -BeFalse
        "http://$at/t", "http://$at/stubborn" | Test-AppStatus -Status ready | Should -BeFalse
        "http://$at/t", "http://$at/text" | Test-AppStatus -Status ready | Should -BeTrue
    }

    It 'tests false, and writes no error, where nothing answers' {
        Test-AppStatus 127.0.0.1:1 ready -ErrorVariable errors | Should -BeFalse
        $errors | Should -BeNullOrEmpty
    }

    It 'never passes over nothing' {
        @() | Test-AppStatus -Status ready -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeFalse
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'NoInstances,*'
    }
}
