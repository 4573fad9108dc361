# The real exporter of a host's metrics (Debian: prometheus-node-exporter), for scenarios that dot-source this after Range/Range.ps1.

function Start-NodeExporter {
    $port = [AppStatusRange.Wire]::FreePorts(1)[0]
    $process = [AppStatusRange.Child]::Start('prometheus-node-exporter', @("--web.listen-address=127.0.0.1:$port"), '')
    try { Wait-RangeCondition { try { (Invoke-WebRequest "http://127.0.0.1:$port/metrics").StatusCode -eq 200 } catch { $false } } }
    catch {
        $process.Dispose()
        throw
    }
    [pscustomobject]@{ Port = $port; Process = $process }
}

function Stop-NodeExporter($Exporter) { if ($Exporter) { $Exporter.Process.Dispose() } }
