# The BIG-IP simulator, for scenarios that dot-source this after Range/Range.ps1.

# -Configuration: what its JSON file holds.
function Start-BigIp([hashtable]$Configuration) {
    $file = Join-Path ([IO.Path]::GetTempPath()) "appstatus-bigip-$([guid]::NewGuid().ToString('n').Substring(0, 8)).json"
    $port = [AppStatusRange.Wire]::FreePorts(1)[0]
    Set-Content $file (@{ port = $port; user = 'deployer'; password = 'pass-w0rd' } + $Configuration | ConvertTo-Json -Depth 10)
    # It says so when everything listens, its virtual servers first.
    $first = if ($Configuration.virtualServers) { 'virtual' } else { 'listening' }
    $process = [AppStatusRange.Child]::Start('dotnet', @([AppStatusRange.Instances]::Lab, 'bigip', '--config', $file), $first)
    Remove-Item $file
    [pscustomobject]@{ Port = $port; Uri = "https://127.0.0.1:$port"; Process = $process }
}

function Stop-BigIp($BigIp) { if ($BigIp) { $BigIp.Process.Dispose() } }

function Get-BigIpCredential([string]$Password = 'pass-w0rd') {
    [pscredential]::new('deployer', (ConvertTo-SecureString $Password -AsPlainText -Force))
}

function Invoke-Lab($BigIp, [string]$Method, [string]$Path, $Body) {
    $json = if ($null -ne $Body) { @{ Body = ConvertTo-Json $Body; ContentType = 'application/json' } } else { @{} }
    Invoke-RestMethod "$($BigIp.Uri)/_lab/$Path" -Method $Method -SkipCertificateCheck @json
}

# What was asked of the device by the block, and what of it was meant to change something.
function Measure-BigIp($BigIp, [scriptblock]$Block) {
    $null = Invoke-Lab $BigIp DELETE log
    $output = & $Block
    $log = (Invoke-Lab $BigIp GET log).entries | Where-Object Path -NotLike '/_lab/*'
    [pscustomobject]@{ Output = @($output); Requests = @($log); Writes = @($log | Where-Object IsWrite) }
}

# The members of a pool as the device itself says, past everything that is under test: '10.1.0.1:80 user-enabled'.
function Get-BigIpState($BigIp, [string]$Pool = 'web') {
    $basic = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('deployer:pass-w0rd'))
    $answer = Invoke-RestMethod "$($BigIp.Uri)/mgmt/tm/ltm/pool/~Common~$Pool/members" -Headers @{ Authorization = "Basic $basic" } -SkipCertificateCheck
    ($answer.items | ForEach-Object { "$($_.name) $($_.session)" }) -join ', '
}
