# Releases behind a BIG-IP: what reaches the other unit of the pair, and what a failover in the middle does.
Describe 'A deployment behind an F5' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $WarningPreference = 'SilentlyContinue'
        $ports = [AppStatusRange.Wire]::FreePorts(3)
        $lines = @{ StableSec = 0; HealthyDeadlineSec = 20; MonitorDelaySec = 0 }
        function Start-Pair($Group) {
            $more = if ($Group) { @{ deviceGroup = $Group } } else { @{} }
            Start-BigIp (@{
                    hostName       = 'bigip1.range.example'
                    monitors       = @(@{ name = 'ready'; path = '/health'; recv = ' 200 '; interval = 0.1; timeout = 2 })
                    pools          = @(@{ name = 'web'; monitor = 'ready'; members = @($ports | ForEach-Object { @{ address = "127.0.0.1:$_" } }) })
                    virtualServers = @(@{ name = 'vs_web'; pool = 'web' })
                } + $more)
        }
        # What changed the device, in order: 'user-disabled', 'user-enabled', 'sync', 'save'.
        function Get-Change {
            (Invoke-Lab $bigip GET 'log?writes=true').entries | ForEach-Object {
                switch -Wildcard ("$($_.method) $($_.path) $($_.status) $($_.body)") {
                    'PATCH */members/* 200 *user-disabled*' { 'user-disabled' }
                    'PATCH */members/* 200 *user-enabled*' { 'user-enabled' }
                    'POST /mgmt/tm/cm 200*' { 'sync' }
                    'POST /mgmt/tm/sys/config 200*' { 'save' }
                    default { $_ }
                }
            }
        }
        function Get-Outcome([scriptblock]$Block) {
            try { & $Block } catch { if ($_.Exception.Result) { $_.Exception.Result } else { ($_.FullyQualifiedErrorId -split ',')[0] } }
        }
        [AppStatusRange.Instances]::StartAll($ports, (Get-InstanceOptions '1.0' ready))
        $bigip = Start-Pair dg_web
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
    }
    BeforeEach {
        # Whoever disconnects the default session leaves none.
        if (-not (Get-F5Session | Where-Object IsDefault)) { $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue }
        $null = Invoke-Lab $bigip POST standby @{ standby = $false }
        $null = Invoke-Lab $bigip DELETE faults
        $null = Get-F5PoolMember web | Set-PoolMember -State Enabled
        Get-F5PoolMember web | Wait-PoolMember -Health Up -IntervalSec 0.05 -TimeoutSec 10 | Out-Null
        $null = Sync-F5DeviceGroup
        $null = Invoke-Lab $bigip DELETE log
        $lines.Store = Join-Path $TestDrive ([guid]::NewGuid())
    }

    It 'synchronises each drain before its deploy, and synchronises and saves at the end' {
        $seen = [Collections.Concurrent.ConcurrentQueue[string]]::new()
        $result = Get-F5PoolMember web | Select-Object -First 2 | Invoke-RollingDeployment @lines -ConfigSync -SaveConfig -ArgumentList $bigip.Uri, $seen -Deploy {
            param($uri, $seen)
            $log = (Invoke-RestMethod "$uri/_lab/log?writes=true" -SkipCertificateCheck).entries
            $seen.Enqueue(($log | Select-Object -Last 1).path)
        }
        $result.State | Should -Be 'Succeeded'
        Get-Change | Should -Be 'user-disabled', 'sync', 'user-enabled', 'user-disabled', 'sync', 'user-enabled', 'sync', 'save'
        $seen | Should -Be '/mgmt/tm/cm', '/mgmt/tm/cm'
        (Get-Deployment $result.Id -Store $lines.Store).State | Should -Be 'Succeeded'
    }

    It 'does neither without being asked' {
        (Get-F5PoolMember web | Select-Object -First 1 | Invoke-RollingDeployment @lines -Deploy { }).State | Should -Be 'Succeeded'
        Get-Change | Should -Be 'user-disabled', 'user-enabled'
    }

    It 'synchronises what was forced offline' {
        $held = [AppStatusRange.Wire]::Hold([int]((Get-F5VirtualServer vs_web).Destination -split ':')[1], 3000)
        try {
            Wait-RangeCondition { (Get-F5PoolMember web | Measure-Object Connections -Sum).Sum -eq 1 }
            $busy = Get-F5PoolMember web | Where-Object Connections
            $result = $busy | Invoke-RollingDeployment @lines -ConfigSync -DrainTimeoutSec 0.2 -OnDrainTimeout Force -Deploy { }
            $result.State | Should -Be 'Succeeded'
            Get-Change | Should -Be 'user-disabled', 'sync', 'user-disabled', 'sync', 'user-enabled', 'sync'
        }
        finally { $held.Dispose() }
    }

    It 'puts a lane back whose drain reaches nobody else, and deploys nothing' {
        $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; method = 'POST'; pathPrefix = '/mgmt/tm/cm'; count = 1 }
        $deployed = [Collections.Concurrent.ConcurrentQueue[string]]::new()
        $result = Get-Outcome { Get-F5PoolMember web | Select-Object -First 1 | Invoke-RollingDeployment @lines -ConfigSync -ArgumentList (, $deployed) -Deploy { param($deployed) $deployed.Enqueue('x') } }
        $result.State | Should -Be 'Failed'
        $result.Lanes[0].ErrorId | Should -Be 'HttpError'
        $deployed.Count | Should -Be 0
        Get-BigIpState $bigip | Should -Not -Match 'user-disabled'
    }

    It 'tells that saving failed, and a resume saves' {
        $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; method = 'POST'; pathPrefix = '/mgmt/tm/sys/config'; count = 1 }
        $result = Get-F5PoolMember web | Select-Object -First 1 | Invoke-RollingDeployment @lines -SaveConfig -Deploy { }
        $result.State | Should -Be 'SucceededWithIssues'
        $result.Error | Should -Match 'was not saved'
        Get-Change | Where-Object { $_ -eq 'save' } | Should -BeNullOrEmpty
        $resumed = Resume-Deployment $result.Id -Store $lines.Store
        $resumed.State | Should -Be 'Succeeded'
        Get-Change | Select-Object -Last 1 | Should -Be 'save'
    }

    It 'undoes as it deployed: synchronised and saved' {
        $result = Get-F5PoolMember web | Select-Object -First 1 | Invoke-RollingDeployment @lines -ConfigSync -SaveConfig -Deploy { }
        $null = Invoke-Lab $bigip DELETE log
        (Undo-Deployment $result.Id -Store $lines.Store -Deploy { } -Release '1.0').State | Should -Be 'RolledBack'
        Get-Change | Should -Be 'user-disabled', 'sync', 'user-enabled', 'sync', 'save'
    }

    It 'shows in the plan what is synchronised and saved' {
        $plan = Get-F5PoolMember web | Invoke-RollingDeployment @lines -ConfigSync -SaveConfig -PlanOnly -Deploy { }
        "$plan" | Should -Match 'synchronised.*\n.*saved at the end'
        Get-Change | Should -BeNullOrEmpty
    }

    It 'refuses -ConfigSync on a unit on its own, and -SaveConfig where status drives the traffic, before anything is touched' {
        $alone = Start-Pair
        try {
            $session = Connect-F5 $alone.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -WarningAction SilentlyContinue
            $members = Get-F5PoolMember web -Session $session
            $members | Wait-PoolMember -Health Up -IntervalSec 0.05 | Out-Null
            Get-Outcome { Get-F5PoolMember web -Session $session | Invoke-RollingDeployment @lines -ConfigSync -Deploy { } } | Should -Be 'NotSupported'
            Get-Outcome { Get-F5PoolMember web -Session $session | Invoke-RollingDeployment @lines -TrafficControl Status -SaveConfig -Deploy { } } | Should -Be 'NotSupported'
            (Invoke-Lab $alone GET 'log?writes=true').entries | Should -BeNullOrEmpty
            Test-Path $lines.Store | Should -BeFalse
        }
        finally {
            $session | Disconnect-F5 -ErrorAction SilentlyContinue
            Stop-BigIp $alone
        }
    }

    It 'shows no password and no token: not in output, verbose text, errors, results or the journal' {
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck -Verbose 4>&1 -OutVariable shown
        $path = Join-Path $TestDrive 'all.xml'
        $failed = @()
        try {
            $null = Get-F5PoolMember web -Verbose -OutVariable +shown 4>&1 | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] } | Select-Object -First 1 |
                Invoke-RollingDeployment @lines -ConfigSync -SaveConfig -Verbose -InformationAction Continue -Deploy { throw 'no' } 4>&1 6>&1 -OutVariable +shown
        }
        catch { $failed = $_ }
        $servers = @(Get-F5VirtualServer)
        $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; pathPrefix = '/mgmt/tm/ltm'; count = 1 }
        $errors = try { Get-F5Pool } catch { $_ }
        # A failure to delete the token is told without it.
        $null = Invoke-Lab $bigip POST faults @{ kind = 'html'; method = 'DELETE'; count = 1 }
        $errors = @($errors) + @(Get-F5Session | Select-Object -Last 1 | Disconnect-F5 -Verbose *>&1)
        $all = @($shown) + @($failed, $failed.Exception.Result) + $errors + @(Get-Deployment -Store $lines.Store) + $servers
        # Ten levels deep an error record is half of PowerShell.
        $ours = $all | Where-Object { $_ -and $_.GetType().Namespace -like 'AppStatus*' }
        $ours.ForEach{ $_.GetType().Name } | Should -Contain 'DeploymentResult' -Because "$failed"
        $ours | Export-Clixml $path -Depth 10
        $text = @(
            $all | Out-String -Width 500
            $ours | Format-List * -Force | Out-String -Width 500
            $failed.Exception.ToString()
            $errors | ForEach-Object { "$_ $($_.Exception)" }
            $ours | ConvertTo-Json -Depth 10 -WarningAction SilentlyContinue
            Get-Content $path -Raw
            Get-ChildItem $lines.Store -Recurse -File | Get-Content -Raw
        ) -join "`n"
        $tokens = (Invoke-Lab $bigip GET log).entries.path -match 'authz/tokens/' -replace '.*/tokens/'
        $tokens | Should -Not -BeNullOrEmpty
        foreach ($secret in @('pass-w0rd') + $tokens) { $text | Should -Not -Match ([regex]::Escape($secret)) }
    }

    Context 'a failover in the middle' {
        It 'before a drain: nothing is written to the unit, and nothing is deployed' {
            $deployed = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            $uri = $bigip.Uri
            $result = Get-Outcome {
                Get-F5PoolMember web | Invoke-RollingDeployment @lines -ArgumentList (, $deployed) -Deploy { param($deployed) $deployed.Enqueue($Instance.Name) } -BeforeDrain {
                    $null = Invoke-RestMethod "$using:uri/_lab/standby" -Method Post -Body '{"standby":true}' -ContentType application/json -SkipCertificateCheck
                }
            }
            $result.State | Should -Be 'Halted'
            $result.Lanes[0].ErrorId | Should -Be 'StandbyUnit'
            $deployed.Count | Should -Be 0
            Get-Change | Should -BeNullOrEmpty
        }

        It 'while connections end: a standby unit''s count of none is not believed, and nothing is deployed' {
            $held = [AppStatusRange.Wire]::Hold([int]((Get-F5VirtualServer vs_web).Destination -split ':')[1], 20000)
            $deployed = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            try {
                Wait-RangeCondition { (Get-F5PoolMember web | Measure-Object Connections -Sum).Sum -eq 1 }
                $busy = Get-F5PoolMember web | Where-Object Connections
                $run = New-RangeShell {
                    param($port, $store, $uri, $deployed)
                    $credential = [pscredential]::new('deployer', (ConvertTo-SecureString 'pass-w0rd' -AsPlainText -Force))
                    $null = Connect-F5 $uri -Credential $credential -SkipCertificateCheck -WarningAction SilentlyContinue
                    $member = Get-F5PoolMember web | Where-Object Port -EQ $port
                    try { $member | Invoke-RollingDeployment -Store $store -StableSec 0 -ArgumentList (, $deployed) -Deploy { param($deployed) $deployed.Enqueue('x') } } catch { $_.Exception.Result }
                }.ToString()
                $null = $run.Shell.AddParameters(@{ port = $busy.Port; store = $lines.Store; uri = $bigip.Uri; deployed = $deployed })
                $handle = $run.Shell.BeginInvoke()
                Wait-RangeCondition { (Get-BigIpState $bigip) -match 'user-disabled' }
                $null = Invoke-Lab $bigip POST standby @{ standby = $true }
                $result = $run.Shell.EndInvoke($handle)[0]
                $result.Lanes[0].ErrorId | Should -Be 'StandbyUnit'
                $result.Lanes[0].Error | Should -Match 'not the active unit'
                $deployed.Count | Should -Be 0
                Get-Change | Should -Be 'user-disabled'

                # Back on the active unit, the run goes on.
                $null = Invoke-Lab $bigip POST standby @{ standby = $false }
                $held.Dispose()
                (Resume-Deployment $result.Id -Store $lines.Store -Deploy { }).State | Should -Be 'Succeeded'
            }
            finally {
                $held.Dispose()
                if ($run) { $run.Shell.Dispose(); $run.Runspace.Dispose() }
            }
        }

        It 'fails Wait-PoolMember -Idle instead of telling idleness' {
            $member = Get-F5PoolMember web | Select-Object -First 1 | Set-PoolMember -State Draining
            $null = Invoke-Lab $bigip POST standby @{ standby = $true }
            $errors = @()
            $member | Wait-PoolMember -Idle -IntervalSec 0.05 -TimeoutSec 10 -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'StandbyUnit,*'
        }
    }
}
