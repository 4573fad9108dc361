# Medians of interleaved runs: the machine's mood hits both alike.
param([int] $FirstPort, [int] $Count, [int] $Runs = 7, [int] $Throttle = 32)

$ErrorActionPreference = 'Stop'
Add-Type -ReferencedAssemblies System.Net.Http, System.Threading, System.Linq, System.Collections, System.Net.Primitives, System.Private.Uri, System.Threading.Tasks.Parallel -TypeDefinition @'
using System; using System.Linq; using System.Net.Http; using System.Threading.Tasks;
public static class Bare
{
    public static int Ask(string[] uris, int throttle)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var bodies = new string[uris.Length];
        Parallel.ForEachAsync(Enumerable.Range(0, uris.Length), new ParallelOptions { MaxDegreeOfParallelism = throttle },
            async (i, stop) => bodies[i] = await client.GetStringAsync(uris[i], stop)).GetAwaiter().GetResult();
        return bodies.Count(body => body.Length > 0);
    }
}
'@
$root = $PSScriptRoot
while ($root -and -not (Test-Path "$root/out/AppStatus/AppStatus.psd1")) { $root = Split-Path $root }
Import-Module "$root/out/AppStatus"

function Measure-Median([double[]] $Values) { ($Values | Sort-Object)[[int][math]::Floor($Values.Count / 2)] }
function Compare-Fanout([string] $Name, [string] $Query) {
    $uris = foreach ($port in $FirstPort..($FirstPort + $Count - 1)) { "http://127.0.0.1:$port/appstatus$Query" }
    $bare = [System.Collections.Generic.List[double]]::new(); $ours = [System.Collections.Generic.List[double]]::new()
    for ($run = 0; $run -le $Runs; $run++) {
        $b = (Measure-Command { if ([Bare]::Ask($uris, $Throttle) -ne $Count) { throw 'bare lost answers' } }).TotalMilliseconds
        $o = (Measure-Command { if (@(Get-AppStatus $uris -ThrottleLimit $Throttle).Count -ne $Count) { throw 'Get-AppStatus lost answers' } }).TotalMilliseconds
        if ($run -eq 0) { $coldBare = $b; $coldOurs = $o } else { $bare.Add($b); $ours.Add($o) }
    }
    [pscustomobject]@{
        Case = $Name; BareMs = [int](Measure-Median $bare); AppStatusMs = [int](Measure-Median $ours)
        Ratio = '{0:0.00}' -f ((Measure-Median $ours) / (Measure-Median $bare))
        FirstCall = '{0:0} / {1:0} ms' -f $coldOurs, $coldBare
    }
}
Compare-Fanout "$Count endpoints" ''
Compare-Fanout "$Count endpoints, 20 ms each" '?delay=20'
