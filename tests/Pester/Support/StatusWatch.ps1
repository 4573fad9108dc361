# What the status of instances is seen to be while something moves them, by somebody beside it; for scenarios that dot-source this after Range/Range.ps1.

# Samples as fast as it can, from before it returns. Each reading takes its time, so those that come are read before and after those
# that leave: with the first there are never too many in a sample, and with the second never too few, however late the others are read.
function Start-StatusWatch([int[]]$Leaving, [int[]]$Coming) {
    $stop = [Threading.CancellationTokenSource]::new()
    $job = Start-ThreadJob -ArgumentList $Leaving, $Coming, $stop.Token {
        param($leaving, $coming, $stop)
        $client = [Net.Http.HttpClient]::new()
        $read = { param($port) ($client.GetStringAsync("http://127.0.0.1:$port/appstatus").Result | ConvertFrom-Json).status }
        do {
            [pscustomobject]@{ Before = @(foreach ($port in $coming) { & $read $port }); Leaving = @(foreach ($port in $leaving) { & $read $port }); Coming = @(foreach ($port in $coming) { & $read $port }) }
        } until ($stop.IsCancellationRequested)
        $client.Dispose()
    }
    Wait-RangeCondition { $job.Output.Count -gt 0 -or $job.State -eq 'Failed' }
    [pscustomobject]@{ Job = $job; Stop = $stop }
}

# Each sample: Leaving and Coming (and Before, those that come, a little earlier), the status of each instance in the order in which they were named.
function Stop-StatusWatch($Watch) {
    $Watch.Stop.Cancel()
    $Watch.Job | Receive-Job -Wait -AutoRemoveJob -ErrorAction Stop
    $Watch.Stop.Dispose()
}
