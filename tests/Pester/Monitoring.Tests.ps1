# Metrics, rules, watches and channels, as a user has them.
Describe 'Monitoring' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        if (-not ('MetricStub' -as [type])) { Add-Type -Path (Join-Path $PSScriptRoot 'Support/MetricStub.cs') }
        $stub = [MetricStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
        function Get-Id([scriptblock]$Block) {
            & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
        # All that a user could see or store of a value.
        function Get-Everything($Value) {
            $Value | Format-List * -Force | Out-String
            $Value | Format-Table | Out-String
            $Value | ConvertTo-Json -Depth 10
            [Management.Automation.PSSerializer]::Serialize($Value, 10)
            "$Value"
        }
    }
    BeforeEach { $stub.Reset() }
    AfterAll { $stub.Dispose() }

    Context 'Get-InstanceMetric' {
        It 'takes <What>' -ForEach @(
            @{ What = 'host:port'; Make = { $at } }
            @{ What = 'a URI'; Make = { "http://$at/" } }
            @{ What = 'the metrics page itself'; Make = { "http://$at/metrics" } }
            @{ What = 'an object with Address and Port'; Make = { [pscustomobject]@{ Name = 'web01'; Address = '127.0.0.1'; Port = $stub.Port } } }
            @{ What = 'a reading of Get-AppStatus'; Make = { Get-AppStatus "http://$at/appstatus" -IncludeUnreachable } }
        ) {
            $target = & $Make
            (Get-InstanceMetric $target load).Value | Should -Be 3
            ($target | Get-InstanceMetric -Metric load).Value | Should -Be 3
        }

        It 'emits plain properties, in the order of the input, with units and a table' {
            $samples = "$at", "localhost:$($stub.Port)" | Get-InstanceMetric -Metric free_bytes, load
            $samples.Instance | Should -Be @($at, $at, "localhost:$($stub.Port)", "localhost:$($stub.Port)")
            $samples[0].PSObject.Properties.Name | Should -Be 'Instance', 'Name', 'Value', 'Unit', 'At'
            $samples[0].Unit | Should -Be 'B'
            $samples[0].At | Should -BeOfType [DateTimeOffset]
            ($samples | Out-String) | Should -Match "(?m)^\d\d:\d\d:\d\d $([regex]::Escape($at)) +free_bytes +1,234 +B"
        }

        It 'computes a rate from two readings' {
            (Get-InstanceMetric $at grows_total -RateSec 0.2).Value | Should -BeGreaterThan 0
            $stub.Requests | Should -Be 2
        }

        It 'tells <Id> of <Metric>, and goes on' -ForEach @(
            @{ Metric = 'nothing'; Id = 'MetricNotFound' }
            @{ Metric = 'broken'; Id = 'NoData' }
            @{ Metric = 'several'; Id = 'NoData' }
        ) {
            $values = Get-InstanceMetric $at $Metric, load -ErrorVariable problems -ErrorAction SilentlyContinue
            $values.Value | Should -Be 3
            $problems.Count | Should -Be 1
            $problems[0].FullyQualifiedErrorId | Should -Be "$Id,AppStatus.Commands.Monitoring.GetInstanceMetricCommand"
            $problems[0].TargetObject | Should -Be $at
        }

        It 'is one error for one that is down, and reads the others' {
            $values = '127.0.0.1:1', $at | Get-InstanceMetric -Metric load, free_bytes -ErrorVariable problems -ErrorAction SilentlyContinue
            @($values).Count | Should -Be 2
            $problems.FullyQualifiedErrorId | Should -BeLike 'Unreachable,*'
        }

        It 'refuses what makes no sense: <What>' -ForEach @(
            @{ What = 'no metric'; Id = 'InvalidArgument'; Block = { Get-InstanceMetric a 'x{' } }
            @{ What = 'a query without a server'; Id = 'InvalidArgument'; Block = { Get-InstanceMetric a -Query up } }
            @{ What = 'a server without a query'; Id = 'InvalidArgument'; Block = { Get-InstanceMetric a -Uri http://p } }
            @{ What = 'a password in the server'; Id = 'PasswordInUri'; Block = { Get-InstanceMetric a -Query up -Uri http://u:hush@p } }
            @{ What = 'a metric that the source has not'; Id = 'InvalidArgument'; Block = { Get-InstanceMetric -Source Local -Metric load } }
            @{ What = 'nobody'; Id = 'NoInstances'; Block = { Get-InstanceMetric } }
            @{ What = 'null'; Id = 'InvalidTarget'; Block = { Get-InstanceMetric $null } }
        ) {
            $id = try { Get-Id $Block } catch { ($_.FullyQualifiedErrorId -split ',')[0] }
            $id | Should -Be $Id
        }

        It 'reads this machine without any instance' -Skip:(-not ($IsLinux -or $IsWindows -or $PSVersionTable.PSVersion.Major -lt 6)) {
            $values = Get-InstanceMetric -Source Local -RateSec 0.2
            $values.Name | Should -Be 'cpu_percent', 'memory_percent', 'disk_percent'
            $values | ForEach-Object { $_.Value | Should -BeGreaterOrEqual 0; $_.Value | Should -BeLessOrEqual 100 }
        }

        It 'sends a password, and warns where others could read it' {
            $credential = [pscredential]::new('u', (ConvertTo-SecureString hush-hush -AsPlainText -Force))
            $null = Get-InstanceMetric $at load -Credential $credential -WarningVariable warnings
            $stub.LastHead | Should -Match 'Authorization: Basic'
            $warnings | Should -BeNullOrEmpty
            $null = Get-InstanceMetric 192.0.2.1:1 load -Credential $credential -TimeoutSec 1 -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            "$warnings" | Should -Match 'clear text'
            "$warnings" | Should -Not -Match 'hush'
        }
    }

    Context 'New-AlertRule' {
        It 'makes a rule with plain properties and a name of its own' {
            $rule = New-AlertRule -Metric cpu_percent -GreaterThan 50 -ForSec 10
            $rule.Name | Should -Be 'cpu_percent > 50'
            ($rule.GreaterThan, $rule.ForSec, $rule.OnNoData, $rule.NoDataSec, $rule.Severity) | Should -Be @(50, 10, 'Hold', 60, 'Warning')
            $rule.Source | Should -BeNullOrEmpty
            ($rule | Out-String) | Should -Match 'cpu_percent > 50 +cpu_percent +> 50'
        }

        It 'keeps a password where nobody sees it' {
            $rule = New-AlertRule load -LessThan 1 -MetricsPort 9100 -Credential ([pscredential]::new('u', (ConvertTo-SecureString hush-hush -AsPlainText -Force)))
            $rule.Source.MetricsPort | Should -Be 9100
            Get-Everything $rule | Out-String | Should -Not -Match 'hush'
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a way back beyond the threshold'; Block = { New-AlertRule x -GreaterThan 1 -ClearBelow 2 } }
            @{ What = 'a threshold that is no number'; Block = { New-AlertRule x -GreaterThan NaN } }
            @{ What = 'what is no metric'; Block = { New-AlertRule 'x y' -GreaterThan 1 } }
        ) { $Block | Should -Throw -ErrorId 'InvalidArgument,*' }
    }

    Context 'a proxy' {
        BeforeAll { $proxy = "http://$at" }

        It 'is what is asked, for the metrics page and for PromQL' {
            (Get-InstanceMetric nowhere.invalid -Metric load -Proxy $proxy).Value | Should -Be 3
            (Watch-InstanceMetric nowhere.invalid -Metric load -Proxy $proxy -Count 1).Value | Should -Be 3
            (Watch-InstanceMetric nowhere.invalid -AlertRule (New-AlertRule load -GreaterThan 1 -Proxy $proxy) -Count 1 | Where-Object State).State | Should -Be 'Firing'
            $null = Get-InstanceMetric nowhere.invalid -Query up -Uri http://prometheus.invalid:9090 -Proxy $proxy -ErrorAction SilentlyContinue
            $stub.LastHead | Should -Match '^GET http://prometheus\.invalid:9090/'
            New-AnalysisRule load -GreaterThan 1 -Proxy $proxy | Should -Not -BeNullOrEmpty
        }

        It 'is what a webhook goes through' {
            Send-Alert (New-AlertChannel -Webhook -Uri http://hooks.invalid/secret -Proxy $proxy -WarningAction SilentlyContinue) 'over the proxy'
            $stub.Posts[-1] | Should -Match 'over the proxy'
        }

        It 'has no password in it, and means nothing where no HTTP is spoken' {
            { Get-InstanceMetric $at -Proxy http://me:hush@proxy } | Should -Throw -ErrorId 'PasswordInUri,*'
            { New-AlertChannel -Webhook -Uri http://hooks.invalid/x -Proxy http://me:hush@proxy } | Should -Throw -ErrorId 'PasswordInUri,*'
            { Get-InstanceMetric -Source Local -Proxy $proxy } | Should -Throw -ErrorId 'InvalidArgument,*'
        }
    }

    Context 'what is not there' {
        It 'is one error where no metric was named, however many instances have none' {
            $null = $at, "localhost:$($stub.Port)" | Get-InstanceMetric -ErrorVariable problems -ErrorAction SilentlyContinue
            @($problems).Count | Should -Be 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'MetricNotFound,*'
            "$problems" | Should -Match 'localhost.*-Metric'
        }
    }

    Context 'Watch-InstanceMetric' {
        It 'emits as many samples of a rate as of anything else, and as many as were asked for' {
            $samples = Watch-InstanceMetric $at -Metric grows_total, load -IntervalSec 0.1 -Count 2
            @($samples | Where-Object Name -eq load).Count | Should -Be 2
            @($samples | Where-Object Name -eq grows_total).Count | Should -Be 2
        }

        It 'emits samples and alerts, and runs the action for each' {
            $stub.Values('3', '9', '9', '2')
            $out = Watch-InstanceMetric $at -AlertRule (New-AlertRule changes -GreaterThan 5 -Name high -Severity Critical) -IntervalSec 0.1 -Count 4 -Action { "seen $($Alert.State)" }
            ($out | Where-Object Value | Where-Object { -not $_.State }).Value | Should -Be 3, 9, 9, 2
            $alerts = $out | Where-Object State
            $alerts.State | Should -Be 'Firing', 'Cleared'
            ($alerts[0].Rule, $alerts[0].Instance, $alerts[0].Value, $alerts[0].Severity) | Should -Be @('high', $at, 9, 'Critical')
            $out | Where-Object { $_ -is [string] } | Should -Be 'seen Firing', 'seen Cleared'
            ($alerts | Out-String) | Should -Match 'Firing +Critical +high'
        }

        It 'warns once of a metric that goes silent, and fires for it' {
            $stub.Values('3', 'NaN', 'NaN', 'NaN')
            $out = Watch-InstanceMetric $at -AlertRule (New-AlertRule changes -GreaterThan 5 -OnNoData Fire) -IntervalSec 0.1 -Count 4 -WarningVariable warnings -WarningAction SilentlyContinue
            @($warnings).Count | Should -Be 1
            "$warnings" | Should -Match '^No data: '
            ($out | Where-Object State).NoData | Should -BeTrue
        }

        It 'goes on when the action fails' {
            $stub.Values('9', '2', '9')
            $out = Watch-InstanceMetric $at -AlertRule (New-AlertRule changes -GreaterThan 5) -IntervalSec 0.1 -Count 3 -Action { throw 'no' } -ErrorVariable problems -ErrorAction SilentlyContinue
            @($out | Where-Object State).Count | Should -Be 3
            # PowerShell keeps the block's own errors in the variable, too.
            @($problems | Where-Object FullyQualifiedErrorId -like 'AlertActionFailed,*').Count | Should -Be 3
        }

        It 'reads a rule with a source of its own in its own way' {
            $rule = New-AlertRule load -GreaterThan 1 -MetricsPort $stub.Port
            (Watch-InstanceMetric 127.0.0.1:1 -AlertRule $rule -IntervalSec 0.1 -Count 1 | Where-Object State).State | Should -Be 'Firing'
        }

        It 'tells its channels, together and once, while it goes on' {
            $stub.Values('9')
            $rules = (New-AlertRule changes -GreaterThan 5 -Name one), (New-AlertRule changes -GreaterThan 6 -Name two)
            $channel = New-AlertChannel -Webhook -Uri "http://$at/hook/hush-hush"
            $null = Watch-InstanceMetric $at -AlertRule $rules -Channel $channel -IntervalSec 0.1 -Count 5
            $stub.Posts.Count | Should -Be 1
            ($stub.Posts[0] | ConvertFrom-Json).alerts.rule | Should -Be 'one', 'two'
        }

        It 'says when a channel fails, without its secret, and goes on' {
            $stub.Values('9')
            $channel = New-AlertChannel -Webhook -Uri "http://$at/refuse/hush-hush"
            $out = Watch-InstanceMetric $at -AlertRule (New-AlertRule changes -GreaterThan 5) -Channel $channel -IntervalSec 0.1 -Count 3 -ErrorVariable problems -ErrorAction SilentlyContinue -Verbose 4>&1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'NotificationFailed,*'
            @($out | Where-Object { $_.Name -eq 'changes' }).Count | Should -Be 3
            ($problems | Format-List * -Force | Out-String) + ($out | Out-String) | Should -Not -Match 'hush'
        }

        It 'refuses two rules of one name, and nobody to watch' {
            $rule = New-AlertRule load -GreaterThan 1
            { Watch-InstanceMetric $at -AlertRule $rule, $rule } | Should -Throw -ErrorId 'InvalidArgument,*'
            { @() | Watch-InstanceMetric } | Should -Throw -ErrorId 'NoInstances,*'
        }

        It 'ends by Select-Object -First, and leaves nothing' {
            foreach ($n in 1..20) { (Watch-InstanceMetric $at load -IntervalSec 0.1 | Select-Object -First 2).Count | Should -Be 2 }
            Wait-Until { $stub.Open -eq 0 }
            $before = $stub.Requests
            # In the time of five readings, these five and no other.
            $null = Watch-InstanceMetric $at load -IntervalSec 0.1 -Count 5
            $stub.Requests | Should -Be ($before + 5)
        }

        It 'ends by Ctrl+C in the middle of a reading, and leaves nothing' {
            $shell = New-Shell 'Watch-InstanceMetric $target -MetricsPath /hang -TimeoutSec 300' @{ target = $at }
            foreach ($n in 1..10) {
                $run = $shell.BeginInvoke()
                Wait-Until { $stub.Open -eq 1 }
                $watch = [Diagnostics.Stopwatch]::StartNew()
                $shell.Stop()
                $watch.Elapsed.TotalSeconds | Should -BeLessThan 250 -Because 'the reading would go on for 300 s'
                { $shell.EndInvoke($run) } | Should -Throw
                Wait-Until { $stub.Open -eq 0 }
            }
            $shell.Dispose()
        }
    }

    Context 'Channels' {
        BeforeAll {
            $secret = ConvertTo-SecureString "http://$at/hook/hush-hush?sig=hush-hush" -AsPlainText -Force
            $password = [pscredential]::new('deploy', (ConvertTo-SecureString hush-hush -AsPlainText -Force))
        }

        It 'shows no secret of <Kind>' -ForEach @(
            @{ Kind = 'a webhook'; Make = { New-AlertChannel -Webhook -Uri "http://$at/hook/hush-hush?sig=hush-hush" } }
            @{ Kind = 'a webhook out of a vault'; Make = { New-AlertChannel -Webhook -Uri $secret -Format Teams } }
            @{ Kind = 'mail'; Make = { New-AlertChannel -Smtp -Server mail.example.com -UseTls -From a@example.com -To b@example.com -Credential $password } }
        ) {
            $channel = & $Make
            Get-Everything $channel | Out-String | Should -Not -Match 'hush'
            $channel.Destination | Should -Not -BeNullOrEmpty
            $send = Send-Alert $channel test -WhatIf -Verbose 4>&1 3>&1 2>&1 | Out-String
            $send | Should -Not -Match 'hush'
            $stub.Posts.Count | Should -Be 0
        }

        It 'refuses an address that is none, and does not repeat it' {
            { New-AlertChannel -Webhook -Uri 'hush-hush' } | Should -Throw -ErrorId 'InvalidArgument,*'
            $Error[0] | Format-List * -Force | Out-String | Should -Not -Match "message.*hush|Message.*hush|ErrorDetails.*hush"
            { New-AlertChannel -Smtp -Server m -From nobody -To b@example.com } | Should -Throw -ErrorId 'InvalidArgument,*'
        }

        It 'warns of a password in clear text' {
            $null = New-AlertChannel -Smtp -Server mail.example.com -From a@example.com -To b@example.com -Credential $password -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -Match 'clear text'
            "$warnings" | Should -Not -Match 'hush'
        }

        It 'has the event log on Windows only' -Skip:($IsWindows -or $PSVersionTable.PSVersion.Major -lt 6) {
            { New-AlertChannel -EventLog } | Should -Throw -ErrorId 'NotSupported,*'
        }

        It 'sends a message as <Format>' -ForEach @(
            @{ Format = 'Json'; Read = { $_.text } }
            @{ Format = 'Slack'; Read = { $_.blocks[1].text.text } }
            @{ Format = 'Teams'; Read = { $_.attachments[0].content.body[1].inlines[0].text } }
        ) {
            Send-Alert (New-AlertChannel -Webhook -Uri $secret -Format $Format) 'The disk is full.' -Subject Disk -ErrorAction Stop
            $stub.Posts.Count | Should -Be 1
            $stub.Posts[0] | ConvertFrom-Json | ForEach-Object $Read | Should -Be 'The disk is full.'
        }

        It 'sends all alerts of a pipeline in one notification' {
            $stub.Values('9', '2')
            Watch-InstanceMetric $at -AlertRule (New-AlertRule changes -GreaterThan 5) -IntervalSec 0.1 -Count 2 | Where-Object State | Send-Alert -Channel (New-AlertChannel -Webhook -Uri $secret)
            $stub.Posts.Count | Should -Be 1
            ($stub.Posts[0] | ConvertFrom-Json).alerts.state | Should -Be 'Firing', 'Cleared'
        }

        It 'tells the other channels when one fails' {
            $bad = New-AlertChannel -Webhook -Uri "http://$at/refuse/hush-hush"
            Send-Alert $bad, (New-AlertChannel -Webhook -Uri $secret) test -ErrorVariable problems -ErrorAction SilentlyContinue
            $problems.FullyQualifiedErrorId | Should -Be 'NotificationFailed,AppStatus.Commands.Monitoring.SendAlertCommand'
            $stub.Posts.Count | Should -Be 1
        }

        It 'sends mail by STARTTLS to a server whose certificate is trusted' {
            $python = '/usr/bin/python3'
            if (-not (Test-Path $python) -or -not $(& $python -c 'import aiosmtpd' 2>$null; $LASTEXITCODE -eq 0)) { Set-ItResult -Skipped -Because 'python3-aiosmtpd is not installed'; return }
            $port = 20000 + $PID % 10000
            $folder = (New-Item -ItemType Directory (Join-Path $TestDrive mail)).FullName
            $start = [Diagnostics.ProcessStartInfo]@{ FileName = $python; RedirectStandardOutput = $true }
            $script = Join-Path $PSScriptRoot '../AppStatus.Integration.Tests/Monitoring/mail.py'
            foreach ($argument in '-u', $script, "$port", 'tls', $folder) { $start.ArgumentList.Add($argument) }
            $server = [Diagnostics.Process]::Start($start)
            try {
                $server.StandardOutput.ReadLine() | Should -Be 'listening'
                # What is trusted is read when a process starts.
                $env:SSL_CERT_FILE = "$folder/mail.crt"
                $out = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$ModuleRoot'; Send-Alert (New-AlertChannel -Smtp -Server localhost -Port $port -UseTls -From a@example.com -To b@example.com) 'by TLS' -ErrorAction Stop; 'sent'" 2>&1
                $out | Should -Be 'sent'
                $mail = $server.StandardOutput.ReadLine() | ConvertFrom-Json
                $mail.tls | Should -BeTrue
                $mail.data | Should -Match 'by TLS'
            }
            finally {
                $env:SSL_CERT_FILE = $null
                $server.Kill()
            }
        }
    }
}
