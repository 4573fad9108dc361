<#
.SYNOPSIS
    Ends what Start-Range.ps1 started, and leaves nothing behind.
#>
$state = Join-Path ([IO.Path]::GetTempPath()) 'appstatus-local-range'
if (Test-Path "$state/pid") {
    $range = Get-Process -Id (Get-Content "$state/pid") -ErrorAction Ignore
    # The instances end with the process that started them.
    if ($range) { $range | Stop-Process -Force; $range.WaitForExit() }
}
Remove-Item $state -Recurse -Force -ErrorAction Ignore
