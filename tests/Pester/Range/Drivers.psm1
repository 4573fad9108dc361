# Drivers that can be had at once, and what can be done to them at a moment of a journal. Over a range with a deployer.
Import-Module (Join-Path $PSScriptRoot 'Range.psm1')
$module = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../../out/AppStatus'))

# What the tests below need, and how they say that it is not there.
function Test-RangeProgram([string]$Name) {
    if (Get-Command $Name -CommandType Application -ErrorAction Ignore) { return $true }
    if ($env:APPSTATUS_REQUIRE_ALL -eq '1') { throw "'$Name' is not installed." }
    Write-Host "SKIPPED: '$Name' is not installed."
    $false
}

# $range.Ready holds processes that have the module, the balancer, and nothing to do yet. Each has a home of its own.
function Start-RangeStandby($Range, [int]$Count = 2) {
    Start-RangeDeployer $Range
    $Range | Add-Member -NotePropertyMembers @{ Standby = [AppStatusRange.Standby]::new(); Ready = [Collections.Generic.Queue[object]]::new() }
    foreach ($n in 1..$Count) { Add-RangeDriver $Range }
}

function Add-RangeDriver($Range) {
    $at = (New-Item -ItemType Directory (Join-Path $Range.Folder "home-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
    $file = Join-Path $at 'driver.ps1'
    Set-Content $file @"
Import-Module '$module'
`$null = Connect-HAProxy tcp://127.0.0.1:$($Range.Tap.Port)
`$null = Get-HAProxyServer -Backend app
`$client = [Net.Sockets.TcpClient]::new('127.0.0.1', $($Range.Standby.Port))
`$hello = [Text.Encoding]::ASCII.GetBytes("`$PID`n")
`$client.GetStream().Write(`$hello, 0, `$hello.Length)
`$order = [IO.StreamReader]::new(`$client.GetStream()).ReadToEnd()
. ([scriptblock]::Create(`$order))
"@
    # A file that must not grow is an error to it, not its death.
    $shell = if ($IsWindows) { @() } else { 'sh', '-c', 'trap "" XFSZ; exec "$@"', 'sh' }
    $program, $arguments = $shell + @('pwsh', '-NoProfile', '-NonInteractive', '-File', $file)
    $driver = [AppStatusRange.Child]::Start($program, $arguments, '', $at)
    $driver | Add-Member -NotePropertyName Home -NotePropertyValue $at
    $Range.Ready.Enqueue($driver)
    $Range.Drivers.Add($driver)
}

# The next of them does it; another one gets ready meanwhile.
function Start-RangeOrder($Range, [string]$Script) {
    $driver = $Range.Ready.Dequeue()
    Add-RangeDriver $Range
    Wait-RangeCondition {
        if ($driver.HasExited) { throw "The driver ended: $($driver.Output) $($driver.Errors)" }
        $Range.Standby.IsReady($driver.Id)
    }
    $Range.Standby.Order($driver.Id, $Script)
    $driver
}

# Reset-Range ends every driver, also those that wait.
function Reset-RangeStandby($Range) {
    Reset-Range $Range
    $count = $Range.Ready.Count
    $Range.Ready.Clear()
    foreach ($n in 1..$count) { Add-RangeDriver $Range }
}

# A driver does it, and is killed at the first new line of the journal that matches; returns the last line that it left.
function Stop-RangeOrderAt($Range, [string]$Script, [string]$Pattern, [int]$Seconds = 60) {
    $watch = [AppStatusRange.JournalWatch]::new((Join-Path $Range.Store 'deployments'))
    $driver = Start-RangeOrder $Range $Script
    $watch.KillAt($driver, $Pattern, $Seconds)
}

# Every kind of line that a rolling deployment with a bake writes, in the order in which one lane passes them.
function Get-RangeLineKind {
    $steps = 'CheckHealth', 'Drain', 'AwaitIdle', 'Deploy', 'Settle', 'Verify', 'Restore', 'AwaitServing'
    'DeploymentStarted'
    foreach ($step in $steps) { "StepStarted $step"; "StepSucceeded $step" }
    'LaneEnded', 'BakeStarted', 'BakeEnded', 'FleetCheckStarted', 'FleetChecked'
}

# As a pattern of the line, and back.
function Get-RangeLinePattern([string]$Kind) {
    $event, $step = -split $Kind
    if ($step) { "`"type\W+$event\b.*?`"step\W+$step\b" } else { "`"type\W+$event\b" }
}

function Get-RangeLineName([string]$Line) {
    $event = ($Line | ConvertFrom-Json).event
    "$($event.type) $($event.step)".Trim()
}

# A Redis that keeps what it has confirmed, and can be killed and started again.
function Start-RangeRedis($Range, [int]$Port = [AppStatusRange.Wire]::FreePorts(1)[0]) {
    $arguments = @('--port', "$Port", '--bind', '127.0.0.1', '--dir', $Range.Folder, '--appendonly', 'yes', '--appendfsync', 'always')
    $process = [AppStatusRange.Child]::Start('redis-server', $arguments, '')
    Wait-RangeCondition { try { (Send-RangeRedis $Port PING) -match 'PONG' } catch { $false } }
    [pscustomobject]@{ Process = $process; Port = $Port }
}

function Send-RangeRedis([int]$Port, [string]$Command) { [AppStatusRange.Wire]::Ask($Port, "$Command`r`nQUIT`r") }

# The newest journal there, from its last entry on backwards.
function Get-RangeRedisJournal([int]$Port, [int]$Last = 1000) {
    $id = [regex]::Match((Send-RangeRedis $Port 'ZREVRANGE appstatus:deployments 0 0'), '\d{8}-\S+').Value
    if ($id) { Send-RangeRedis $Port "XREVRANGE appstatus:journal:$id + - COUNT $Last" }
}

# A dead driver's lease ends by itself; nobody has to wait for that.
function Clear-RangeRedisLease([int]$Port) {
    $keys = [regex]::Matches((Send-RangeRedis $Port 'KEYS appstatus:lease:*'), 'appstatus:lease:[^\r\n]+').Value
    foreach ($key in $keys) { $null = Send-RangeRedis $Port "DEL `"$key`"" }
}

Export-ModuleMember -Function *
