<#
.SYNOPSIS
    rollback TAG: brings a tag back that was deployed before. Its image is there already, so this is quick.
#>
#requires -Version 7.4
param([Parameter(Mandatory)] [string] $Tag, [string] $Engine = 'docker')

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
$null = Get-AppEnvironment shop -Engine $Engine # connects its HAProxy
$operator = [pscredential]::new('operator', (ConvertTo-SecureString rehearsal -AsPlainText -Force))
Undo-Deployment -Release $Tag -StatusCredential $operator
