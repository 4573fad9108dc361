<#
.SYNOPSIS
    deploy: builds an image, and brings it onto the containers, one after the other, without losing a request.
.DESCRIPTION
    The image gets the time as its tag. Each instance fails its health check on purpose (its status is set to stand-by), HAProxy takes it out, its container
    is replaced, and it comes back when it is healthy.
#>
#requires -Version 7.4
param([string] $Version = '2.0', [string] $Engine = 'docker')

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
& $Engine build --quiet --no-cache --file $PSScriptRoot/Dockerfile --build-arg VERSION=$Version --tag shop:latest (Get-Module AppStatus).ModuleBase
if ($LASTEXITCODE) { throw 'The image did not build.' }

# What shop.psd1 gives to the instances.
$operator = [pscredential]::new('operator', (ConvertTo-SecureString rehearsal -AsPlainText -Force))
Get-AppEnvironment shop -Engine $Engine |
    Invoke-RollingDeployment -Image shop -TrafficControl Status -StatusCredential $operator -DrainWaitSec 5 -StableSec 3
