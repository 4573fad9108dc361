# The mission's first system, rule by rule: every instance tells its status, and gets the traffic that belongs to it. Three
# instances and one that says a word of its own stand in two pools of a BIG-IP, whose monitors read the status.
Describe 'System 1, the status API' {
    BeforeAll {
        . $PSScriptRoot/../Range/Range.ps1
        . $PSScriptRoot/../Support/Scenario.ps1
        . $PSScriptRoot/../Support/BigIp.ps1
        . $PSScriptRoot/../Support/Load.ps1
        $stub = [StatusStub]::new()
        $stub.Set('/appstatus', 'maintenance')
        $ports = [AppStatusRange.Wire]::FreePorts(3)
        $instances = @(
            @{ Name = 'web01'; Port = $ports[0]; Status = 'ready'; Version = '1.3.6' }
            @{ Name = 'web02'; Port = $ports[1]; Status = 'stage'; Version = '1.4.0' }
            @{ Name = 'web03'; Port = $ports[2]; Status = 'stand-by'; Version = '1.3.5' })
        foreach ($one in $instances) { Start-RangeInstance $one.Port $one.Version "--name=$($one.Name)", '--token=range-token' $one.Status }
        $bigip = Start-StatusBigIp ($ports + $stub.Port)
        $operator = Get-RangeCredential
        $token = ConvertTo-SecureString range-token -AsPlainText
        $at = @{}
        foreach ($one in $instances) { $at[$one.Name] = "127.0.0.1:$($one.Port)" }

        # Requests that each of them has answered.
        function Get-Answered {
            $answered = @{ other = $stub.Asked('/') }
            foreach ($one in $instances) { $answered[$one.Name] = Get-RequestCount $one.Port }
            $answered
        }
        # Who answers requests to a virtual server, and how many: of so many in all.
        function Measure-Traffic([string]$Pool, [int]$Requests = 150) {
            $before = Get-Answered
            $load = Start-Load $bigip.Entry.$Pool -Rate 150 -Mix '/=100'
            Wait-RangeCondition { $now = Get-Answered; ($now.Values | Measure-Object -Sum).Sum - ($before.Values | Measure-Object -Sum).Sum -ge $Requests }
            $done = Stop-Load $load
            $done.Failed | Should -Be 0 -Because ($done.FirstErrors -join '; ')
            $after = Get-Answered
            $traffic = @{ sent = $done.Sent }
            foreach ($name in $after.Keys) { $traffic[$name] = $after[$name] - $before[$name] }
            $traffic
        }
        # Wherever a test has left them: as they began, and known to the monitors.
        function Reset-Status {
            foreach ($one in $instances) { $null = Set-AppStatus $at[$one.Name] $one.Status -Credential $operator }
            Wait-RangeCondition { ((Get-F5PoolMember production, test | Sort-Object Pool, Port | Where-Object Health -EQ Up).Port -join ',') -eq ($ports[0, 1] -join ',') }
        }
        Reset-Status
    }
    AfterAll {
        Get-F5Session | Disconnect-F5 -ErrorAction SilentlyContinue
        Stop-BigIp $bigip
        foreach ($port in $ports) { [AppStatusRange.Instances]::Kill($port) }
        $stub.Dispose()
    }

    Context 'an instance' {
        It 'answers /appstatus with its status and version: <Name> says <Status> <Version>' -ForEach @(
            @{ Name = 'web01'; Status = 'ready'; Version = '1.3.6' }
            @{ Name = 'web02'; Status = 'stage'; Version = '1.4.0' }
            @{ Name = 'web03'; Status = 'stand-by'; Version = '1.3.5' }
        ) {
            $answer = Invoke-WebRequest "http://$($at[$Name])/appstatus"
            $answer.StatusCode | Should -Be 200
            $said = $answer.Content | ConvertFrom-Json
            ($said.status, $said.version) | Should -Be @($Status, $Version)
            $reading = Get-AppStatus $at[$Name]
            ($reading.RawStatus, $reading.Version, $reading.HostName) | Should -Be @($Status, $Version, $Name)
        }
    }

    Context 'traffic' {
        BeforeAll {
            $production = Measure-Traffic production
            $test = Measure-Traffic test
        }

        It 'of production goes to ready' { $production.web01 | Should -Be $production.sent }
        It 'of the test goes to stage' { $test.web02 | Should -Be $test.sent }
        It 'ready gets nothing of the test' { $test.web01 | Should -Be 0 }
        It 'stage gets nothing of production' { $production.web02 | Should -Be 0 }
        It 'stand-by gets none' { $production.web03 + $test.web03 | Should -Be 0 }
        It 'anything else gets none' {
            (Get-AppStatus "127.0.0.1:$($stub.Port)").RawStatus | Should -Be 'maintenance'
            $production.other + $test.other | Should -Be 0
        }
    }

    Context 'an operator' {
        AfterEach { Reset-Status }

        It 'moves an instance from production to test to nothing, and no request is lost' {
            $loads = (Start-Load $bigip.Entry.production), (Start-Load $bigip.Entry.test)
            $null = Set-AppStatus $at.web03 ready -Credential $operator
            $count = Get-RequestCount $ports[2]
            Wait-RangeCondition { (Get-RequestCount $ports[2]) -ge $count + 20 }
            Get-F5PoolMember production | Where-Object Health -EQ Up | Measure-Object | ForEach-Object Count | Should -Be 2

            $null = Set-AppStatus $at.web03 stage -Credential $operator
            Get-F5PoolMember test -Member $at.web03 | Wait-PoolMember -Health Up -IntervalSec 0.1 | Out-Null
            $count = Get-RequestCount $ports[2]
            Wait-RangeCondition { (Get-RequestCount $ports[2]) -ge $count + 20 }

            $null = Set-AppStatus $at.web03 stand-by -Credential $operator
            Wait-RangeCondition { $both = Get-F5PoolMember production, test -Member $at.web03; @($both | Where-Object { $_.Health -eq 'Down' -and $_.Connections -eq 0 }).Count -eq 2 }
            $count = Get-RequestCount $ports[2]
            $others = (Get-RequestCount $ports[0]), (Get-RequestCount $ports[1])
            Wait-RangeCondition { (Get-RequestCount $ports[0]) -ge $others[0] + 100 -and (Get-RequestCount $ports[1]) -ge $others[1] + 100 }
            Get-RequestCount $ports[2] | Should -Be $count
            foreach ($load in $loads) {
                $done = Stop-Load $load
                $done.Failed | Should -Be 0 -Because ($done.FirstErrors -join '; ')
            }
        }

        It 'sets it by an authenticated POST, <How>' -ForEach @(
            @{ How = 'by Basic'; Header = { 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('operator:range')) }; By = { @{ Credential = $operator } } }
            @{ How = 'by a token'; Header = { 'Bearer range-token' }; By = { @{ Token = $token } } }
        ) {
            $answer = Invoke-RestMethod "http://$($at.web03)/appstatus" -Method Post -Body '{"status":"stage"}' -ContentType application/json -Headers @{ Authorization = & $Header }
            $answer.status | Should -Be 'stage'
            (Get-AppStatus $at.web03).Status | Should -Be 'Stage'
            $by = & $By
            (Set-AppStatus $at.web03 stand-by @by).Status | Should -Be 'StandBy'
            (Get-AppStatus $at.web03).Status | Should -Be 'StandBy'
        }

        It 'is refused <What>' -ForEach @(
            @{ What = 'without a credential'; Header = @{}; By = { @{} } }
            @{ What = 'with a wrong password'; Header = @{ Authorization = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('operator:wrong')) }; By = { @{ Credential = [pscredential]::new('operator', (ConvertTo-SecureString wrong -AsPlainText)) } } }
            @{ What = 'with a wrong token'; Header = @{ Authorization = 'Bearer wrong' }; By = { @{ Token = ConvertTo-SecureString wrong -AsPlainText } } }
        ) {
            $answer = Invoke-WebRequest "http://$($at.web03)/appstatus" -Method Post -Body '{"status":"ready"}' -ContentType application/json -Headers $Header -SkipHttpErrorCheck
            $answer.StatusCode | Should -Be 401
            $by = & $By
            $null = Set-AppStatus $at.web03 ready @by -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'AuthenticationFailed,*'
            (Get-AppStatus $at.web03).Status | Should -Be 'StandBy'
        }
    }

    Context 'the cmdlets' {
        AfterEach { Reset-Status }

        It 'Get-AppStatus reads every member of a pool' {
            (Get-F5PoolMember production | Sort-Object Port | Get-AppStatus | ForEach-Object { "$($_.Port) $($_.Status) $($_.Version)" } | Sort-Object) |
                Should -Be (@("$($ports[0]) Ready 1.3.6", "$($ports[1]) Stage 1.4.0", "$($ports[2]) StandBy 1.3.5", "$($stub.Port) Unknown 1.0") | Sort-Object)
        }

        It 'Set-AppStatus sets what Get-AppStatus and the BIG-IP then see' {
            (Get-AppStatus $at.web03 | Set-AppStatus -Status ready -Credential $operator).Status | Should -Be 'Ready'
            (Get-F5PoolMember production -Member $at.web03 | Wait-PoolMember -Health Up -IntervalSec 0.1 | Get-AppStatus).Status | Should -Be 'Ready'
        }

        It 'Wait-AppStatus comes back when the status has come, and is an error when it does not' {
            $shell = New-Shell "Wait-AppStatus $($at.web03) -Status ready -Version 1.3.5 -TimeoutSec 30 -IntervalSec 0.05"
            $run = $shell.BeginInvoke()
            $null = Wait-AppStatus $at.web03 -Status stand-by -IntervalSec 0.05
            $run.IsCompleted | Should -BeFalse
            $null = Set-AppStatus $at.web03 ready -Credential $operator
            $shell.EndInvoke($run).Status | Should -Be 'Ready'
            $shell.Dispose()
            $null = Wait-AppStatus $at.web03 -Status stage -TimeoutSec 1 -IntervalSec 0.05 -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'StatusNotReached,*'
            $problem[0].TargetObject.Status | Should -Be 'Ready'
        }

        It 'Test-AppStatus is one truth for all of them' {
            Test-AppStatus $at.web01 ready -Version 1.3.6 | Should -BeTrue
            Test-AppStatus $at.web01, $at.web02 -Status ready | Should -BeFalse
            $null = Set-AppStatus $at.web02 ready -Credential $operator
            Test-AppStatus $at.web01, $at.web02 -Status ready | Should -BeTrue
        }
    }

    Context 'an ASP.NET Core application of one''s own' {
        BeforeAll {
            $folder = (New-Item -ItemType Directory (Join-Path $TestDrive shop)).FullName
            $package = Join-Path (Split-Path ([AppStatusRange.Instances]::Lab)) AppStatus.AspNetCore.dll
            Set-Content (Join-Path $folder shop.csproj) @"
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Version>4.2.0</Version></PropertyGroup>
  <ItemGroup><Reference Include="$package" /></ItemGroup>
</Project>
"@
            Set-Content (Join-Path $folder Program.cs) @'
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAppStatus();
builder.Services.AddAuthentication().AddAppStatusBasic(basic => basic.AddUser("operator", "range"));
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapAppStatus();
app.MapGet("/", () => "shop");
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("listening"));
app.Run();
'@
            $built = & dotnet build $folder --output (Join-Path $folder bin) --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false 2>&1 | Out-String
            if ($LASTEXITCODE -ne 0) { throw $built }
            $port = [AppStatusRange.Wire]::FreePorts(1)[0]
            function Start-Shop { [AppStatusRange.Child]::Start('dotnet', @((Join-Path $folder bin/shop.dll), "--urls=http://127.0.0.1:$port", '--Logging:LogLevel:Default=None'), 'listening', $folder) }
            $shop = Start-Shop
        }
        AfterAll { if ($shop) { $shop.Dispose() } }

        It 'has the endpoint by MapAppStatus(), in stand-by until an operator says otherwise' {
            $reading = Get-AppStatus "127.0.0.1:$port"
            ($reading.RawStatus, $reading.Version) | Should -Be @('stand-by', '4.2.0')
            $null = Set-AppStatus "127.0.0.1:$port" ready -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'AuthenticationFailed,*'
            (Set-AppStatus "127.0.0.1:$port" ready -Credential $operator).Status | Should -Be 'Ready'
        }

        It 'keeps its status over a restart' {
            $null = Set-AppStatus "127.0.0.1:$port" stage -Credential $operator
            $shop.Dispose()
            $shop = Start-Shop
            try { (Get-AppStatus "127.0.0.1:$port").Status | Should -Be 'Stage' } finally { $shop.Dispose() }
        }
    }
}
