# What the status of instances is seen to be while something moves them, by somebody beside it; for scenarios that dot-source this after Range/Range.ps1.

# Samples as fast as it can. Those that leave are read first: whoever is seen to have gone has been replaced before, if at all.
function Start-StatusWatch([int[]]$Leaving, [int[]]$Coming) {
    $stop = [Threading.CancellationTokenSource]::new()
    $job = Start-ThreadJob -ArgumentList $Leaving, $Coming, $stop.Token {
        param($leaving, $coming, $stop)
        $client = [Net.Http.HttpClient]::new()
        $read = { param($port) ($client.GetStringAsync("http://127.0.0.1:$port/appstatus").Result | ConvertFrom-Json).status }
        do {
            [pscustomobject]@{ Leaving = @(foreach ($port in $leaving) { & $read $port }); Coming = @(foreach ($port in $coming) { & $read $port }) }
        } until ($stop.IsCancellationRequested)
        $client.Dispose()
    }
    [pscustomobject]@{ Job = $job; Stop = $stop }
}

# Each sample: Leaving and Coming, the status of each instance in the order in which they were named.
function Stop-StatusWatch($Watch) {
    $Watch.Stop.Cancel()
    $Watch.Job | Receive-Job -Wait -AutoRemoveJob -ErrorAction Stop
    $Watch.Stop.Dispose()
}
