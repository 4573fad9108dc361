<#
.SYNOPSIS
    up: builds the first image, and starts two containers of it behind HAProxy, with a Redis.
.DESCRIPTION
    A second up changes nothing. The application is the lab's, from the module's own folder; put your Dockerfile in its place.
#>
#requires -Version 7.4
param([string] $Engine = 'docker')

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
& $Engine build --quiet --no-cache --file $PSScriptRoot/Dockerfile --build-arg VERSION=1.0 --tag shop:1.0 (Get-Module AppStatus).ModuleBase
if ($LASTEXITCODE) { throw 'The image did not build.' }

Start-AppEnvironment -Definition $PSScriptRoot/shop.psd1 -Engine $Engine
