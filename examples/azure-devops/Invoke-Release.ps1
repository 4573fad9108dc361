#requires -Version 5.1
<#
.SYNOPSIS
    What the steps of rolling-deployment.yml run: shows the plan of a release, or releases.
.DESCRIPTION
    Every value comes from an environment variable that the template sets, never from the command line: so no name of a release or
    a pool is ever read as code. Run by hand, they are parameters as any others.

    Output variables: deploymentId, state, lowestCapacity, reportPath. Exit code 0 when the release is out (or a canary holds its
    share on purpose), 1 otherwise; they are set in both cases, so that a step with 'condition: failed()' finds the id.
.EXAMPLE
    ./Invoke-Release.ps1 -Release 2.0 -Pool app -Balancer tcp://lb1:9999 -DeployScript ./deploy.ps1 -PlanOnly
#>
[CmdletBinding()]
param(
    [string] $Release = $env:DEPLOY_RELEASE,
    [string] $Pool = $env:DEPLOY_POOL,
    # An HAProxy's admin socket. For another balancer, change the two lines that name HAProxy.
    [string] $Balancer = $env:DEPLOY_BALANCER,
    # Runs once for each instance, with $Instance and $Release.
    [string] $DeployScript = $env:DEPLOY_SCRIPT,
    [string] $Strategy = $env:DEPLOY_STRATEGY,
    [string] $BatchSize = $env:DEPLOY_BATCH_SIZE,
    [string] $MinimumHealthy = $env:DEPLOY_MINIMUM_HEALTHY,
    [string] $TrafficPercent = $env:DEPLOY_TRAFFIC_PERCENT,
    [string] $StepSec = $env:DEPLOY_STEP_SECONDS,
    [string] $StableSec = $env:DEPLOY_STABLE_SECONDS,
    [string] $Reason = $env:DEPLOY_REASON,
    # The plan, the summary and the report are written here; the template publishes the folder.
    [string] $Folder = $env:DEPLOY_FOLDER,
    [switch] $PlanOnly
)

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
. (Join-Path $PSScriptRoot 'AgentVariables.ps1')
$null = New-Item $Folder -ItemType Directory -Force
$null = Connect-HAProxy $Balancer
$members = Get-HAProxyServer -Backend $Pool

$deployment = @{
    Release        = $Release
    FilePath       = $DeployScript
    BatchSize      = $BatchSize
    MinimumHealthy = $MinimumHealthy
    StableSec      = $StableSec
    Reason         = $Reason
}
if ($Strategy -eq 'canary') {
    $command = 'Invoke-CanaryDeployment'
    $deployment.TrafficPercent = [int[]]($TrafficPercent -split ',')
    $deployment.StepSec = $StepSec
}
else { $command = 'Invoke-RollingDeployment' }

if ($PlanOnly) {
    # A preview: it reads, and writes nothing anywhere. A plan that can't keep its limits is refused here, before anybody is asked.
    $members | & $command @deployment -WhatIf
    $plan = $members | & $command @deployment -PlanOnly
    $file = Join-Path $Folder 'plan.md'
    # Four blanks make text of it, whatever is in it.
    @("## Plan of $($Release -replace '[^\w.\-+ ]', '_')", '') + ("$plan" -split "`r?`n" | ForEach-Object { "    $_" }) | Set-Content $file -Encoding utf8
    Add-AgentSummary $file
    return
}

$report = Join-Path $Folder 'report.html'
try {
    # A job that is run again goes on with what an earlier attempt has left.
    $result = $members | & $command @deployment -OnUnfinished Resume -ReportPath $report
    $failure = $null
}
catch {
    $failure = $_
    # Null where it was refused: then nothing was touched.
    $result = $_.Exception.Result
}

if ($result) {
    Set-AgentVariable deploymentId $result.Id
    Set-AgentVariable state $result.State
    Set-AgentVariable lowestCapacity $result.LowestCapacity
    Set-AgentVariable reportPath $report
    Add-DeploymentSummary $result.Id (Join-Path $Folder 'summary.md')
}

if ($failure) { throw $failure }
