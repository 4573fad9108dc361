# Medians of interleaved runs: the machine's mood hits both alike.
param([string] $Uri, [string] $User, [string] $Password, [int] $Members, [int] $Runs = 7)

$ErrorActionPreference = 'Stop'
Add-Type -ReferencedAssemblies System.Net.Http, System.Net.Security, System.Net.Primitives, System.Private.Uri, System.Security.Cryptography -TypeDefinition @'
using System.Net.Http; using System.Net.Http.Headers;
public sealed class Bare
{
    private readonly HttpClient _client = new(new HttpClientHandler { UseProxy = false, ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator });
    public Bare(string basic) { _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic); }
    public long Get(params string[] uris)
    {
        long bytes = 0;
        foreach (string uri in uris) bytes += _client.GetByteArrayAsync(uri).GetAwaiter().GetResult().Length;
        return bytes;
    }
}
'@
$root = $PSScriptRoot
while ($root -and -not (Test-Path "$root/out/AppStatus/AppStatus.psd1")) { $root = Split-Path $root }
Import-Module "$root/out/AppStatus"

$bare = [Bare]::new([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${User}:$Password")))
[string[]] $urls = "$Uri/mgmt/tm/ltm/pool?expandSubcollections=true", "$Uri/mgmt/tm/ltm/pool/members/stats"
$null = Connect-F5 $Uri -Credential ([pscredential]::new($User, (ConvertTo-SecureString $Password -AsPlainText -Force))) -SkipCertificateCheck -WarningAction SilentlyContinue
function Measure-Median([double[]] $Values) { ($Values | Sort-Object)[[int][math]::Floor($Values.Count / 2)] }
function Measure-Request { (Invoke-RestMethod "$Uri/_lab/log" -SkipCertificateCheck).count }

$alone = [System.Collections.Generic.List[double]]::new(); $ours = [System.Collections.Generic.List[double]]::new()
for ($run = 0; $run -le $Runs; $run++) {
    $b = (Measure-Command { $script:bytes = $bare.Get($urls) }).TotalMilliseconds
    if ($bytes -lt 1000 * $Members) { throw 'The device did not answer with all members.' }
    $before = Measure-Request
    $o = (Measure-Command { if (@(Get-F5PoolMember).Count -ne $Members) { throw 'Get-F5PoolMember lost members' } }).TotalMilliseconds
    $requests = (Measure-Request) - $before
    if ($run -eq 0) { $coldBare = $b; $coldOurs = $o } else { $alone.Add($b); $ours.Add($o) }
}
Get-F5Session | Disconnect-F5
[pscustomobject]@{
    Members = $Members; MegaBytes = '{0:0.0}' -f ($bytes / 1MB); Requests = $requests
    ServerMs = [int](Measure-Median $alone); CmdletMs = [int](Measure-Median $ours); DifferenceMs = [int]((Measure-Median $ours) - (Measure-Median $alone))
    FirstCall = '{0:0} / {1:0} ms' -f $coldOurs, $coldBare
} | Format-List
