# Ctrl+C, at any moment: nothing stays drained in silence, and the prompt comes back.
Describe 'A stopped deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range
        $run = @"
`$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port)
Get-HAProxyServer -Backend app | Invoke-RollingDeployment -ExpectedVersion 1.0 -StableSec 0 -BatchSize `$batch -StopGraceSec `$grace -Store '$($range.Store)' -Deploy `$deploy
"@
        $fast = @{ batch = '1'; grace = 30; deploy = { Start-Sleep -Milliseconds 50 } }
        # Every member that is out of traffic must be named by the run's journal and on the screen.
        function Assert-NoneForgotten($screen, $journal) {
            $warning = ($screen.Lines -like 'WARNING:*') -join "`n"
            foreach ($server in Get-RangeServer $range | Where-Object Status -NotLike 'UP*') {
                $warning | Should -Match "$($server.Name).*Now: app/$($server.Name) Draining" -Because "$($server.Name) is $($server.Status)"
                $journal | Should -Match $server.Name
            }
        }
        # Well below the grace of 30 s: nothing is waited for that has ended, or has not begun.
        function Stop-Shell($shell) {
            $stopping = $shell.Shell.BeginStop($null, $null)
            $stopping.AsyncWaitHandle.WaitOne(25000) | Should -BeTrue -Because 'the prompt comes back'
            $shell.Shell.EndStop($stopping)
        }
        function Get-LastJournal { Get-RangeJournal $range | Select-Object -Last 1 | Get-Content -Raw }
    }
    BeforeEach { Reset-Range $range }
    AfterAll { Stop-Range $range }

    It 'fifty times at any moment leaves no member drained without saying so' {
        $stopped = 0
        # A request on a3 that does not end: no run comes beyond its drain, so that every stop comes in the middle of one.
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 600000) }
        Wait-RangeCondition { @(Get-RangeServer $range | Where-Object Connections -EQ 1).Count -eq 4 }
        foreach ($n in 1, 2, 4) { $null = Send-RangeCommand $range "shutdown sessions server app/a$n" }
        Wait-RangeCondition { (Get-RangeServer $range | Measure-Object Connections -Sum).Sum -eq 1 }
        $shell = New-RangeShell $run $fast
        foreach ($n in 1..50) {
            $shell.Screen.Clear()
            # What an earlier stop left out would be in this one's way.
            Remove-Item "$($range.Store)/deployments" -Recurse -ErrorAction Ignore
            $journals = @(Get-RangeJournal $range).Count
            $range.Tap.Clear()
            $running = $shell.Shell.BeginInvoke()
            # From before the first command to the balancer on, one command further each time.
            $goal = $n - 1
            Wait-RangeCondition { $range.Tap.Commands.Count -ge $goal }
            Stop-Shell $shell
            try { $null = $shell.Shell.EndInvoke($running) } catch { $stopped++ }

            if (@(Get-RangeJournal $range).Count -gt $journals) {
                $journal = Get-LastJournal
                $journal.TrimEnd().Split("`n")[-1] | Should -Match 'DeploymentEnded' -Because 'a stop is an end, too'
                Assert-NoneForgotten $shell.Screen $journal
            }
            else {
                Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
            }
            foreach ($server in Get-RangeServer $range | Where-Object Status -NotLike 'UP*') { $null = Send-RangeCommand $range "set server app/$($server.Name) state ready" }
        }
        $stopped | Should -Be 50
        $shell.Shell.Dispose()
        $held.ForEach('Dispose')
    }

    It 'while it drains puts the member back' {
        $held = 1..4 | ForEach-Object { [AppStatusRange.Wire]::Hold($range.Entry, 100000) }
        $shell = New-RangeShell $run $fast
        $running = $shell.Shell.BeginInvoke()
        Wait-RangeCondition { (Get-RangeState $range) -match 'app/a1 DRAIN' }
        $shell.Shell.Stop()
        { $shell.Shell.EndInvoke($running) } | Should -Throw
        $held.ForEach('Dispose')
        Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        "$($shell.Screen.Lines)" | Should -Match 'WARNING: Rolling deployment .* was stopped'
        Get-LastJournal | Should -Match 'StopRequested'
        $shell.Shell.Dispose()
    }

    It 'while it deploys lets the script end, and names what stays out' {
        $mark = Join-Path $range.Folder 'ended'
        $go = Join-Path $range.Folder 'go'
        $begun = Join-Path $range.Folder 'begun'
        $shell = New-RangeShell $run @{ batch = '1'; grace = 30; deploy = [scriptblock]::Create("Set-Content '$begun' x; while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 20 }; Set-Content '$mark' x") }
        $running = $shell.Shell.BeginInvoke()
        Wait-RangeCondition { Test-Path $begun }
        $stopping = $shell.Shell.BeginStop($null, $null)
        Wait-RangeCondition { (Get-LastJournal) -match 'StopRequested' }
        $mark | Should -Not -Exist
        Wait-RangeCondition { $shell.Screen.Lines -match 'Stopping: .* a running deploy may go on for 30 s' }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Set-Content $go x
        $shell.Shell.EndStop($stopping)
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 25 -Because 'the script has ended'
        $mark | Should -Exist
        Get-RangeState $range | Should -Be 'app/a1 DRAIN, app/a2 UP, app/a3 UP, app/a4 UP'
        Assert-NoneForgotten $shell.Screen (Get-LastJournal)
        "$($shell.Screen.Lines)" | Should -Match 'Type Resume-Deployment '
        $shell.Shell.Dispose()
    }

    It 'ends a script that goes on for longer than -StopGraceSec' {
        $begun = Join-Path $range.Folder 'begun-long'
        $shell = New-RangeShell $run @{ batch = '1'; grace = 1; deploy = [scriptblock]::Create("Set-Content '$begun' x; Start-Sleep -Seconds 300") }
        $running = $shell.Shell.BeginInvoke()
        Wait-RangeCondition { Test-Path $begun }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 250 -Because 'the script would go on for 300 s'
        Assert-NoneForgotten $shell.Screen (Get-LastJournal)
        Get-RangeState $range | Should -Be 'app/a1 DRAIN, app/a2 UP, app/a3 UP, app/a4 UP'
        $shell.Shell.Dispose()
    }

    It 'by a downstream or upstream failure is stopped in order, too' {
        { Get-HAProxyServer -Backend app | ForEach-Object { if ($_.Name -eq 'a4') { throw 'upstream' }; $_ } |
                Invoke-RollingDeployment -ExpectedVersion 1.0 -Store $range.Store -Deploy { } } | Should -Throw 'upstream'
        $range.Tap.Writes | Should -BeNullOrEmpty
        Get-RangeJournal $range | Should -BeNullOrEmpty
    }
}
