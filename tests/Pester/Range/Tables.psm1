# Instances behind the lab's proxy, whose routing table stands in a Redis of its own. Import after Range.psm1 and Drivers.psm1.
Import-Module (Join-Path $PSScriptRoot 'Range.psm1')
Import-Module (Join-Path $PSScriptRoot 'Drivers.psm1')

function Start-TableRange([int]$Count = 4) {
    $ports = [AppStatusRange.Wire]::FreePorts($Count + 1)
    $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-table-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
    $range = [pscustomobject]@{
        Folder    = $folder
        Store     = Join-Path $folder 'store'
        Instances = @(foreach ($n in 1..$Count) { [pscustomobject]@{ Name = "a$n"; Port = $ports[$n - 1] } })
        Entry     = $ports[$Count]
        Redis     = $null
        Uri       = ''
        Proxy     = $null
        Load      = $null
    }
    try {
        $range.Redis = Start-RangeRedis $range
        $range.Uri = "redis://127.0.0.1:$($range.Redis.Port)/0"
        [AppStatusRange.Instances]::StartAll($range.Instances.Port, (Get-InstanceOptions '1.0' ready))
        Reset-TableRange $range
        $range.Proxy = [AppStatusRange.Child]::Start('dotnet', @([AppStatusRange.Instances]::Lab, 'table-proxy', '--redis', $range.Uri, '--port', "$($range.Entry)", '--cache-ms', '700'), 'listening')
        $range
    }
    catch {
        Stop-TableRange $range
        throw
    }
}

function Get-TableEntry($Instance) { "{`"name`":`"$($Instance.Name)`",`"url`":`"http://127.0.0.1:$($Instance.Port)/`"}" }

# The list as it began, and nothing beside it.
function Reset-TableRange($Range) {
    $null = Send-RangeRedis $Range.Redis.Port 'FLUSHALL'
    foreach ($instance in $Range.Instances) { $null = Send-RangeRedis $Range.Redis.Port "RPUSH servers '$(Get-TableEntry $instance)'" }
    if (Test-Path $Range.Store) { Remove-Item $Range.Store -Recurse -Force }
}

# The names in the list, in its order, as Redis itself has them: a1 a2 a2 a3.
function Get-TableState($Range) {
    ([regex]::Matches((Send-RangeRedis $Range.Redis.Port 'LRANGE servers 0 -1'), '"name":"(\w+)"') | ForEach-Object { $_.Groups[1].Value }) -join ' '
}

function Start-TableLoad($Range, [int]$Rate = 150) {
    $stop = Join-Path $Range.Folder 'stop-load'
    Remove-Item $stop -ErrorAction Ignore
    $arguments = @([AppStatusRange.Instances]::Lab, 'load', '--uri', "http://127.0.0.1:$($Range.Entry)/", '--path-mix', '/=97,/slow?ms=300=3', '--rate', "$Rate", '--seconds', '300', '--stop-file', $stop, '--json')
    $Range.Load = @{ Process = [AppStatusRange.Child]::Start('dotnet', $arguments, ''); Stop = $stop }
}

function Stop-TableRange($Range) {
    if (-not $Range) { return }
    if ($Range.Load) { $Range.Load.Process.Dispose() }
    foreach ($instance in $Range.Instances) { [AppStatusRange.Instances]::Kill($instance.Port) }
    if ($Range.Proxy) { $Range.Proxy.Dispose() }
    if ($Range.Redis) { $Range.Redis.Process.Dispose() }
    Remove-Item $Range.Folder -Recurse -Force
}

Export-ModuleMember -Function *
