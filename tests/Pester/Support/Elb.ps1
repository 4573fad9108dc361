# The ELB simulator, for scenarios that dot-source this after Range/Range.ps1.

# -Configuration: what its JSON file holds.
function Start-Elb([hashtable]$Configuration) {
    $file = Join-Path ([IO.Path]::GetTempPath()) "appstatus-elb-$([guid]::NewGuid().ToString('n').Substring(0, 8)).json"
    $port = [AppStatusRange.Wire]::FreePorts(1)[0]
    Set-Content $file (@{ port = $port; secretAccessKey = 'a-secret/of+AWS' } + $Configuration | ConvertTo-Json -Depth 10)
    $process = [AppStatusRange.Child]::Start('dotnet', @([AppStatusRange.Instances]::Lab, 'elb', '--config', $file), 'target-group')
    Remove-Item $file
    [pscustomobject]@{ Uri = "http://127.0.0.1:$port"; Process = $process }
}

function Stop-Elb($Elb) { if ($Elb) { $Elb.Process.Dispose() } }

function Get-ElbArn([string]$Name) { "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/$Name/73e2d6bc24d8a067" }

function Invoke-ElbLab($Elb, [string]$Method, [string]$Path, $Body) {
    $json = if ($null -ne $Body) { @{ Body = ConvertTo-Json $Body; ContentType = 'application/json' } } else { @{} }
    Invoke-RestMethod "$($Elb.Uri)/_lab/$Path" -Method $Method @json
}

# What was called by the block, and what of it was meant to change something.
function Measure-Elb($Elb, [scriptblock]$Block) {
    $null = Invoke-ElbLab $Elb DELETE log
    $output = & $Block
    $calls = @((Invoke-ElbLab $Elb GET log).calls)
    [pscustomobject]@{ Output = @($output); Calls = $calls; Writes = @($calls | Where-Object IsWrite) }
}

# The simulator's keys in the environment, and nothing of the machine's own. Returns what was there before, to be put back.
function Use-ElbCredential([string]$NoFile) {
    $before = @{}
    $use = @{
        AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'; AWS_SECRET_ACCESS_KEY = 'a-secret/of+AWS'; AWS_SESSION_TOKEN = 'a-session-token=='; AWS_EC2_METADATA_DISABLED = 'true'
        AWS_SHARED_CREDENTIALS_FILE = $NoFile; AWS_CONFIG_FILE = $NoFile; AWS_PROFILE = $null; AWS_REGION = $null
    }
    foreach ($name in $use.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $use[$name])
    }
    $before
}
