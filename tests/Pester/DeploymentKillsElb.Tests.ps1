# kill -9 of the driver behind AWS, where a member that is drained leaves the balancer's list: whoever goes on in another process
# knows of it by the journal alone, and nobody out there notices.
Describe 'A driver that is killed behind an ELB' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Elb.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $kept = Use-ElbCredential (Join-Path $TestDrive 'none')
        $ports = [AppStatusRange.Wire]::FreePorts(4)
        $range = [pscustomobject]@{
            Folder    = (New-Item -ItemType Directory (Join-Path $TestDrive 'range')).FullName
            Store     = Join-Path $TestDrive 'store'
            Instances = @(foreach ($port in $ports[0..2]) { [pscustomobject]@{ Port = $port } })
            Load      = $null
        }
        [AppStatusRange.Instances]::StartAll($ports[0..2], (Get-InstanceOptions '1.0' ready))
        Start-RangeDeployer $range
        $ids = foreach ($n in 1..3) { "i-0aaaaaaaaaaaaaaa$n" }
        $names = foreach ($n in 0..2) { "$($ids[$n]):$($ports[$n])" }
        $elb = Start-Elb @{
            instances    = @(foreach ($id in $ids) { @{ id = $id; name = $id } })
            targetGroups = @(@{ name = 'web'; deregistrationDelaySec = 2; healthPath = '/health'; healthIntervalSec = 0.1; healthyThreshold = 2; targets = $names })
            listeners    = @(@{ loadBalancer = 'alb'; port = $ports[3]; default = @{ web = 1 } })
        }
        $connect = "`$null = Connect-Elb '$(Get-ElbArn web)' -EndpointUri $($elb.Uri)"
        $null = Connect-Elb (Get-ElbArn web) -EndpointUri $elb.Uri
        Wait-RangeCondition { @(Get-ElbTarget web | Where-Object Serving).Count -eq 3 }

        # A process of its own, that knows of the balancer what it asks, and of the deployment what is in the store.
        function Start-ElbDriver([string]$Script) {
            $file = Join-Path $range.Folder "driver-$([guid]::NewGuid().ToString('n').Substring(0, 8)).ps1"
            Set-Content $file "Import-Module '$ModuleRoot'`n$connect`n$Script"
            $driver = [AppStatusRange.Child]::Start('pwsh', @('-NoProfile', '-NonInteractive', '-File', $file), '')
            $range.Drivers.Add($driver)
            $driver
        }
        function Stop-ElbDriverAt([string]$Script, [string]$Kind) {
            $watch = [AppStatusRange.JournalWatch]::new((Join-Path $range.Store 'deployments'))
            Get-RangeLineName $watch.KillAt((Start-ElbDriver $Script), (Get-RangeLinePattern $Kind), 60)
        }
    }
    AfterAll {
        if ($range.Load) { $range.Load.Process.Dispose() }
        foreach ($driver in $range.Drivers) { $driver.Dispose() }
        $range.Deployer.Dispose()
        Stop-Elb $elb
        foreach ($port in $ports[0..2]) { [AppStatusRange.Instances]::Kill($port) }
        foreach ($name in $kept.Keys) { [Environment]::SetEnvironmentVariable($name, $kept[$name]) }
    }

    It 'in <What> is gone on with by another process, and no request is lost' -ForEach @(
        @{ What = 'the drain'; Release = '2.0'; Kinds = 'StepStarted Drain', 'StepSucceeded Drain', 'StepStarted AwaitIdle' }
        @{ What = 'the deploy'; Release = '3.0'; Kinds = 'StepStarted Deploy', 'StepSucceeded Deploy', 'StepStarted Restore' }
    ) {
        $stop = Join-Path $TestDrive "stop-load-$Release"
        $load = [AppStatusRange.Child]::Start('dotnet', @([AppStatusRange.Instances]::Lab, 'load', '--uri', "http://127.0.0.1:$($ports[3])/", '--path-mix', '/=97,/slow?ms=800=3', '--rate', '100', '--seconds', '300', '--keep-alive', 'false', '--stop-file', $stop, '--json'), '')
        $range.Load = @{ Process = $load }
        $script = "Get-ElbTarget web | Invoke-RollingDeployment -Release $Release -StableSec 0.2 -HealthyDeadlineSec 60 -FilePath '$($range.DeployFile)' -Store '$($range.Store)'"
        foreach ($kind in $Kinds) {
            $died = Stop-ElbDriverAt $script $kind
            Write-Host "    killed at: $died"
            $script = "Resume-Deployment -Last -Store '$($range.Store)'"
        }

        $ended = Wait-RangeDriver (Start-ElbDriver "(Resume-Deployment -Last -Store '$($range.Store)').State.ToString()") 120

        $ended.Text | Should -Match '\bSucceeded\b'
        $ended.ExitCode | Should -Be 0
        $null = New-Item $stop -ItemType File
        $load.WaitForExit(60000) | Should -BeTrue
        $sent = $load.Output | ConvertFrom-Json
        $sent.Failed | Should -Be 0 -Because "of $($sent.Sent) $($sent.FirstErrors)"
        $sent.Sent | Should -BeGreaterThan 0
        Get-RangeVersion $range | Should -Be @($Release, $Release, $Release)
        # Another session, which has drained nobody, lists all of them as serving.
        $fresh = Connect-Elb (Get-ElbArn web) -EndpointUri $elb.Uri
        @(Get-ElbTarget web -Session $fresh | Where-Object Serving).Name | Sort-Object | Should -Be ($names | Sort-Object)
        (Get-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
    }
}
