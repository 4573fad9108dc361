# examples/containers as it stands there, command by command, with a docker that is podman.
BeforeDiscovery {
    . $PSScriptRoot/Support/Scenario.ps1
    . $PSScriptRoot/Support/Containers.ps1
    $obstacle = Get-ContainerObstacle
    if ($obstacle -and $env:APPSTATUS_REQUIRE_ALL -eq '1') { throw "The examples of containers need them: $obstacle." }
    if ($obstacle) { Write-Host "SKIPPED: examples/containers, because $obstacle." }
}

Describe 'examples/containers' -Skip:([bool]$obstacle) {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        . $PSScriptRoot/Support/Containers.ps1
        . $PSScriptRoot/Range/Range.ps1
        . $PSScriptRoot/Support/Load.ps1
        Initialize-Containers
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-examples-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        Set-Content "$folder/docker" "#!/bin/sh`nexec podman `"`$@`""
        chmod +x "$folder/docker"
        $examples = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../examples/containers'))
        $before = podman image ls --format '{{.Repository}}:{{.Tag}}' shop
        $saved = @{ PATH = $env:PATH; PSModulePath = $env:PSModulePath }
        $env:APPSTATUS_STORE = "$folder/store"
        $env:APPSTATUS_CONTAINER_ENGINE = $null
        $env:PATH = "$folder$([IO.Path]::PathSeparator)$env:PATH"
        $env:PSModulePath = "$(Split-Path $ModuleRoot)$([IO.Path]::PathSeparator)$env:PSModulePath"
        # As a person types it: each in a shell of its own.
        function Invoke-Example([string]$Command) {
            $output = pwsh -NoProfile -NonInteractive -Command "& '$examples/$Command" 2>&1 | Out-String
            [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = $output }
        }
    }

    AfterAll {
        Get-AppEnvironment -Engine podman | Where-Object Name -EQ shop | Stop-AppEnvironment -Engine podman
        podman image ls --format '{{.Repository}}:{{.Tag}}' shop | Where-Object { $_ -notin $before } | ForEach-Object { podman rmi $_ | Out-Null }
        foreach ($name in $saved.Keys) { Set-Item "env:$name" $saved[$name] }
        Remove-Item $folder -Recurse -Force
        $env:APPSTATUS_STORE = $env:CONTAINERS_CONF = $env:CONTAINERS_STORAGE_CONF = $null
    }

    It 'up, deploy, rollback TAG and down run as printed, under load, and nothing stays' {
        $up = Invoke-Example "up.ps1'"
        $up.ExitCode | Should -Be 0 -Because $up.Text
        $up.Text | Should -Match 'shop'
        $load = Start-Load http://127.0.0.1:8088/ -Rate 50 -Mix '/=97,/slow?ms=500=3'
        try {
            $deploy = Invoke-Example "deploy.ps1'"
            $deploy.ExitCode | Should -Be 0 -Because $deploy.Text
            $deploy.Text | Should -Match 'Succeeded'
            (Invoke-RestMethod http://127.0.0.1:8101/appstatus).version | Should -Be '2.0'
            $rollback = Invoke-Example "rollback.ps1' 1.0"
            $rollback.ExitCode | Should -Be 0 -Because $rollback.Text
            $rollback.Text | Should -Match 'RolledBack'
            (Invoke-RestMethod http://127.0.0.1:8101/appstatus).version | Should -Be '1.0'
        }
        finally { $counted = Stop-Load $load }
        $counted.Failed | Should -Be 0 -Because ($counted.FirstErrors -join '; ')
        foreach ($version in '1.0', '2.0') { $counted.Versions.$version | Should -BeGreaterThan 0 -Because "$version was in traffic" }
        $down = Invoke-Example "down.ps1'"
        $down.ExitCode | Should -Be 0 -Because $down.Text
        Get-ContainerRest shop 8088, 9988, 8101, 8102, 6388 | Should -BeNullOrEmpty
    }

    It 'says what is wrong where a tag is not known' {
        $wrong = Invoke-Example "rollback.ps1' 0.1"
        $wrong.ExitCode | Should -Be 1
    }
}
