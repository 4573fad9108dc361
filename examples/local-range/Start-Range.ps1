<#
.SYNOPSIS
    Eight instances of the lab's application behind a BIG-IP simulator on this machine, to try the cmdlets on.
.DESCRIPTION
    Needs dotnet only. Stop it with Stop-Range.ps1.
#>
[CmdletBinding()]
param(
    [int] $Instances = 8,
    [int] $BigIpPort = 8443,
    [int] $TrafficPort = 8080,
    [int] $DoorPort = 8090
)

$ErrorActionPreference = 'Stop'
$root = Split-Path (Split-Path $PSScriptRoot)
$state = Join-Path ([IO.Path]::GetTempPath()) 'appstatus-local-range'
if (Test-Path "$state/pid") { throw "A range runs already. Stop it first: $PSScriptRoot/Stop-Range.ps1" }

dotnet build "$root/src/AppStatus.Lab" --nologo --verbosity quiet
if ($LASTEXITCODE) { throw 'The lab did not build.' }

$null = New-Item $state -ItemType Directory -Force
$lab = "$root/src/AppStatus.Lab/bin/Debug/net10.0/AppStatus.Lab.dll"
$arguments = $lab, 'range', '--instances', $Instances, '--bigip-port', $BigIpPort, '--traffic-port', $TrafficPort, '--door-port', $DoorPort, '--ready-file', "$state/ready"
$process = Start-Process dotnet -ArgumentList $arguments -PassThru -RedirectStandardOutput "$state/out" -RedirectStandardError "$state/err"
$process.Id | Set-Content "$state/pid"
while (-not (Test-Path "$state/ready")) {
    if ($process.HasExited) { $why = Get-Content "$state/err" -Raw; & "$PSScriptRoot/Stop-Range.ps1"; throw "The range did not start: $why" }
    Start-Sleep -Milliseconds 100
}

Get-Content "$state/out"
