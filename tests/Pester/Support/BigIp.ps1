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

# One set of hosts in two pools behind two virtual servers: the monitor of production wants the status ready, that of test wants stage.
# Adds Entry: what clients of either virtual server ask.
function Start-StatusBigIp([int[]]$Ports) {
    $members = @($Ports | ForEach-Object { @{ address = "127.0.0.1:$_" } })
    $bigip = Start-BigIp @{
        monitors       = @(
            @{ name = 'is-ready'; path = '/appstatus'; recv = '"ready"'; interval = 0.1; timeout = 2 }
            @{ name = 'is-stage'; path = '/appstatus'; recv = '"stage"'; interval = 0.1; timeout = 2 })
        pools          = @(@{ name = 'production'; monitor = 'is-ready'; members = $members }, @{ name = 'test'; monitor = 'is-stage'; members = $members })
        virtualServers = @(@{ name = 'vs_production'; pool = 'production' }, @{ name = 'vs_test'; pool = 'test' })
    }
    try {
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
        $entry = @{}
        foreach ($server in Get-F5VirtualServer) { $entry[$server.Pool] = "http://127.0.0.1:$(($server.Destination -split ':')[1])/" }
        $bigip | Add-Member -NotePropertyName Entry -NotePropertyValue $entry -PassThru
    }
    catch {
        Stop-BigIp $bigip
        throw
    }
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
