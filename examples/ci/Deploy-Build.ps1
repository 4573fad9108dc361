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
    # A backend of HAProxy, or the key of a routing table.
    [string] $Pool = $env:POOL,
    # tcp:// or unix://: an HAProxy's admin socket; redis:// or rediss://: where a routing table is. For another balancer, add a case below.
    [string] $Balancer = $env:BALANCER,
    # Runs once for each instance, with $Instance and $Release.
    [string] $DeployScript = $env:DEPLOY_SCRIPT,
    # In place of the script, for an environment of AppStatus: the image's name; its tag is the release.
    [string] $Image = $env:IMAGE,
    # So long a drain takes where nobody counts connections, as with a routing table: longer than the slowest request.
    [double] $DrainWaitSec = $(if ($env:DRAIN_WAIT_SECONDS) { $env:DRAIN_WAIT_SECONDS } else { 30 }),
    [double] $StableSec = $(if ($env:STABLE_SECONDS) { $env:STABLE_SECONDS } else { 10 }),
    [string] $ReportPath = $(if ($env:REPORT_PATH) { $env:REPORT_PATH } else { './release-report.html' })
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module AppStatus
$members = switch -Regex ($Balancer) {
    '^(tcp|unix)://' { $null = Connect-HAProxy $Balancer; Get-HAProxyServer -Backend $Pool; break }
    '^rediss?://' { $null = Connect-RedisBalancer $Balancer -Key $Pool; Get-RedisBalancerMember -Key $Pool; break }
    default { throw "'$Balancer' is no balancer that this script knows: tcp://, unix://, redis:// and rediss://." }
}
$what = if ($Image) { @{ Image = "${Image}:$Release" } } else { @{ Release = $Release; FilePath = $DeployScript } }
$deployment = @{
    DrainWaitSec   = $DrainWaitSec
    StableSec      = $StableSec
    OnFailure      = 'Rollback'
    OnUnfinished   = 'Undo'
    LockTimeoutSec = 3600
    ReportPath     = $ReportPath
    Reason         = "build $Release"
}
$result = $members | Invoke-RollingDeployment @what @deployment
Write-Host "$($result.State): $Release is on $Pool, never fewer than $($result.LowestCapacity) serving. The report is $ReportPath."
