# What the demo types. The deploy block asks the demo's door to replace the process; yours would copy files and restart a service.
param([string] $Module, [uri] $BigIp, [string] $Door, [string] $Release, [string] $Store, [string] $Report)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$admin = [pscredential]::new('admin', (ConvertTo-SecureString 'admin' -AsPlainText -Force))
$null = Connect-F5 -Uri $BigIp -Credential $admin -SkipCertificateCheck -WarningAction SilentlyContinue

Get-F5PoolMember web | Get-AppStatus | Format-Table Name, Status, Version, LatencyMs | Out-Host

$result = Get-F5PoolMember web | Invoke-RollingDeployment -Release $Release -BatchSize 2 -StableSec 1 -Store $Store -ReportPath $Report -Deploy {
    Invoke-RestMethod -Method Post "$($using:Door)instances/$($Instance.Port)?version=$Release"
} -InformationAction ($env:CI -or [Console]::IsOutputRedirected ? 'Continue' : 'SilentlyContinue')

$result.Lanes | Format-Table Name, State, @{ Label = 'Seconds'; Expression = { $_.Duration.TotalSeconds.ToString('0.0') } }, Left | Out-Host
"$($result.Strategy) deployment of $($result.Release): $($result.State); never fewer than $($result.LowestCapacity) serving; $($result.Duration.TotalSeconds.ToString('0.0')) s"
Disconnect-F5
