@{
    RootModule           = 'bin/AppStatus.dll'
    # Before the root module, whose types need what it finds.
    NestedModules        = @('bin/AppStatus.Loading.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0b1c53-6a0e-4b0c-9d0a-6f0f5b7a2c11'
    Author               = 'The AppStatus authors'
    CompanyName          = 'AppStatus'
    Copyright            = '(c) The AppStatus authors. MIT licence.'
    Description          = 'Releases software onto fixed pools behind load balancers: rolling, blue-green and canary, without losing a request.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess     = @('AppStatus.Format.ps1xml')
    TypesToProcess       = @('AppStatus.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Get-AppStatus'
        'Set-AppStatus'
        'Wait-AppStatus'
        'Test-AppStatus'
        'Connect-F5'
        'Disconnect-F5'
        'Get-F5Session'
        'Get-F5Pool'
        'Get-F5PoolMember'
        'Get-F5VirtualServer'
        'Set-F5VirtualServer'
        'Save-F5Configuration'
        'Sync-F5DeviceGroup'
        'Connect-HAProxy'
        'Get-HAProxyServer'
        'Connect-RedisBalancer'
        'Get-RedisBalancerMember'
        'Connect-Elb'
        'Get-ElbTarget'
        'Set-PoolMember'
        'Wait-PoolMember'
        'Suspend-PoolMember'
        'Restore-PoolMember'
        'Get-SuspendedPoolMember'
        'Start-AppEnvironment'
        'Get-AppEnvironment'
        'Stop-AppEnvironment'
        'Get-InstanceMetric'
        'Watch-InstanceMetric'
        'New-AlertRule'
        'New-AnalysisRule'
        'New-AlertChannel'
        'Send-Alert'
        'Get-FeatureFlag'
        'Set-FeatureFlag'
        'Enable-FeatureFlag'
        'Disable-FeatureFlag'
        'Remove-FeatureFlag'
        'Invoke-BlueGreenDeployment'
        'Invoke-CanaryDeployment'
        'Invoke-RollingDeployment'
        'Test-Deployment'
        'Get-Deployment'
        'Watch-Deployment'
        'Resume-Deployment'
        'Undo-Deployment'
        'Complete-Deployment'
        'Stop-Deployment'
        'Suspend-Deployment'
        'Approve-Deployment'
        'Deny-Deployment'
        'Export-DeploymentReport'
    )
    PrivateData          = @{
        PSData = @{
            Tags = @('deployment', 'rolling', 'blue-green', 'canary', 'load-balancer', 'F5', 'HAProxy', 'ELB', 'DevOps')
        }
    }
}
