# Two pools behind one virtual server: the release comes to the idle one, and one write moves production there and back.
Describe 'Blue-green by a virtual server' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        . $PSScriptRoot/Support/Load.ps1
        $ports = [AppStatusRange.Wire]::FreePorts(6) | Sort-Object
        $blue, $green = $ports[0..2], $ports[3..5]
        function ConvertTo-Member($Ports) { @($Ports | ForEach-Object { @{ address = "127.0.0.1:$_" } }) }
        $bigip = Start-BigIp @{
            monitors       = @(@{ name = 'alive'; path = '/health'; recv = ' 200 '; interval = 0.1; timeout = 2 })
            pools          = @(@{ name = 'web-blue'; monitor = 'alive'; members = ConvertTo-Member $blue }, @{ name = 'web-green'; monitor = 'alive'; members = ConvertTo-Member $green })
            virtualServers = @(@{ name = 'vs_web'; pool = 'web-blue' }, @{ name = 'vs_ruled'; pool = 'web-blue'; rules = @('/Common/choose') })
        }
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
        $entry = "http://127.0.0.1:$(((Get-F5VirtualServer vs_web).Destination -split ':')[1])/"
        $run = @{ VirtualServer = 'vs_web'; Blue = 'web-blue'; Green = 'web-green'; Release = '2.0'; StableSec = 0.3; HealthyDeadlineSec = 60; Module = $RangeModule; WarningAction = 'SilentlyContinue' }
        $deploy = @{ Deploy = { Restart-RangeInstance $Instance.Port $Release } }
        function Get-Pool { (Get-F5VirtualServer vs_web).Pool }
        function Get-Release($Ports) { ($Ports | ForEach-Object { (Invoke-RestMethod "http://127.0.0.1:$_/appstatus").version }) -join ',' }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
    }
    BeforeEach {
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
        [AppStatusRange.Instances]::StartAll($ports, (Get-InstanceOptions '1.0' ready))
        Get-F5PoolMember web-blue, web-green | Set-PoolMember -State Enabled | Wait-PoolMember -Health Up -TimeoutSec 60 -IntervalSec 0.05 | Out-Null
        if ((Get-Pool) -ne 'web-blue') { Set-F5VirtualServer vs_web web-blue }
        $null = Invoke-Lab $bigip DELETE log
        $run.Store = Join-Path $TestDrive ([guid]::NewGuid())
    }

    It 'deploys to the idle side, switches under load without a failed request, and goes back in one write' {
        $load = Start-Load $entry
        Wait-RangeCondition { (Get-F5PoolMember web-blue | Measure-Object Connections -Sum).Sum -gt 0 }
        $result = Invoke-BlueGreenDeployment @run @deploy -BatchSize 2
        $result.State | Should -Be 'Succeeded'
        Get-Pool | Should -Be 'web-green'
        Get-Release $blue | Should -Be '1.0,1.0,1.0'
        Get-Release $green | Should -Be '2.0,2.0,2.0'
        Wait-RangeCondition { (Get-F5PoolMember web-green | Measure-Object Connections -Sum).Sum -gt 0 }

        $undo = Measure-BigIp $bigip { $result | Undo-Deployment -Store $run.Store }
        $undo.Output.State | Should -Be 'RolledBack'
        @($undo.Writes).Count | Should -Be 1
        Get-Pool | Should -Be 'web-blue'
        $done = Stop-Load $load
        $done.Failed | Should -Be 0 -Because ($done.FirstErrors -join '; ')
        foreach ($version in '1.0', '2.0') { $done.Versions.$version | Should -BeGreaterThan 0 -Because "$version was live" }
    }

    It 'takes the pool that the virtual server has for the live side, whatever it was called' {
        Set-F5VirtualServer vs_web web-green
        (Invoke-BlueGreenDeployment @run @deploy).State | Should -Be 'Succeeded'
        Get-Pool | Should -Be 'web-blue'
        Get-Release $green | Should -Be '1.0,1.0,1.0'
        Get-Release $blue | Should -Be '2.0,2.0,2.0'
    }

    It 'switches nothing when the new side fails its verification' {
        # The first one that is deployed to is the one that fails, so that the deadline is for nobody else.
        { Invoke-BlueGreenDeployment @run -Deploy { } -HealthyDeadlineSec 1 } | Should -Throw -ErrorId 'DeploymentHalted*'
        Get-Pool | Should -Be 'web-blue'
        (Measure-BigIp $bigip { Undo-Deployment -Last -Store $run.Store }).Writes | Should -BeNullOrEmpty
    }

    It 'switches to a release that is there already, after an approval' {
        foreach ($port in $green) { Restart-RangeInstance $port '2.0' }
        Get-F5PoolMember web-green | Wait-PoolMember -Health Up -TimeoutSec 60 -IntervalSec 0.05 | Out-Null
        $shell = New-RangeShell '$null = Connect-F5 $uri -Credential $credential -SkipCertificateCheck -WarningAction SilentlyContinue; Invoke-BlueGreenDeployment @run -RequireApproval -PauseTimeoutSec 60' @{ run = $run; uri = $bigip.Uri; credential = Get-BigIpCredential }
        $job = $shell.Shell.BeginInvoke()
        Wait-RangeCondition { (Get-Deployment -Store $run.Store -ErrorAction Ignore).State -eq 'AwaitingApproval' }
        Get-Pool | Should -Be 'web-blue'
        $null = Approve-Deployment -Last -Store $run.Store
        $shell.Shell.EndInvoke($job).State | Should -Be 'Succeeded'
        $shell.Runspace.Dispose()
        Get-Pool | Should -Be 'web-green'
    }

    It 'leaves a virtual server alone that somebody has switched meanwhile' {
        $basic = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('deployer:pass-w0rd'))
        $result = try {
            Invoke-BlueGreenDeployment @run -ArgumentList $bigip.Uri, $basic -Deploy {
                param($uri, $basic)
                Restart-RangeInstance $Instance.Port $Release
                $null = Invoke-RestMethod "$uri/mgmt/tm/ltm/virtual/~Common~vs_web" -Method Patch -Body '{"pool":""}' -ContentType application/json -Headers @{ Authorization = $basic } -SkipCertificateCheck
            }
        } catch { $_.Exception.Result }
        $result.State | Should -Be 'Failed'
        ($result.Lanes | Where-Object Name -like '*vs_web').ErrorId | Should -Be 'ChangedByOperator'
        Get-Pool | Should -BeNullOrEmpty
    }

    It 'shows the plan and writes nothing with -WhatIf, and refuses what it can not tell' {
        (Measure-BigIp $bigip { Invoke-BlueGreenDeployment @run @deploy -WhatIf }).Writes | Should -BeNullOrEmpty
        "$(Invoke-BlueGreenDeployment @run @deploy -PlanOnly)" | Should -Match 'web-blue > web-green, if 2 serve there'
        $other = $run.Clone()
        $other.Blue = 'web-green'; $other.Green = 'web-green'
        { Invoke-BlueGreenDeployment @other } | Should -Throw -ErrorId 'InvalidArgument*'
        { Invoke-BlueGreenDeployment @run -Deploy { } -FilePath x.ps1 } | Should -Throw -ErrorId 'InvalidArgument*'
        { Get-F5PoolMember web-green | Invoke-BlueGreenDeployment @run } | Should -Throw -ErrorId 'InvalidArgument*'
        { Invoke-BlueGreenDeployment @run -TrafficControl Status } | Should -Throw -ErrorId 'InvalidArgument*'
        Get-F5PoolMember web-green | Select-Object -First 2 | Set-PoolMember -State Offline | Out-Null
        { Invoke-BlueGreenDeployment @run @deploy } | Should -Throw -ErrorId 'MinimumHealthyUnreachable*'
        $ruled = $run.Clone(); $ruled.VirtualServer = 'vs_ruled'
        Get-F5PoolMember web-green | Set-PoolMember -State Enabled | Wait-PoolMember -Health Up -TimeoutSec 60 -IntervalSec 0.05 | Out-Null
        { Invoke-BlueGreenDeployment @ruled @deploy } | Should -Throw -ErrorId 'PlanRefused*'
        (Invoke-BlueGreenDeployment @ruled @deploy -IgnorePolicies -PlanOnly).Strategy | Should -Be 'BlueGreen'
        $none = $run.Clone(); $none.VirtualServer = 'vs_none'
        { Invoke-BlueGreenDeployment @none } | Should -Throw -ErrorId 'VirtualServerNotFound*'
    }
}
