# Each scenario dot-sources this in BeforeAll. The module is the built one, never a copy.
$ModuleRoot = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../../out/AppStatus'))
if (-not (Test-Path $ModuleRoot)) { throw "The module is not built: run 'dotnet build src/AppStatus' first." }
Import-Module $ModuleRoot
$RangeModule = Join-Path $PSScriptRoot 'Range.psm1'
Import-Module $RangeModule
