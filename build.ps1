#requires -Version 5.1
<#
.SYNOPSIS
    Builds, tests, shows, measures or packs AppStatus. Each task is one call of dotnet.
.EXAMPLE
    ./build.ps1
    Builds the module into out/AppStatus.
.EXAMPLE
    ./build.ps1 Test -Filter Pester
    Runs the tests whose names contain 'Pester'.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # A part of the names of the tests to run.
    [string] $Filter
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

function Invoke-DotNet {
    # In $args, so that what looks like a parameter reaches dotnet as it is.
    & dotnet @args
    if ($LASTEXITCODE) { throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE." }
}

Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        switch ($name) {
            # The lab builds the module, and lays itself beside it.
            Build { Invoke-DotNet build src/AppStatus.Lab --configuration $Configuration --nologo }
            Test {
                if ($Filter) { Invoke-DotNet test AppStatus.sln --nologo --filter "FullyQualifiedName~$Filter" }
                else { Invoke-DotNet test AppStatus.sln --nologo }
            }
            Demo { Invoke-DotNet run --project src/AppStatus.Lab --configuration $Configuration '--' demo }
            Bench { Invoke-DotNet run --project bench/AppStatus.Bench --configuration Release }
            Package {
                Invoke-DotNet build src/AppStatus.Lab --configuration Release --nologo
                $version = (Import-PowerShellDataFile out/AppStatus/AppStatus.psd1).ModuleVersion
                $package = "out/AppStatus.$version.zip"
                if (Test-Path $package) { Remove-Item $package }
                Add-Type -AssemblyName System.IO.Compression.FileSystem
                [IO.Compression.ZipFile]::CreateFromDirectory((Convert-Path out/AppStatus), (Join-Path (Convert-Path out) "AppStatus.$version.zip"), 'Optimal', $true)
                Get-Item $package
            }
        }
    }
}
finally {
    Pop-Location
}
