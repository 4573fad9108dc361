# A small world for scenarios: application instances as processes, HAProxy before them, load on it. A deploy block gets it
# with -Module, and replaces an instance by Restart-RangeInstance.
$root = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../..'))
if (-not ('AppStatusRange.Child' -as [type])) {
    Add-Type -Path ('RangeParts.cs', 'RangeScreen.cs', 'RangeTaps.cs', 'RangeDrivers.cs' | ForEach-Object { Join-Path $PSScriptRoot $_ })
    $lab = Get-ChildItem (Join-Path $root 'src/AppStatus.Lab/bin') -Filter AppStatus.Lab.dll -Recurse -ErrorAction Ignore | Sort-Object LastWriteTime | Select-Object -Last 1
    if (-not $lab) { throw "The lab is not built: run 'dotnet build src/AppStatus.Lab' first." }
    [AppStatusRange.Instances]::Lab = $lab.FullName
}

# Waits for a condition, and fails with its text when it does not come true; the limit only ends a test that has failed.
function Wait-RangeCondition([scriptblock]$Condition, [int]$Seconds = 60) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "Not within $Seconds s: $Condition" }
        Start-Sleep -Milliseconds 20
    }
}

# -Check: what HAProxy's check looks at: health (200 of /health) or status (the word ready in /appstatus).
# -Alias: a second backend over the first instances, to make hosts that stand in two pools.
function Start-Range {
    param([int]$Count = 4, [string]$Version = '1.0', [ValidateSet('Health', 'Status')][string]$Check = 'Health', [string]$Alias, [int]$AliasCount = 2)

    if (-not (Get-Command haproxy -CommandType Application -ErrorAction Ignore)) { throw 'The scenarios need haproxy on the path.' }
    $ports = [AppStatusRange.Wire]::FreePorts($Count + 2)
    $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-range-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
    $range = [pscustomobject]@{
        Folder    = $folder
        Store     = Join-Path $folder 'store'
        Instances = @(foreach ($n in 1..$Count) { [pscustomobject]@{ Name = "a$n"; Port = $ports[$n - 1] } })
        Entry     = $ports[$Count]
        Admin     = $ports[$Count + 1]
        Tap       = [AppStatusRange.AdminTap]::new($ports[$Count + 1])
        HAProxy   = $null
        Load      = $null
    }
    try {
        [AppStatusRange.Instances]::StartAll($range.Instances.Port, (Get-InstanceOptions $Version ready))
        $expect = @{ Health = "option httpchk GET /health`n  http-check expect status 200"; Status = "option httpchk GET /appstatus`n  http-check expect string ready" }[$Check]
        $backends = [ordered]@{ app = $range.Instances }
        if ($Alias) { $backends[$Alias] = $range.Instances | Select-Object -First $AliasCount }
        Set-Content (Join-Path $folder 'haproxy.cfg') @"
global
  stats socket ipv4@127.0.0.1:$($range.Admin) level admin
defaults
  mode http
  timeout connect 2s
  timeout check 2s
  timeout client 120s
  timeout server 120s
frontend users
  bind 127.0.0.1:$($range.Entry)
  default_backend app
$(foreach ($backend in $backends.Keys) {
"backend $backend
  $expect
  default-server inter 100ms fall 2 rise 2 check
$(foreach ($instance in $backends[$backend]) { "  server $($instance.Name) 127.0.0.1:$($instance.Port)`n" })"
})
"@
        Start-RangeBalancer $range
        $null = Connect-HAProxy "tcp://127.0.0.1:$($range.Tap.Port)"
        $range
    }
    catch {
        Stop-Range $range
        throw
    }
}

# Also for a balancer that a test has killed.
function Start-RangeBalancer($Range) {
    $Range.HAProxy = [AppStatusRange.Child]::Start('haproxy', @('-f', (Join-Path $Range.Folder 'haproxy.cfg'), '-db', '-q'), '')
    Wait-RangeCondition {
        if ($Range.HAProxy.HasExited) { throw "haproxy ended: $($Range.HAProxy.Errors)" }
        try { @(Get-RangeServer $Range).Count -gt 0 -and @(Get-RangeServer $Range | Where-Object Status -ne 'UP').Count -eq 0 } catch { $false }
    }
}

# Whatever a test did, the range stands as it began: every instance on its version, healthy, and in traffic.
function Reset-Range($Range, [string]$Version = '1.0') {
    if ($Range.Load) {
        $Range.Load.Process.Dispose()
        $Range.Load = $null
    }
    if ($Range.Deployer) {
        foreach ($driver in $Range.Drivers) { $driver.Dispose() }
        $Range.Drivers.Clear()
        $Range.Deployer.Clear()
    }
    $wrong = foreach ($instance in $Range.Instances) {
        $runs = try { Invoke-RestMethod "http://127.0.0.1:$($instance.Port)/appstatus" -TimeoutSec 5 | ForEach-Object { "$($_.status) $($_.version)" } } catch { '' }
        $healthy = try { (Invoke-WebRequest "http://127.0.0.1:$($instance.Port)/health" -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
        if ($runs -ne "ready $Version" -or -not $healthy) {
            [AppStatusRange.Instances]::Kill($instance.Port)
            $instance.Port
        }
    }
    if ($wrong) { [AppStatusRange.Instances]::StartAll($wrong, (Get-InstanceOptions $Version ready)) }
    if ($Range.HAProxy.HasExited) { Start-RangeBalancer $Range }
    foreach ($server in Get-RangeServer $Range) {
        $at = "$($server.Backend)/$($server.Name)"
        # An instance goes on with a slow request although nobody waits for it any more.
        $null = Send-RangeCommand $Range "set server $at state ready; shutdown sessions server $at"
    }
    Wait-RangeCondition { @(Get-RangeServer $Range | Where-Object { $_.Status -ne 'UP' -or $_.Connections -gt 0 }).Count -eq 0 }
    if (Test-Path $Range.Store) { Remove-Item $Range.Store -Recurse -Force }
    $Range.Tap.Clear()
}

function Stop-Range($Range) {
    if (-not $Range) { return }
    if ($Range.Load) { $Range.Load.Process.Dispose() }
    if ($Range.Deployer) {
        foreach ($driver in $Range.Drivers) { $driver.Dispose() }
        $Range.Deployer.Dispose()
    }
    foreach ($instance in $Range.Instances) { [AppStatusRange.Instances]::Kill($instance.Port) }
    if ($Range.HAProxy) { $Range.HAProxy.Dispose() }
    $Range.Tap.Dispose()
    Remove-Item $Range.Folder -Recurse -Force
}

function Start-RangeInstance([int]$Port, [string]$Version, [string[]]$Options = @(), [string]$Status = 'ready', [string]$Address = '127.0.0.1') {
    [AppStatusRange.Instances]::Start($Port, (Get-InstanceOptions $Version $Status) + $Options, $Address)
}

function Get-InstanceOptions($Version, $Status) { "--version=$Version", "--status=$Status", '--user=operator', '--password=range' }

# Who may set the status of an instance.
function Get-RangeCredential { [pscredential]::new('operator', (ConvertTo-SecureString range -AsPlainText)) }

# What a deploy does: the old process ends, and with -Hard its requests with it; the new one begins.
function Restart-RangeInstance([int]$Port, [string]$Version, [string[]]$Options = @(), [string]$Status = 'ready', [switch]$Hard, [string]$Address = '127.0.0.1') {
    if ($Hard) { [AppStatusRange.Instances]::Kill($Port, $Address) } else { [AppStatusRange.Instances]::Stop($Port, $Address) }
    Start-RangeInstance $Port $Version $Options $Status $Address
}

function Send-RangeCommand($Range, [string]$Command) { [AppStatusRange.Wire]::Ask($Range.Admin, $Command) }

# What HAProxy itself says, past everything that is under test. Status: UP, DOWN, DRAIN, MAINT, …
function Get-RangeServer($Range) {
    $lines = (Send-RangeCommand $Range 'show stat -1 4 -1').TrimStart('#', ' ') -split "`n" | Where-Object { $_.Trim() }
    $lines | ConvertFrom-Csv | ForEach-Object { [pscustomobject]@{ Backend = $_.pxname; Name = $_.svname; Status = $_.status; Connections = [int]$_.scur } }
}

# The balancer's check of a drained server passes: it will be up as soon as it is put back.
function Wait-RangeServerWell($Range, [string]$Name) {
    Wait-RangeCondition { @(Get-RangeServer $Range | Where-Object { $_.Name -eq $Name -and $_.Status -ne 'DRAIN' }).Count -eq 0 }
}

# One text for the whole: app/a1 UP, app/a2 DRAIN, …
function Get-RangeState($Range) { (Get-RangeServer $Range | ForEach-Object { "$($_.Backend)/$($_.Name) $($_.Status)" }) -join ', ' }

function Get-RangeVersion($Range) {
    foreach ($instance in $Range.Instances) { try { (Invoke-RestMethod "http://127.0.0.1:$($instance.Port)/appstatus" -TimeoutSec 5).version } catch { 'none' } }
}

function Start-RangeLoad($Range, [int]$Rate = 200, [string]$Mix = '/=97,/slow?ms=1500=3', [bool]$KeepAlive = $true) {
    $stop = Join-Path $Range.Folder 'stop-load'
    Remove-Item $stop -ErrorAction Ignore
    $arguments = @([AppStatusRange.Instances]::Lab, 'load', '--uri', "http://127.0.0.1:$($Range.Entry)/", '--path-mix', $Mix, '--rate', "$Rate", '--seconds', '300', '--keep-alive', "$KeepAlive".ToLowerInvariant(), '--stop-file', $stop, '--json')
    $Range.Load = @{ Process = [AppStatusRange.Child]::Start('dotnet', $arguments, ''); Stop = $stop }
    # It loads already when the balancer sees requests.
    Wait-RangeCondition { @(Get-RangeServer $Range | Where-Object Connections -gt 0).Count -gt 0 }
}

# What became of the requests: Sent, Ok, Failed, Versions, FirstErrors.
function Stop-RangeLoad($Range) {
    $null = New-Item $Range.Load.Stop -ItemType File
    $process = $Range.Load.Process
    if (-not $process.WaitForExit(60000)) { throw 'The load did not end.' }
    $Range.Load = $null
    $process.Output | ConvertFrom-Json
    $process.Dispose()
}

# The events of each deployment in the store, oldest first.
function Get-RangeJournal($Range) {
    $folder = Join-Path $Range.Store 'deployments'
    if (-not (Test-Path $folder)) { return }
    Get-ChildItem $folder -Filter *.jsonl | Sort-Object Name
}

# A shell of its own in this process with a console that remembers, to be stopped as Ctrl+C does it.
function New-RangeShell([string]$Script, [hashtable]$Variables = @{}) {
    $screen = [AppStatusRange.Screen]::new()
    $runspace = [runspacefactory]::CreateRunspace($screen, [initialsessionstate]::CreateDefault2())
    $runspace.Open()
    foreach ($name in $Variables.Keys) { $runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
    $shell = [powershell]::Create($runspace)
    $null = $shell.AddScript("Import-Module '$(Join-Path $root 'out/AppStatus')'").Invoke()
    $shell.Commands.Clear()
    $null = $shell.AddScript($Script)
    [pscustomobject]@{ Shell = $shell; Screen = $screen; Runspace = $runspace }
}

# For deployments that other processes drive. Their deploy script is $range.DeployFile; what it calls is $range.Deployer.
function Start-RangeDeployer($Range) {
    $deployer = [AppStatusRange.Deployer]::new((Get-InstanceOptions '{0}' ready))
    $file = Join-Path $Range.Folder 'deploy.ps1'
    Set-Content $file @"
`$client = [Net.Sockets.TcpClient]::new('127.0.0.1', $($deployer.Port))
`$bytes = [Text.Encoding]::ASCII.GetBytes("`$(`$Instance.Port) `$Release `$Attempt`n")
`$client.GetStream().Write(`$bytes, 0, `$bytes.Length)
`$answer = [IO.StreamReader]::new(`$client.GetStream()).ReadToEnd()
`$client.Dispose()
if (`$answer -ne 'done') { throw "The installer says: `$answer" }
"@
    $Range | Add-Member -NotePropertyMembers @{ Deployer = $deployer; DeployFile = $file; Drivers = [Collections.Generic.List[object]]::new() }
}

# Another process with the module and the balancer connected; what it says is in Output and Errors.
function Start-RangeDriver($Range, [string]$Script) {
    $file = Join-Path $Range.Folder "driver-$([guid]::NewGuid().ToString('n').Substring(0, 8)).ps1"
    Set-Content $file @"
Import-Module '$(Join-Path $root 'out/AppStatus')'
`$null = Connect-HAProxy tcp://127.0.0.1:$($Range.Tap.Port)
$Script
"@
    $driver = [AppStatusRange.Child]::Start('pwsh', @('-NoProfile', '-NonInteractive', '-File', $file), '')
    $Range.Drivers.Add($driver)
    $driver
}

# What a driver ended with: its exit code, and everything it said.
function Wait-RangeDriver($Driver, [int]$Seconds = 180) {
    if (-not $Driver.WaitForExit($Seconds * 1000)) { throw "It did not end within $Seconds s." }
    [pscustomobject]@{ ExitCode = $Driver.ExitCode; Text = $Driver.Output + $Driver.Errors -replace "`e\[[0-9;]*m" -replace '\s*\n[ |]*', ' ' }
}

# The newest journal's text; empty while there is none.
function Get-RangeJournalText($Range) {
    $newest = Get-RangeJournal $Range | Select-Object -Last 1
    if ($newest) { try { [IO.File]::ReadAllText($newest) } catch { '' } } else { '' }
}

Export-ModuleMember -Function *
