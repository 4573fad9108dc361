Describe 'Get-AppStatus' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $stub = [StatusStub]::new()
        $at = "127.0.0.1:$($stub.Port)"
        function Get-Id([scriptblock]$Block) {
            & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
        }
    }
    AfterAll { $stub.Dispose() }

    Context 'targets' {
        It 'takes <What>' -ForEach @(
            @{ What = 'host:port'; Make = { $at } }
            @{ What = 'a URI as text'; Make = { "http://$at/" } }
            @{ What = 'a whole status URI'; Make = { "http://$at/whole" } }
            @{ What = 'a Uri'; Make = { [uri]"http://$at" } }
            @{ What = 'an object with Uri'; Make = { [pscustomobject]@{ Uri = "http://$at/" } } }
            @{ What = 'an object with Address and Port'; Make = { [pscustomobject]@{ Address = '127.0.0.1'; Port = $stub.Port } } }
            @{ What = 'an object with Address and Port as text'; Make = { [pscustomobject]@{ Address = '127.0.0.1'; Port = "$($stub.Port)" } } }
            @{ What = 'an object with ComputerName and Port'; Make = { [pscustomobject]@{ ComputerName = '127.0.0.1'; Port = $stub.Port } } }
            @{ What = 'a directory entry with DNSHostName'; Make = { [pscustomobject]@{ Name = 'WEB01'; DNSHostName = $at } } }
            @{ What = 'a node of a plan file'; Make = { ConvertFrom-Json "{""host"":""$at"",""goal"":""ready""}" } }
            @{ What = 'a hashtable'; Make = { @{ host = $at } } }
            @{ What = 'an earlier reading'; Make = { Get-AppStatus $at } }
            @{ What = 'a reading out of a file'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-AppStatus $at))) } }
        ) {
            $target = & $Make
            (Get-AppStatus $target -ErrorAction Stop).Port | Should -Be $stub.Port
            ($target | Get-AppStatus -ErrorAction Stop).Port | Should -Be $stub.Port
        }

        It 'refuses <What> with InvalidTarget and goes on' -ForEach @(
            @{ What = 'null'; Bad = $null }
            @{ What = 'an empty text'; Bad = '' }
            @{ What = 'a number'; Bad = 42 }
            @{ What = 'an object without an address'; Bad = [pscustomobject]@{ Colour = 'red' } }
            @{ What = 'an object whose Uri is null'; Bad = [pscustomobject]@{ Uri = $null } }
            @{ What = 'an empty hashtable'; Bad = @{} }
            @{ What = 'a port out of range'; Bad = [pscustomobject]@{ Address = 'a'; Port = 70000 } }
        ) {
            $errors = @()
            $out = $Bad, $at | Get-AppStatus -ErrorVariable errors -ErrorAction SilentlyContinue
            @($out).Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -Be 'InvalidTarget,AppStatus.Commands.Status.GetAppStatusCommand'
            $errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'never prints a password' {
            $uri = 'http://me:hush@web01/'
            $null = Get-AppStatus $uri -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'PasswordInUri,*'
            $errors[0] | Format-List * -Force | Out-String | Should -Not -Match 'hush'
        }

        It 'fills a template, and asks a script block' {
            (Get-AppStatus 127.0.0.1 -StatusUri "http://{Name}:$($stub.Port)/t").Uri | Should -Be "http://$at/t"
            (@{ host = 'x'; n = 7 } | Get-AppStatus -StatusUri { "http://$at/$($_.n)" }).Uri | Should -Be "http://$at/7"
            Get-Id { Get-AppStatus x -StatusUri { throw 'no' } } | Should -Be 'InvalidTarget'
            Get-Id { Get-AppStatus x -StatusUri { } } | Should -Be 'InvalidTarget'
        }

        It 'sends the Host header' {
            $null = Get-AppStatus $at -HostHeader shop.example
            $stub.LastHeaders | Should -Match '(?m)^Host: shop\.example\r?$'
        }
    }

    Context 'answers' {
        It 'reads plain text' { (Get-AppStatus "http://$at/text").Status | Should -Be 'Ready' }

        It 'reads a 503 with a status in it' {
            $reading = Get-AppStatus "http://$at/unavailable"
            $reading.Status | Should -Be 'StandBy'
            $reading.StatusCode | Should -Be 503
        }

        It 'neutralises what an instance sends' {
            (Get-AppStatus "http://$at/escape").Version | Should -Be "$([char]0x241B)[31m1 # #vso[task.complete]"
        }

        It 'says <Id> for <Path>' -ForEach @(
            @{ Path = 'html'; Id = 'InvalidResponse' }
            @{ Path = 'large'; Id = 'InvalidResponse' }
            @{ Path = 'broken'; Id = 'HttpError' }
            @{ Path = 'error'; Id = 'HttpError' }
            @{ Path = 'moved'; Id = 'RedirectRefused' }
            @{ Path = 'unauthorized'; Id = 'AuthenticationFailed' }
            @{ Path = 'forbidden'; Id = 'AccessDenied' }
            @{ Path = 'missing'; Id = 'StatusEndpointNotFound' }
            @{ Path = 'cut'; Id = 'ConnectionClosed' }
        ) {
            Get-Id { Get-AppStatus "http://$at/$Path" } | Should -Be $Id
        }

        It 'says TimedOut for an instance that hangs' { Get-Id { Get-AppStatus "http://$at/hang" -TimeoutSec 1 } | Should -Be 'TimedOut' }

        It 'says Unreachable where nothing listens' {
            Get-Id { Get-AppStatus 127.0.0.1:1 } | Should -Be 'Unreachable'
            Get-Id { Get-AppStatus nowhere.invalid } | Should -Be 'Unreachable'
        }

        It 'emits the unreachable as objects on request, and then no error, under Stop' {
            $out = '127.0.0.1:1', $at | Get-AppStatus -IncludeUnreachable -ErrorAction Stop
            $out.Count | Should -Be 2
            $out[0].Error | Should -Match 'refused'
            $out[1].Status | Should -Be 'Stage'
        }

        It 'has the reading as the target of the error' {
            Get-AppStatus 127.0.0.1:1 -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].TargetObject.Name | Should -Be '127.0.0.1:1'
        }
    }

    Context 'many' {
        It 'keeps the order of the input' {
            $paths = 1..60 | ForEach-Object { if ($_ % 7) { "http://$at/n$_" } else { "http://$at/slow$_" } }
            ($paths | Get-AppStatus).Uri.AbsolutePath | Should -Be ($paths | ForEach-Object { ([uri]$_).AbsolutePath })
        }

        It 'asks no more at once than the throttle allows' {
            $own = [StatusStub]::new()
            try {
                $shell = New-Shell '$targets | Get-AppStatus -ThrottleLimit 4 -TimeoutSec 300' @{ targets = @(1..20 | ForEach-Object { "http://127.0.0.1:$($own.Port)/hang$_" }) }
                $run = $shell.BeginInvoke()
                Wait-Until { $own.Open -eq 4 }
                $shell.Stop()
                { $shell.EndInvoke($run) } | Should -Throw
                $shell.Dispose()
                $null = 1..20 | ForEach-Object { "http://127.0.0.1:$($own.Port)/slow$_" } | Get-AppStatus -ThrottleLimit 4
                $own.MostOpen | Should -Be 4
            }
            finally { $own.Dispose() }
        }

        It 'asks an instance of several pools once, and emits it for each' {
            $members = 'blue', 'green' | ForEach-Object { [pscustomobject]@{ Name = 'web01'; Pool = $_; Address = '127.0.0.1'; Port = $stub.Port; Balancer = 'b' } }
            $out = $members | Get-AppStatus -StatusPath /shared
            $out.Pool | Should -Be 'blue', 'green'
            $out.Member.Name | Should -Be 'web01', 'web01'
            $stub.Asked('/shared') | Should -Be 1
        }

        It 'asks again when the same name comes again' {
            $out = $at, $at | Get-AppStatus -StatusPath /again
            $out.Count | Should -Be 2
            $stub.Asked('/again') | Should -Be 2
        }
    }

    Context 'warnings' {
        BeforeAll { $user = [pscredential]::new('me', (ConvertTo-SecureString 'hush' -AsPlainText -Force)) }

        It 'warns of a password in clear text, but not on loopback' {
            $null = Get-AppStatus nowhere.invalid -Credential $user -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            $warned | Should -Match 'clear text'
            $null = Get-AppStatus $at -Credential $user -WarningVariable calm
            $calm | Should -BeNullOrEmpty
        }

        It 'warns that certificates are not checked' {
            $null = Get-AppStatus $at -SkipCertificateCheck -WarningVariable warned -WarningAction SilentlyContinue
            $warned | Should -Match 'not checked'
        }

        It 'refuses a credential beside a token' {
            { Get-AppStatus $at -Credential $user -Token $user.Password } | Should -Throw -ErrorId 'InvalidArgument,*'
        }

        It 'sends Basic and Bearer' {
            $null = Get-AppStatus $at -Credential $user
            $stub.LastHeaders | Should -Match "Authorization: Basic $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('me:hush')))"
            $null = Get-AppStatus $at -Token $user.Password
            $stub.LastHeaders | Should -Match 'Authorization: Bearer hush'
        }
    }

    It 'comes out as a table' {
        $table = Get-AppStatus $at | Out-String
        $table | Should -Match '(?m)^Name\s+Status\s+Version\s+Pool\s+Code\s+Ms\s+Note'
    }

    It 'survives ConvertTo-Json' {
        $json = Get-AppStatus $at | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json
        $json.Status | Should -Be 'Stage'
        $json.Name | Should -Be $at
    }
}
