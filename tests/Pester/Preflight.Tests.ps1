# What Test-Deployment finds out before a run: of each strategy, of the pair of units, of the store and of the outputs.
Describe 'Test-Deployment' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/BigIp.ps1
        $WarningPreference = 'SilentlyContinue'
        $ports = [AppStatusRange.Wire]::FreePorts(4) | Sort-Object
        function ConvertTo-Member($Ports) { @($Ports | ForEach-Object { @{ address = "127.0.0.1:$_" } }) }
        $bigip = Start-BigIp @{
            deviceGroup    = 'dg_web'
            monitors       = @(@{ name = 'ready'; path = '/health'; recv = ' 200 '; interval = 0.1; timeout = 2 })
            pools          = @(@{ name = 'blue'; loadBalancingMode = 'ratio-member'; slowRampTime = 0; monitor = 'ready'; members = ConvertTo-Member $ports[0..1] }, @{ name = 'green'; monitor = 'ready'; members = ConvertTo-Member $ports[2..3] })
            virtualServers = @(@{ name = 'vs_web'; pool = 'blue' }, @{ name = 'vs_ruled'; pool = 'blue'; rules = @('/Common/choose') })
        }
        [AppStatusRange.Instances]::StartAll($ports, (Get-InstanceOptions '1.0' ready))
        $null = Connect-F5 $bigip.Uri -Credential (Get-BigIpCredential) -SkipCertificateCheck
        Get-F5PoolMember blue, green | Wait-PoolMember -Health Up -IntervalSec 0.05 -TimeoutSec 30 | Out-Null
        $release = @{ Release = '2.0'; Store = Join-Path $TestDrive store; Deploy = { throw 'never run' } }
        $switch = @{ VirtualServer = 'vs_web'; Blue = 'blue'; Green = 'green' }

        function Get-Finding([string]$Check, [scriptblock]$Test) { & $Test | Where-Object Check -EQ $Check | ForEach-Object { "$($_.Level): $($_.Message)" } }
        function Get-FailureId([scriptblock]$Block) { try { & $Block } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
    }
    BeforeEach { $null = Invoke-Lab $bigip DELETE log }
    AfterEach {
        (Invoke-Lab $bigip GET 'log?writes=true').entries | Should -BeNullOrEmpty
        $release.Store | Should -Not -Exist
    }

    It 'checks a rolling deployment, and makes nothing' {
        $findings = Get-F5PoolMember blue | Test-Deployment @release -LogPath $TestDrive/logs -ReportPath $TestDrive/reports/run.html
        $findings.Level | Sort-Object -Unique | Should -Not -Contain 'Error'
        'Rights', 'Sync', 'Status', 'Store', 'Capacity', 'Lock', 'Unfinished', 'Log', 'Report' | ForEach-Object { $findings.Check | Should -Contain $_ }
        "$TestDrive/logs", "$TestDrive/reports" | Should -Not -Exist
    }

    It 'needs one way to do it, and one only' {
        foreach ($more in @{}, @{ Deploy = { }; FilePath = 'x.ps1' }, @{ Promote = $true; Image = 'app:1' }, ($switch + @{ Promote = $true })) {
            Get-FailureId { Get-F5PoolMember blue | Test-Deployment -Release 2.0 -Store $release.Store @more } | Should -Be 'InvalidArgument'
        }
        { Get-F5PoolMember blue | Test-Deployment -Deploy $null } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    Context 'of a pair of units' {
        BeforeAll { $null = Get-F5PoolMember blue | Select-Object -First 1 | Set-PoolMember -State Draining | Set-PoolMember -State Enabled }

        It 'warns while the other unit has another configuration, and no longer after it is synchronised' {
            $changed, $synchronised = foreach ($once in 1, 2) {
                Get-Finding Sync { Get-F5PoolMember blue | Test-Deployment @release }
                $null = Sync-F5DeviceGroup
                $null = Invoke-Lab $bigip DELETE log
            }
            $changed | Should -BeLike 'Warning: *differ*Changes Pending*Sync-F5DeviceGroup*'
            $synchronised | Should -BeLike 'Ok: *'
        }

        It 'forbids a run on the standby unit' {
            $null = Invoke-Lab $bigip POST standby @{ standby = $true }
            try { Get-Finding Rights { Get-F5PoolMember blue | Test-Deployment @release -ErrorAction SilentlyContinue } | Should -BeLike 'Error: *standby*' }
            finally { $null = Invoke-Lab $bigip POST standby @{ standby = $false } }
        }
    }

    Context 'of a canary' {
        It 'tells what a share costs in capacity, and which one can''t be reached' {
            Get-F5PoolMember blue | Test-Deployment @release -TrafficPercent 50, 100 | Where-Object Level -EQ Error | Should -BeNullOrEmpty
            $refused = Get-F5PoolMember blue | Test-Deployment @release -TrafficPercent 1, 100 -CanaryCount 2 -ErrorAction SilentlyContinue -ErrorVariable errors
            ($refused | Where-Object Level -EQ Error) | Should -Not -BeNullOrEmpty
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'PlanRefused,*'
        }

        It 'warns of a share that is over before missing data says anything' {
            $rule = New-AlertRule errors -GreaterThan 1
            $told = foreach ($step in 4, 90) { @(Get-F5PoolMember blue | Test-Deployment @release -TrafficPercent 50, 100 -StepSec $step -AlertRule $rule | Where-Object Message -Like '*missing data*').Count }
            $told | Should -Be 1, 0
        }

        It 'refuses <Name> as Invoke-CanaryDeployment does' -ForEach @(
            @{ Name = 'shares that fall'; More = @{ TrafficPercent = 50, 5 } }
            @{ Name = 'two ways to choose the canaries'; More = @{ TrafficPercent = 5, 100; CanaryCount = 1; CanaryInstance = 'x' } }
            @{ Name = 'an analysis of no time'; More = @{ TrafficPercent = 5, 100; StepSec = 0; Analysis = 'a rule' } }
        ) {
            if ($More.Analysis) { $More.Analysis = New-AnalysisRule -Metric errors -GreaterThan 1 }
            Get-FailureId { Get-F5PoolMember blue | Test-Deployment @release @More } | Should -Be 'InvalidArgument'
            Get-FailureId { Get-F5PoolMember blue | Invoke-CanaryDeployment @release @More } | Should -Be 'InvalidArgument'
        }

        It 'knows -<Name> to be of another strategy' -ForEach @(
            @{ Name = 'CanaryCount'; More = @{ CanaryCount = 2 } }
            @{ Name = 'StepSec'; More = @{ StepSec = 5 } }
        ) {
            { Get-F5PoolMember blue | Test-Deployment @release @More } | Should -Throw "*-$Name is of a canary deployment*"
        }
    }

    Context 'of a blue-green switch' {
        It 'looks at both pools, with a deploy and without' {
            foreach ($deploy in @{ Deploy = { } }, @{}) {
                $findings = Test-Deployment @switch @deploy -Release 2.0 -Store $release.Store
                $findings | Where-Object Level -EQ Error | Should -BeNullOrEmpty
                ($findings | Where-Object Check -EQ Status).Count | Should -Be 4
            }
        }

        It 'finds an iRule that may choose the pool, unless it is to be ignored' {
            $ruled = $switch + @{ Release = '2.0'; Store = $release.Store }
            $ruled.VirtualServer = 'vs_ruled'
            Test-Deployment @ruled -ErrorAction SilentlyContinue | Where-Object Level -EQ Error | Should -Not -BeNullOrEmpty
            Test-Deployment @ruled -IgnorePolicies | Where-Object Level -EQ Error | Should -BeNullOrEmpty
        }

        It 'knows -<Name> to be of a switch, and a switch to need both pools' -ForEach @{ Name = 'Blue'; More = @{ Blue = 'blue' } }, @{ Name = 'KeepWarmSec'; More = @{ KeepWarmSec = 5 } } {
            { Get-F5PoolMember blue | Test-Deployment @release @More } | Should -Throw "*-$Name is of a blue-green deployment*"
            { Test-Deployment -VirtualServer vs_web -Blue blue -FilePath nowhere } | Should -Throw '*-Blue and -Green*'
        }

        It 'takes no instances beside' {
            Get-FailureId { Get-F5PoolMember blue | Test-Deployment @switch -Release 2.0 -Store $release.Store } | Should -Be 'InvalidArgument'
            { Test-Deployment @switch -Release 2.0 -TrafficPercent 5 } | Should -Throw '*exclude each other*'
        }
    }

    Context 'of what is written' {
        BeforeAll { Set-Content $TestDrive/file 'no folder' }

        It 'forbids a run whose <Check> can''t be written' -ForEach @(
            @{ Check = 'Store'; More = @{ Store = 'TestDrive:/file' } }
            @{ Check = 'Store'; More = @{ Store = 'redis://127.0.0.1:1/0' } }
            @{ Check = 'Log'; More = @{ LogPath = 'TestDrive:/file' } }
            @{ Check = 'Report'; More = @{ ReportPath = 'TestDrive:/file/run.html' } }
        ) {
            $given = $release.Clone()
            foreach ($name in $More.Keys) { $given[$name] = $More[$name] }
            $found = Get-F5PoolMember blue | Test-Deployment @given -ErrorAction SilentlyContinue -ErrorVariable errors
            ($found | Where-Object Level -EQ Error).Check | Should -Be $Check
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'PlanRefused,*'
        }
    }
}
