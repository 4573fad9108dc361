# examples/scheduled-task as it stands there, run as a scheduler runs it: no terminal, no input, and hardly an environment.
Describe 'A release by night' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Mail.ps1
        $range = Start-Range -Count 3
        Start-RangeDeployer $range
        $ports = $range.Instances.Port
        $root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
        $example = Join-Path $root 'examples/scheduled-task'
        $releaseFile = Join-Path $range.Folder 'nightly.txt'
        $logs = Join-Path $range.Folder 'logs'
        $home_ = (New-Item (Join-Path $range.Folder 'home') -ItemType Directory).FullName
        $with = [ordered]@{ ReleaseFile = $releaseFile; DeployScript = $range.DeployFile; Pool = 'app'; Balancer = "tcp://127.0.0.1:$($range.Tap.Port)"; LogFolder = $logs; Store = $range.Store; StableSec = '0.2' }

        # setsid: no terminal; env -i: what cron gives, and no more.
        function Start-Nightly([hashtable]$And = @{}) {
            $all = [ordered]@{}
            foreach ($key in $with.Keys) { $all[$key] = $with[$key] }
            foreach ($key in $And.Keys) { $all[$key] = $And[$key] }
            $words = @('-i', "PATH=/usr/local/bin:/usr/bin:/bin:$(Split-Path (Get-Process -Id $PID).Path)", "HOME=$home_", "PSModulePath=$(Join-Path $root 'out')", 'setsid', '--wait', (Get-Process -Id $PID).Path, '-NoProfile', '-NonInteractive', '-File', (Join-Path $example 'Deploy-Nightly.ps1'))
            foreach ($key in $all.Keys) { $words += "-$key"; $words += "$($all[$key])" }
            $child = [AppStatusRange.Child]::Start('env', $words, '', $home_)
            $range.Drivers.Add($child)
            $child
        }
        # Two or three shells start for it.
        function Wait-Nightly($Child) { Wait-RangeDriver $Child 150 }
        function Get-Transcript { Get-ChildItem $logs -Filter transcript.txt -Recurse | Sort-Object FullName | Select-Object -Last 1 | Get-Content -Raw }
    }
    BeforeEach {
        Reset-Range $range
        Set-Content $releaseFile '2.0'
        if (Test-Path $logs) { Remove-Item $logs -Recurse -Force }
    }
    AfterAll { Stop-Range $range }

    It 'releases what the file names, with 0, a transcript, a log for each instance, and a report; the next night has nothing to do' {
        $run = Wait-Nightly (Start-Nightly)
        $run.ExitCode | Should -Be 0 -Because $run.Text
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0')
        $folder = Get-ChildItem $logs
        (Get-ChildItem $folder).Name | Sort-Object | Should -Be @('a1.log', 'a2.log', 'a3.log', 'report.html', 'transcript.txt')
        Get-Transcript | Should -Match 'a2: Deploy'
        Get-Transcript | Should -Match 'Succeeded: \S+, never fewer than 2 serving'

        $again = Wait-Nightly (Start-Nightly)
        $again.ExitCode | Should -Be 0
        $again.Text | Should -Match 'nothing to do'
        @(Get-Deployment -Store $range.Store) | Should -HaveCount 1
    }

    It 'ends with 1 when it fails, and mails why to everyone who is named' -Skip:(-not (Test-Path /usr/bin/python3)) {
        if (-not (Test-MailServer)) { Set-ItResult -Skipped -Because 'python3-aiosmtpd is not installed' }
        $mail = Start-MailServer
        try {
            $range.Deployer.Break($ports[1])
            $run = Wait-Nightly (Start-Nightly @{ MailServer = '127.0.0.1'; MailPort = $mail.Port; MailTo = 'ops@example.com,dev@example.com' })
            $run.ExitCode | Should -Be 1
            $run.Text | Should -Match 'FAILED: .*a2'
            Get-Transcript | Should -Match 'FAILED: '
            Wait-RangeCondition { @(Get-Mail $mail).Count -gt 0 }
            @(Get-Mail $mail)[0] | Should -Match '(?m)^To: ops@example\.com, dev@example\.com\r?$[\s\S]*Halted'
        }
        finally { Stop-MailServer $mail }
    }

    It 'ends with 1 where there is no release, or no balancer, and says so' {
        Set-Content $releaseFile ''
        (Wait-Nightly (Start-Nightly)).ExitCode | Should -Be 1
        Set-Content $releaseFile '2.0'
        $run = Wait-Nightly (Start-Nightly @{ Balancer = 'tcp://127.0.0.1:1' })
        $run.ExitCode | Should -Be 1
        $run.Text | Should -Match 'FAILED: .*127.0.0.1:1'
    }

    It 'goes on, the next night, with what was killed' {
        $range.Deployer.Hold($ports[1])
        $killed = Start-Nightly
        Wait-RangeCondition { $range.Deployer.Calls.Count -eq 2 }
        $id = (Get-Deployment -Last -Store $range.Store).Id
        # The shell itself, not what started it.
        Stop-Process -Id (Get-Content (Get-RangeJournal $range) -TotalCount 1 | Select-String '"ProcessId":(\d+)').Matches[0].Groups[1].Value -Force
        $null = Wait-RangeDriver $killed
        (Get-Deployment -Last -Store $range.Store).State | Should -Be 'Interrupted'
        $range.Deployer.Mend($ports[1])

        $run = Wait-Nightly (Start-Nightly)
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $done = Get-Deployment -Store $range.Store
        $done.Id | Should -Be $id -Because 'it is gone on with, and no second one begins'
        $done.State | Should -Be 'Succeeded'
        $range.Deployer.Calls -like "$($ports[0]) *" | Should -HaveCount 1 -Because 'the first instance was done already'
        Get-RangeVersion $range | Should -Be @('2.0', '2.0', '2.0')
    }

    It 'takes the next such time of the day for the end of its window' {
        # Two minutes ago is a day off: the window is open, and the run succeeds.
        $before = [datetime]::Now.AddMinutes(-2)
        $open = Wait-Nightly (Start-Nightly @{ NotAfter = $before.ToString('HH:mm') })
        $open.ExitCode | Should -Be 0 -Because $open.Text
        $journal = Get-Content (Get-RangeJournal $range) -TotalCount 1 | Select-String '"NotAfter":"([^"]+)"'
        $closes = [datetimeoffset]$journal.Matches[0].Groups[1].Value
        # By the clock on the wall: on two days of the year that is not 24 hours.
        $closes.LocalDateTime | Should -Be $before.Date.AddDays(1).AddHours($before.Hour).AddMinutes($before.Minute)
    }

    Context 'registered' {
        BeforeAll {
            $register = Join-Path $example 'Register-NightlyDeployment.ps1'
            $task = @{ With = $with + @{ MailTo = '100 % $HOME of ops' }; User = 'daemon'; At = '02:30' }
        }

        It 'as a systemd timer, whose units systemd itself finds good' -Skip:(-not (Get-Command systemd-analyze -ErrorAction Ignore)) {
            $units = Join-Path $TestDrive 'units'
            $null = New-Item $units -ItemType Directory
            & $register @task -UnitFolder $units
            (Get-ChildItem $units).Name | Sort-Object | Should -Be @('appstatus-nightly.service', 'appstatus-nightly.timer')
            $verdict = & systemd-analyze verify (Join-Path $units 'appstatus-nightly.timer') (Join-Path $units 'appstatus-nightly.service') 2>&1
            $verdict -match 'appstatus-nightly' | Should -BeNullOrEmpty
            $service = Get-Content (Join-Path $units 'appstatus-nightly.service') -Raw
            $service | Should -Match ([regex]::Escape('"-MailTo" "100 %% $$HOME of ops"'))
            $service | Should -Match ([regex]::Escape("`"-File`" `"$(Join-Path $example 'Deploy-Nightly.ps1')`""))
            Get-Content (Join-Path $units 'appstatus-nightly.timer') -Raw | Should -Match 'OnCalendar=\*-\*-\* 02:30:00'
        }

        It 'with a list as one word, which the script takes apart again; nothing else is a list' {
            $several = $task.Clone()
            $several.With = $with + @{ MailTo = 'ops@example.com', 'dev@example.com' }
            & $register @several -UnitFolder $TestDrive
            Get-Content (Join-Path $TestDrive 'appstatus-nightly.service') -Raw | Should -Match '"-MailTo" "ops@example\.com,dev@example\.com"'
            $several.With = [hashtable]$with + @{}
            $several.With.Pool = 'app', 'web'
            { & $register @several -UnitFolder $TestDrive } | Should -Throw '*-Pool takes one value, and 2*'
        }

        It 'not at all with -WhatIf' {
            & $register @task -UnitFolder (Join-Path $TestDrive 'none') -WhatIf
            Join-Path $TestDrive 'none' | Should -Not -Exist
        }

        It 'and refuses what can''t stand on a command line' {
            { & $register @task -UnitFolder $TestDrive -Name 'a b' } | Should -Throw
            $bad = $task.Clone()
            $bad.With = $with + @{ MailTo = 'a"b' }
            { & $register @bad -UnitFolder $TestDrive } | Should -Throw '*quotation mark*'
        }

        # No Windows here: its cmdlets are stubs that remember, so that what is passed is seen, and not what Windows makes of it.
        It 'as a scheduled task, by stubs of the Windows cmdlets' {
            $text = (Get-Content $register -Raw).Replace("[Environment]::OSVersion.Platform -eq 'Win32NT'", '$true')
            $text | Should -Not -Be (Get-Content $register -Raw) -Because 'the stubs need the way that Windows goes'
            $windows = Join-Path $TestDrive 'Register-NightlyDeployment.ps1'
            Set-Content $windows $text
            $said = @{}
            function New-ScheduledTaskAction { param($Execute, $Argument, $WorkingDirectory) $said.Action = $PSBoundParameters; 'action' }
            function New-ScheduledTaskTrigger { param([switch]$Daily, $At) $said.Trigger = $PSBoundParameters; 'trigger' }
            function New-ScheduledTaskSettingsSet { param($MultipleInstances, [switch]$StartWhenAvailable, $ExecutionTimeLimit) $said.Settings = $PSBoundParameters; 'settings' }
            function New-ScheduledTaskPrincipal { param($UserId, $LogonType) $said.Principal = $PSBoundParameters; 'principal' }
            function Register-ScheduledTask { param($TaskName, $Action, $Trigger, $Settings, $Principal, [switch]$Force) $said.Task = $PSBoundParameters }
            & $windows @task -WhatIf
            $said.Count | Should -Be 0
            & $windows @task
            $said.Task.TaskName | Should -Be 'appstatus-nightly'
            "$($said.Task.Action) $($said.Task.Trigger) $($said.Task.Settings) $($said.Task.Principal)" | Should -Be 'action trigger settings principal'
            $said.Action.Argument | Should -Match '^-NoProfile -NonInteractive -File \S+Deploy-Nightly.ps1 .*-MailTo "100 % \$HOME of ops" .*-Pool app'
            $said.Trigger.At | Should -Be '02:30'
            $said.Settings.MultipleInstances | Should -Be 'IgnoreNew'
            $said.Settings.ExecutionTimeLimit.TotalHours | Should -Be 6
            $said.Principal.UserId | Should -Be 'daemon'
        }
    }
}
