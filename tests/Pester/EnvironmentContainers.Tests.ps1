# What environments of containers must never do, and the way back from one image to another.
BeforeDiscovery {
    . $PSScriptRoot/Support/Scenario.ps1
    . $PSScriptRoot/Support/Containers.ps1
    $obstacle = Get-ContainerObstacle
    if ($obstacle -and $env:APPSTATUS_REQUIRE_ALL -eq '1') { throw "These scenarios need containers: $obstacle." }
    if ($obstacle) { Write-Host "SKIPPED: environments of containers, because $obstacle." }
}

Describe 'Environments of containers' -Skip:([bool]$obstacle) {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        . $PSScriptRoot/Support/Containers.ps1
        Initialize-Containers
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-containers-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        $env:APPSTATUS_STORE = "$folder/store"
        $quick = @{ StableSec = 0.5; DrainWaitSec = 0.5 }
        $definition = New-ContainerDefinition guarded @{ Redis = $false; Environment = @{ OPERATOR_PASSWORD = 'rehearsal'; TOKEN = 'top-secret-token' } }
        function Get-Failure([scriptblock]$Run) {
            try { $null = & $Run } catch { return $_ }
            throw 'It did not fail.'
        }
    }

    AfterAll {
        Get-AppEnvironment | Where-Object Name -Like 'guarded*' | Stop-AppEnvironment
        podman rm -f -t 0 guarded-balancer stranger 2>$null | Out-Null
        podman rmi stranger:1.0 other:2.0 2>$null | Out-Null
        Remove-Item $folder -Recurse -Force
        $env:APPSTATUS_STORE = $env:APPSTATUS_CONTAINER_ENGINE = $env:CONTAINERS_CONF = $env:CONTAINERS_STORAGE_CONF = $null
    }

    It 'refuses a name that a container of somebody else has, and touches nothing' {
        $stranger = podman run -d --name guarded-balancer docker.io/library/redis:7 redis-server
        (Get-Failure { Start-AppEnvironment -Definition $definition -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'EnvironmentDiffers,*'
        podman ps --no-trunc --quiet | Should -Be $stranger
        Get-ContainerRest guarded | Should -Not -Contain 'appstatus-guarded'
        podman rm -f -t 0 guarded-balancer | Out-Null
    }

    It 'comes up, and keeps secrets out of labels, tables and errors' {
        $up = Start-AppEnvironment -Definition $definition
        $up.State | Should -Be Running
        podman inspect guarded-app1 --format '{{json .Config.Labels}}' | Should -Not -Match 'top-secret|rehearsal'
        ($up | Format-List * | Out-String) + ($up | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue) | Should -Not -Match 'top-secret'
        $other = $definition.Clone()
        $other.Environment = @{ OPERATOR_PASSWORD = 'another'; TOKEN = 'x' }
        $e = Get-Failure { Start-AppEnvironment -Definition $other -ErrorAction Stop }
        $e.FullyQualifiedErrorId | Should -BeLike 'EnvironmentDiffers,*'
        "$e" | Should -Not -Match 'top-secret|another\W+x|rehearsal'
    }

    It 'puts no value of a variable on a command line' {
        # An engine that tells what it was called with.
        Set-Content "$folder/spy" "#!/bin/sh`nfor a; do printf '%s ' `"`$a`"; done >>'$folder/calls'; echo >>'$folder/calls'`nexec podman `"`$@`""
        chmod +x "$folder/spy"
        $env:APPSTATUS_CONTAINER_ENGINE = "$folder/spy"
        try { (Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:2.0 @quick).State | Should -Be Succeeded }
        finally { $env:APPSTATUS_CONTAINER_ENGINE = 'podman' }
        Get-Content "$folder/calls" | Where-Object { $_ -match '^create ' } | Should -HaveCount 2
        Get-Content "$folder/calls" -Raw | Should -Not -Match 'top-secret|rehearsal'
        podman exec guarded-app1 /bin/sh -c 'echo $TOKEN $OPERATOR_PASSWORD' | Should -Be 'top-secret-token rehearsal'
    }

    It 'does not take a container for its own that only inherited the labels' {
        podman commit -q guarded-app1 stranger:1.0 | Out-Null
        $stranger = podman run -d --name stranger -e PORT=8999 stranger:1.0
        (Get-AppEnvironment guarded).Instances.Id | Should -Be guarded-app1, guarded-app2
        podman rm -f -t 0 guarded-app2 | Out-Null
        (Start-AppEnvironment guarded -WarningAction SilentlyContinue).Instances.Id | Should -Be guarded-app1, guarded-app2
        podman ps --no-trunc --quiet --filter name=stranger | Should -Be $stranger
        podman rm -f -t 0 stranger | Out-Null
        podman exec guarded-app2 /bin/sh -c 'echo $TOKEN' | Should -Be 'top-secret-token'
    }

    It 'goes back from another image to the one before' {
        New-ShopImage 2.0 other:2.0
        $forward = Get-AppEnvironment guarded | Invoke-RollingDeployment -Image other:2.0 @quick
        $forward.State | Should -Be Succeeded
        (Get-AppEnvironment guarded).Instances.Image | Should -Be 'other:2.0', 'other:2.0'
        (Undo-Deployment $forward.Id).State | Should -Be RolledBack
        (Get-AppEnvironment guarded).Instances.Image | Should -Be 'shop:2.0', 'shop:2.0'
    }

    It 'goes back to the tag, whatever version the application reports' {
        podman tag shop:1.0 shop:build7
        $forward = Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:build7 -ExpectedVersion 1.0 @quick
        $forward.State | Should -Be Succeeded
        $again = Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:2.0 -ExpectedVersion 2.0 @quick
        (Undo-Deployment $again.Id).State | Should -Be RolledBack
        (Get-AppEnvironment guarded).Release | Should -Be build7
        Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:2.0 @quick | Out-Null
        podman rmi shop:build7 | Out-Null
    }

    It 'keeps an instance out that was out, over its end and its start' {
        $null = Get-AppEnvironment guarded | Get-AppStatus | Where-Object Name -EQ app1 | Set-AppStatus -Status stand-by -Credential (Get-OperatorCredential)
        podman stop -t 5 guarded-app1 | Out-Null
        (Get-AppEnvironment guarded).Missing | Should -Be app1
        $again = Start-AppEnvironment guarded -WarningVariable said -WarningAction SilentlyContinue
        $again.State | Should -Be Running
        $again.Serving | Should -Be 1
        "$said" | Should -Match 'no traffic to app1'
        $null = Get-AppEnvironment guarded | Get-AppStatus | Where-Object Name -EQ app1 | Set-AppStatus -Status ready -Credential (Get-OperatorCredential)
        Wait-Until { (Get-AppEnvironment guarded).Serving -eq 2 }
    }

    It 'does not become what other cmdlets ask, where somebody is connected elsewhere' {
        $null = Start-AppEnvironment elsewhere -Instances 1 -Balancer HAProxy
        try {
            $session = Connect-HAProxy (Get-AppEnvironment elsewhere -WarningAction SilentlyContinue).BalancerUri
            $null = Get-AppEnvironment guarded
            (Get-HAProxyServer).Balancer | Sort-Object -Unique | Should -Be $session.Id
        }
        finally { Stop-AppEnvironment elsewhere }
    }

    It 'lets one up or down run at a time' {
        # Each up of this user has left its file, under a name that says nothing.
        $state = if ($env:XDG_STATE_HOME) { $env:XDG_STATE_HOME } else { "$HOME/.local/state" }
        $locks = Get-ChildItem "$state/appstatus-locks" -Filter *.lock | ForEach-Object { try { [IO.File]::Open($_.FullName, 'Open', 'ReadWrite', 'None') } catch [IO.IOException] { } }
        try {
            (Get-Failure { Start-AppEnvironment guarded -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'EnvironmentNotReady,*'
            (Get-Failure { Stop-AppEnvironment guarded -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'EnvironmentNotReady,*'
        }
        finally { $locks.ForEach('Dispose') }
        (Get-AppEnvironment guarded).State | Should -Be Running
    }

    It 'takes away what an up has left that was cut short before its first container' {
        $null = podman network create --label appstatus.environment=guardedb appstatus-guardedb
        Stop-AppEnvironment guardedb -ErrorAction Stop
        podman network ls --format '{{.Name}}' | Should -Not -Contain 'appstatus-guardedb'
    }

    It 'refuses a script in the way back of an image' {
        (Get-Failure { Undo-Deployment -Last -Deploy { 'no' } }).FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'refuses a plan of an image without a tag: it would be another image later' {
        (Get-Failure { Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop -PlanOnly }).FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $plan = Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:1.0 -PlanOnly @quick
        (Get-Failure { Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:2.0 -Plan $plan }).FullyQualifiedErrorId | Should -BeLike 'PlanOutdated,*'
        (Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shop:1.0 -Plan $plan).State | Should -Be Succeeded
    }

    It 'looks for no image elsewhere whose registry was not named' {
        $e = Get-Failure { Get-AppEnvironment guarded | Invoke-RollingDeployment -Image shopp:2.0 @quick }
        $e.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        "$e" | Should -Match 'does not name its registry'
    }

    It 'goes down and leaves nothing' {
        Stop-AppEnvironment guarded
        Get-ContainerRest guarded | Should -BeNullOrEmpty
    }
}
