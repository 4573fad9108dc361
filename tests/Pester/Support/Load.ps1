# Load on any address, several at once; for scenarios that dot-source this after Range/Range.ps1.

# -Rate: requests a second; it ends by Stop-Load, or after -Seconds.
function Start-Load([string]$Uri, [int]$Rate = 100, [string]$Mix = '/=97,/slow?ms=800=3', [int]$Seconds = 300) {
    $stop = Join-Path ([IO.Path]::GetTempPath()) "appstatus-load-$([guid]::NewGuid().ToString('n').Substring(0, 8))"
    $arguments = @([AppStatusRange.Instances]::Lab, 'load', '--uri', $Uri, '--path-mix', $Mix, '--rate', "$Rate", '--seconds', "$Seconds", '--stop-file', $stop, '--json')
    [pscustomobject]@{ Process = [AppStatusRange.Child]::Start('dotnet', $arguments, ''); Stop = $stop }
}

# What became of the requests: Sent, Ok, Failed, Versions, FirstErrors.
function Stop-Load($Load) {
    $null = New-Item $Load.Stop -ItemType File
    try {
        if (-not $Load.Process.WaitForExit(60000)) { throw 'The load did not end.' }
        $Load.Process.Output | ConvertFrom-Json
    }
    finally {
        $Load.Process.Dispose()
        Remove-Item $Load.Stop
    }
}

# How many requests an instance has answered since it began, as it counts them itself: probes of balancers and monitors are none.
function Get-RequestCount([int]$Port) {
    $page = Invoke-RestMethod "http://127.0.0.1:$Port/metrics"
    ([regex]::Matches($page, '(?m)^http_requests_total\{[^}]*\} (\d+)') | ForEach-Object { [long]$_.Groups[1].Value } | Measure-Object -Sum).Sum + 0
}

# Of so many requests, the percentage that the new release answered. Each of them must be answered.
function Measure-Share([string]$Uri, [int]$Requests, [int]$Rate, [string]$Release = '2.0') {
    # Its own clock, which starts when it does: on a busy machine that takes its time.
    $load = Start-Load $Uri -Rate $Rate -Mix '/=100' -Seconds ([math]::Ceiling($Requests * 1.1 / $Rate))
    Wait-RangeCondition { $load.Process.HasExited } 90
    $done = Stop-Load $load
    $done.Failed | Should -Be 0 -Because ($done.FirstErrors -join '; ')
    $done.Sent | Should -BeGreaterOrEqual $Requests
    100 * $done.Versions.$Release / $done.Sent
}
