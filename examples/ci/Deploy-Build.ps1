#requires -Version 5.1
<#
.SYNOPSIS
    Releases one build, in place and one instance after the other; what deploy-when-green.sh runs when everything is green.
.DESCRIPTION
    Exit code 0 when the release is out, 1 otherwise. A release that fails is taken back at once, so that the next push finds
    the pool as it was. Two pushes at a time wait for one another.
#>
[CmdletBinding()]
param(
    [string] $Release = $env:RELEASE,
    [string] $Pool = $env:POOL,
    # An HAProxy's admin socket. For another balancer, change the two lines that name HAProxy.
    [string] $Balancer = $env:BALANCER,
    [string] $DeployScript = $env:DEPLOY_SCRIPT,
    [double] $StableSec = $(if ($env:STABLE_SECONDS) { $env:STABLE_SECONDS } else { 10 }),
    [string] $ReportPath = $(if ($env:REPORT_PATH) { $env:REPORT_PATH } else { './release-report.html' })
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module AppStatus
$null = Connect-HAProxy $Balancer
$deployment = @{
    Release        = $Release
    FilePath       = $DeployScript
    StableSec      = $StableSec
    OnFailure      = 'Rollback'
    OnUnfinished   = 'Undo'
    LockTimeoutSec = 3600
    ReportPath     = $ReportPath
    Reason         = "build $Release"
}
$result = Get-HAProxyServer -Backend $Pool | Invoke-RollingDeployment @deployment
Write-Host "$($result.State): $Release is on $Pool, never fewer than $($result.LowestCapacity) serving. The report is $ReportPath."
