# A real mail server (Debian: python3-aiosmtpd), for scenarios that dot-source this after Range/Range.ps1.
function Test-MailServer {
    $has = Test-Path /usr/bin/python3
    if ($has) {
        $null = & /usr/bin/python3 -c 'import aiosmtpd' 2>&1
        $has = $LASTEXITCODE -eq 0
    }

    if (-not $has -and $env:APPSTATUS_REQUIRE_ALL -eq '1') { throw 'python3-aiosmtpd is not installed.' }
    if (-not $has) { Write-Host "SKIPPED: python3-aiosmtpd is not installed." }
    $has
}

function Start-MailServer {
    $port = [AppStatusRange.Wire]::FreePorts(1)[0]
    $file = Join-Path ([IO.Path]::GetTempPath()) "appstatus-mail-$port"
    $script = Join-Path $PSScriptRoot '../../AppStatus.Integration.Tests/Monitoring/mail.py'
    $process = [AppStatusRange.Child]::Start('/bin/sh', @('-c', "exec /usr/bin/python3 -u '$script' $port plain /tmp > '$file'"), '')
    Wait-RangeCondition { (Get-Content $file -ErrorAction Ignore) -contains 'listening' }
    [pscustomobject]@{ Port = $port; File = $file; Seen = 0; Process = $process }
}

function Stop-MailServer($Mail) {
    if (-not $Mail) { return }
    $Mail.Process.Dispose()
    Remove-Item $Mail.File
}

# The whole texts of the mails since the last Clear-Mail, oldest first.
function Get-Mail($Mail) {
    Get-Content $Mail.File | Where-Object { $_ -like '{*}' } | Select-Object -Skip $Mail.Seen | ForEach-Object {
        $head, $body = ($_ | ConvertFrom-Json).data -replace "`r" -split "`n`n", 2
        "$($head -replace '\n\s+', ' ')`n$(if ($head -match 'base64') { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String(($body -replace '\s'))) } else { $body })"
    }
}

function Clear-Mail($Mail) { $Mail.Seen += @(Get-Mail $Mail).Count }
