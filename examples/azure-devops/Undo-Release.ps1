#requires -Version 5.1
<#
.SYNOPSIS
    Takes a deployment that has failed back to where everything was before it; what the last step of rolling-deployment.yml runs.
.DESCRIPTION
    The deploy script is the one that the deployment was started with: its path is recorded. It is called with each instance's earlier
    release. Exit code 0 when everything is back, or nothing was begun; 1 otherwise.
.EXAMPLE
    ./Undo-Release.ps1 -Id 20261121-181530123-a1b2c3 -Balancer tcp://lb1:9999 -Folder .
#>
[CmdletBinding()]
param(
    # The output variable of the step that has failed.
    [string] $Id = $env:DEPLOYMENT_ID,
    [string] $Balancer = $env:DEPLOY_BALANCER,
    [string] $Folder = $env:DEPLOY_FOLDER
)

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
. (Join-Path $PSScriptRoot 'AgentVariables.ps1')

# An agent leaves a variable that was never set as it is written: $(release.deploymentId).
if (-not $Id -or $Id.StartsWith('$(')) {
    Write-Host 'Nothing was begun, so nothing is undone.'
    return
}

$null = Connect-HAProxy $Balancer
$result = Undo-Deployment -Id $Id -ReportPath (Join-Path $Folder 'undo.html')
Set-AgentVariable state $result.State
Add-DeploymentSummary $result.Id (Join-Path $Folder 'undo.md')
