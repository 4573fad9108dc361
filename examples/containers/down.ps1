<#
.SYNOPSIS
    down: takes the containers, HAProxy, Redis and their network away. The images stay.
#>
#requires -Version 7.4
param([string] $Engine = 'docker')

$ErrorActionPreference = 'Stop'
Import-Module AppStatus
Stop-AppEnvironment shop -Engine $Engine
