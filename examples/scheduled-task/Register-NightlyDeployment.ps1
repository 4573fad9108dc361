#requires -Version 5.1
<#
.SYNOPSIS
    Has Deploy-Nightly.ps1 run every night: as a scheduled task on Windows, as a systemd timer on Linux.
.DESCRIPTION
    Two runs never overlap. One that was missed, because the machine was off, is made up for when it is back. Registering again
    replaces what was registered under that name. -WhatIf shows what would be done; on Linux, -UnitFolder with a folder of your own
    writes the unit files there and installs nothing, so that they can be read first.
.EXAMPLE
    ./Register-NightlyDeployment.ps1 -At 02:00 -User 'DOMAIN\svc-release$' -With @{ ReleaseFile = '\\share\nightly.txt'; DeployScript = 'D:\deploy.ps1'; Pool = 'app'; Balancer = 'tcp://lb1:9999'; LogFolder = 'D:\logs' } -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The parameters of Deploy-Nightly.ps1.
    [Parameter(Mandatory)] [hashtable] $With,
    # A time of the day.
    [ValidatePattern('^([01]\d|2[0-3]):[0-5]\d$')] [string] $At = '02:00',
    [ValidatePattern('^[A-Za-z0-9-]+$')] [string] $Name = 'appstatus-nightly',
    # Who it runs as: on Windows a group managed service account, whose name ends in $ and which has no password to store.
    [Parameter(Mandatory)] [ValidatePattern('^[^\s"%]+$')] [string] $User,
    # Hours after which a run is ended; the next one goes on with it.
    [ValidateRange(1, 23)] [int] $LimitHours = 6,
    [string] $UnitFolder = '/etc/systemd/system'
)

$ErrorActionPreference = 'Stop'
$script = Join-Path $PSScriptRoot 'Deploy-Nightly.ps1'
$shell = (Get-Process -Id $PID).Path
$words = @('-NoProfile', '-NonInteractive', '-File', $script)
foreach ($key in $With.Keys | Sort-Object) {
    if (@($With[$key]).Count -ne 1 -and $key -ne 'MailTo') { throw "-$key takes one value, and $(@($With[$key]).Count) were given." }
    # With -File, PowerShell makes no list of what stands on a command line: Deploy-Nightly.ps1 does.
    $words += "-$key"
    $words += $With[$key] -join ','
}
foreach ($word in $words) {
    if ($word -match '["\r\n]' -or $word.EndsWith('\')) { throw "'$word' can't stand on a command line: it has a quotation mark or a line break, or ends in a backslash." }
}

if ([Environment]::OSVersion.Platform -eq 'Win32NT') {
    $arguments = ($words | ForEach-Object { if ($_ -match '\s' -or -not $_) { "`"$_`"" } else { $_ } }) -join ' '
    if (-not $PSCmdlet.ShouldProcess("$shell $arguments", "run daily at $At as $User, as scheduled task $Name")) { return }
    $task = @{
        TaskName  = $Name
        Action    = New-ScheduledTaskAction -Execute $shell -Argument $arguments -WorkingDirectory $PSScriptRoot
        Trigger   = New-ScheduledTaskTrigger -Daily -At $At
        Settings  = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours $LimitHours)
        Principal = New-ScheduledTaskPrincipal -UserId $User -LogonType Password
        Force     = $true
    }
    Register-ScheduledTask @task
    return
}

# In a unit, percent signs, dollars and backslashes mean something.
$command = (@($shell) + $words | ForEach-Object { '"' + $_.Replace('\', '\\').Replace('%', '%%').Replace('$', '$$') + '"' }) -join ' '
$units = [ordered]@{
    "$Name.service" = @"
[Unit]
Description=Nightly release by AppStatus
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
User=$User
ExecStart=$command
TimeoutStartSec=${LimitHours}h
"@
    "$Name.timer"   = @"
[Unit]
Description=Nightly release by AppStatus

[Timer]
OnCalendar=*-*-* ${At}:00
Persistent=true

[Install]
WantedBy=timers.target
"@
}
foreach ($unit in $units.Keys) {
    $path = Join-Path $UnitFolder $unit
    if ($PSCmdlet.ShouldProcess($path, "write`n$($units[$unit])`n")) { Set-Content $path $units[$unit] }
}
if ($UnitFolder -ne '/etc/systemd/system') { return }
if ($PSCmdlet.ShouldProcess("$Name.timer", 'systemctl enable --now')) {
    foreach ($call in @('daemon-reload'), @('enable', '--now', "$Name.timer")) {
        & systemctl @call
        if ($LASTEXITCODE) { throw "systemctl $call failed with exit code $LASTEXITCODE." }
    }
}
