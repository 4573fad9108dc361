#requires -Version 5.1
<#
.SYNOPSIS
    Releases, by night and unattended, what the build has named in a file. For a scheduled task, a systemd timer or cron.
.DESCRIPTION
    Exit code 0: every instance runs the release, or ran it already. 1: it does not; the log, the mail and the report say why.

    A run that was killed, or that -NotAfter has paused, is gone on with by the next one, if it is of the same release; of another
    one it is not: settle it first, with Resume-, Undo- or Stop-Deployment. What is gone on with after its window has closed
    runs to its end. Each run has a folder under -LogFolder: a transcript, a log for each instance, and the report.
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File Deploy-Nightly.ps1 -ReleaseFile /builds/nightly.txt -DeployScript /srv/deploy.ps1 -Pool app -Balancer tcp://lb1:9999 -LogFolder /var/log/appstatus -NotAfter 05:00
#>
[CmdletBinding()]
param(
    # Its first line is the release.
    [Parameter(Mandatory)] [string] $ReleaseFile,
    # Runs once for each instance, with $Instance and $Release.
    [Parameter(Mandatory)] [string] $DeployScript,
    [Parameter(Mandatory)] [string] $Pool,
    # An HAProxy's admin socket. For another balancer, change the two lines that name HAProxy.
    [Parameter(Mandatory)] [string] $Balancer,
    [Parameter(Mandatory)] [string] $LogFolder,
    # A time of the day, such as 05:00: from then on no further instance is begun, and the run ends paused.
    [string] $NotAfter,
    # Where journals are kept; default: as APPSTATUS_STORE says, else the machine's folder.
    [string] $Store,
    [string] $BatchSize = '1',
    [double] $StableSec = 10,
    # Who is told when it fails, pauses, or an alert fires; without it nobody is.
    [string] $MailServer,
    [int] $MailPort = 25,
    [string] $MailFrom = 'appstatus@localhost',
    # Several with a comma between them.
    [string[]] $MailTo = 'root@localhost'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$exitCode = 1
$folder = Join-Path $LogFolder ([datetime]::UtcNow.ToString('yyyyMMdd-HHmmss'))
try {
    $null = New-Item $folder -ItemType Directory -Force
    $null = Start-Transcript (Join-Path $folder 'transcript.txt')
    Import-Module AppStatus
    $release = (Get-Content $ReleaseFile -TotalCount 1).Trim()
    if (-not $release) { throw "$ReleaseFile names no release." }
    $kept = if ($Store) { @{ Store = $Store } } else { @{} }

    $null = Connect-HAProxy $Balancer
    $members = Get-HAProxyServer -Backend $Pool
    # What somebody has taken out on purpose does not count, what a run has left out does.
    $enabled = @($members | Where-Object State -EQ Enabled)
    $done = @($enabled | Where-Object Serving | Get-AppStatus -ErrorAction Continue | Where-Object Version -CEQ $release)
    $last = Get-Deployment -Pool $Pool @kept | Select-Object -First 1
    $settled = -not $last -or $last.State -in 'Succeeded', 'SucceededWithIssues', 'RolledBack'
    if ($settled -and $enabled.Count -gt 0 -and $done.Count -eq $enabled.Count) {
        Write-Host "All $($enabled.Count) instances of $Pool run $release and serve: there is nothing to do."
        $exitCode = 0
    }
    else {
        $deployment = @{
            Release           = $release
            FilePath          = $DeployScript
            BatchSize         = $BatchSize
            StableSec         = $StableSec
            OnUnfinished      = 'Resume'
            LogPath           = $folder
            ReportPath        = Join-Path $folder 'report.html'
            Reason            = 'nightly'
            InformationAction = 'Continue' # each step, into the transcript
        }
        if ($NotAfter) {
            $closes = [datetime]::Today.Add([timespan]::Parse($NotAfter, [cultureinfo]::InvariantCulture))
            $deployment.NotAfter = if ($closes -gt [datetime]::Now) { $closes } else { $closes.AddDays(1) }
        }
        if ($MailServer) {
            $deployment.Channel = New-AlertChannel -Smtp -Server $MailServer -Port $MailPort -From $MailFrom -To ($MailTo -split ',').Trim()
            $deployment.NotifyOn = 'Alert', 'Paused', 'Failed'
        }

        $result = $members | Invoke-RollingDeployment @deployment @kept
        Write-Host "$($result.State): $($result.Id), never fewer than $($result.LowestCapacity) serving."
        $exitCode = 0
    }
}
catch {
    # A host line, so that it stands in the transcript and in the scheduler's own log.
    Write-Host "FAILED: $_"
}
finally {
    try { $null = Stop-Transcript } catch { Write-Host "There was no transcript: $_" }
}

exit $exitCode
