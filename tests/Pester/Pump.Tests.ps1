# The base of long operations, driven into corners by a cmdlet made for that.
Describe 'A long operation' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $cmdlets = Join-Path $PSScriptRoot '../../out/test-cmdlets/AppStatus.TestCmdlets.dll'
        if (-not (Test-Path $cmdlets)) { throw "The test cmdlets are not built: run 'dotnet build tests/AppStatus.TestCmdlets' first." }
        Import-Module $cmdlets
    }
    AfterAll { Remove-Module AppStatus.TestCmdlets }

    It 'asks from its work' {
        Invoke-Operation ask | Should -Be $true, $true
        Invoke-Operation ask -WhatIf | Should -Be $false, $false
    }

    It 'ends with the id, category and target of its fault, after what it wrote' {
        $out = @()
        { Invoke-Operation fault -OutVariable +out } | Should -Throw -ErrorId 'PlanRefused,AppStatus.TestCmdlets.InvokeOperationCommand'
        try { Invoke-Operation fault | ForEach-Object { $seen = $_ } } catch { $record = $_ }
        $seen | Should -Be 'before'
        $record.TargetObject | Should -Be 7
        $record.CategoryInfo.Category | Should -Be 'InvalidOperation'
        "$record" | Should -Be 'No. Try.'
    }

    It 'reports a bug as Unexpected, and safe to show' {
        try { Invoke-Operation bug } catch { $record = $_ }
        $record.FullyQualifiedErrorId | Should -BeLike 'Unexpected,*'
        "$record" | Should -Match ([char]0x241B)
        $record.Exception.InnerException | Should -BeOfType InvalidOperationException
    }

    It 'writes to all streams, safe to show' {
        $DebugPreference = 'Continue'
        $all = Invoke-Operation streams -Verbose -ErrorAction Continue 2>&1 3>&1 4>&1 5>&1 6>&1
        $all | ForEach-Object { $_.GetType().Name } | Should -Be 'VerboseRecord', 'WarningRecord', 'InformationRecord', 'DebugRecord', 'ErrorRecord', 'String'
        $all[0].Message | Should -Be "verbose $([char]0x241B)[31m"
        $all[1].Message | Should -Be '# #vso[task.x]'
        $all[2].Tags | Should -Contain 'tag'
    }

    It 'loses nothing of what many threads write' { (Invoke-Operation flood).Count | Should -Be 4000 }

    It 'ends a script as its throw does: exit code 1, under <_>' -ForEach 'Stop', 'Continue', 'SilentlyContinue' {
        $shell = (Get-Process -Id $PID).Path
        $script = Join-Path $TestDrive 'failing.ps1'
        Set-Content $script "`$ErrorActionPreference = '$_'; Import-Module '$ModuleRoot', '$cmdlets'; Invoke-Operation throw; 'went on'"
        $out = & $shell -NoProfile -NonInteractive -File $script 2>&1
        $LASTEXITCODE | Should -Be 1
        "$out" | Should -Not -Match 'went on'
    }

    It 'carries its result in the exception' {
        try { Invoke-Operation throw } catch { $record = $_ }
        $record.FullyQualifiedErrorId | Should -BeLike 'DeploymentFailed*'
        $record.Exception.Result | Should -Be 'the result'
        $record.TargetObject | Should -Be 'the result'
    }

    It 'waits for work that cleans up, when it is stopped' {
        foreach ($n in 1..5) {
            $ended = [int[]]::new(2)
            $shell = New-Shell 'Import-Module $cmdlets; Invoke-Operation clean-up -Ended $ended' @{ cmdlets = $cmdlets; ended = $ended }
            $null = $shell.BeginInvoke()
            Wait-Until { $ended[1] -eq 1 }
            $shell.Stop()
            $ended[0] | Should -Be 1
            $shell.Dispose()
        }
    }

    It 'begins nothing when it was stopped before' {
        $ended = [int[]]::new(2)
        $shell = New-Shell 'Import-Module $cmdlets; Invoke-Operation "stopped before it begins" -Ended $ended' @{ cmdlets = $cmdlets; ended = $ended }
        $null = $shell.BeginInvoke()
        Wait-Until { $ended[1] -eq 1 }
        $shell.Stop()
        $ended | Should -Be 0, 1
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
    }

    It 'waits for work after Select-Object -First' {
        $ended = [int[]]::new(2)
        Invoke-Operation first -Ended $ended | Select-Object -First 1 | Should -Be 'first'
        $ended[0] | Should -Be 1
    }

    It 'comes back from work that does not heed its token, once the grace is over' {
        $ended = [int[]]::new(2)
        $shell = New-Shell 'Import-Module $cmdlets; "in"; Invoke-Operation deaf -Ended $ended' @{ cmdlets = $cmdlets; ended = $ended }
        $in = [Management.Automation.PSDataCollection[psobject]]::new(); $in.Complete()
        $out = [Management.Automation.PSDataCollection[psobject]]::new()
        $null = $shell.BeginInvoke($in, $out)
        Wait-Until { $ended[1] -eq 1 }
        $shell.Stop()
        $ended[0] | Should -Be 0
        Wait-Until { $ended[0] -eq 1 }
        $out.Count | Should -Be 1
        $shell.Dispose()
    }
}
