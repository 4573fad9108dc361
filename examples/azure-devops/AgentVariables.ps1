<#
.SYNOPSIS
    What the scripts beside it say to the agent of Azure Pipelines: output variables, and summaries on the page of the run.
#>

# What would end a command, or begin another one, is escaped as the agent expects it.
function Protect-AgentText([string] $Text) {
    $Text.Replace('%', '%AZP25').Replace("`r", '%0D').Replace("`n", '%0A').Replace(';', '%3B').Replace(']', '%5D')
}

function Set-AgentVariable([string] $Name, [string] $Value) {
    Write-Host "##vso[task.setvariable variable=$Name;isOutput=true]$(Protect-AgentText $Value)"
}

function Add-AgentSummary([string] $Path) {
    Write-Host "##vso[task.uploadsummary]$(Protect-AgentText $Path)"
}

# A release is what it is, with a summary or without.
function Add-DeploymentSummary([string] $Id, [string] $Path) {
    try {
        Export-DeploymentReport -Id $Id -Path $Path
        Add-AgentSummary $Path
    }
    catch { Write-Warning "There is no summary: $_" }
}
