# What the scenarios share; each one dot-sources it in BeforeAll. The module is the built one, never a copy.
$ModuleRoot = Join-Path $PSScriptRoot '../../../out/AppStatus'
if (-not (Test-Path $ModuleRoot)) { throw "The module is not built: run 'dotnet build src/AppStatus' first." }
Import-Module $ModuleRoot
if (-not ('StatusStub' -as [type])) { Add-Type -Path (Join-Path $PSScriptRoot 'StatusStub.cs') }

# Waits for a condition, and fails with its text when it does not come true.
function Wait-Until([scriptblock]$Condition, [int]$Seconds = 60) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "Not within $Seconds s: $Condition" }
        Start-Sleep -Milliseconds 10
    }
}

# A second shell in this process, as a host would run one, that can be stopped as Ctrl+C does.
function New-Shell([string]$Script, [hashtable]$Variables = @{}) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("Import-Module '$ModuleRoot'").Invoke()
    $shell.Commands.Clear()
    foreach ($name in $Variables.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
    $shell.AddScript($Script)
}
