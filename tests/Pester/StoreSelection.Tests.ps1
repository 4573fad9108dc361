# Which deployment of a store is meant, where a store is looked for, and what a look leaves behind.
Describe 'A store and what it knows' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $range = Start-Range -Count 2
        $store = @{ Store = $range.Store }
        function Invoke-Broken { try { Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment -Release 2.0 -StableSec 0.1 -Deploy { throw 'no disk' } @store } catch { $_.TargetObject } }
        # The text of a shell of its own, with nobody at the prompt.
        function Get-Text([string]$Script) {
            $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModuleRoot'; `$null = Connect-HAProxy tcp://127.0.0.1:$($range.Tap.Port); $Script" 2>&1 | Out-String
            $text -replace "`e\[[0-9;]*m"
        }
        $before = $env:APPSTATUS_STORE, $env:XDG_STATE_HOME
        $failed = Invoke-Broken
    }
    AfterAll {
        $env:APPSTATUS_STORE, $env:XDG_STATE_HOME = $before
        Stop-Range $range
    }

    Context 'by -Pool' {
        It '<_> means its deployments, whichever way they are asked for' -ForEach 'app', 'APP', 'A*', '[a-c]pp' {
            $failed.State | Should -Be 'Failed'
            (Get-Deployment -Pool $_ @store).Id | Should -Be $failed.Id
            (Get-Deployment -Last -Pool $_ @store).Id | Should -Be $failed.Id
            { Suspend-Deployment -Last -Pool $_ @store -ErrorAction Stop } | Should -Throw -ErrorId 'DeploymentNotRunning,*'
            Export-DeploymentReport -Last -Pool $_ -Path $range.Folder -PassThru @store | Should -Match $failed.Id
            { Resume-Deployment -Last -Pool $_ @store } | Should -Throw -ErrorId 'ScriptMissing*'
        }
        It '<_> means none of them' -ForEach 'ap', 'pp*', 'api' {
            Get-Deployment -Pool $_ @store | Should -BeNullOrEmpty
            { Get-Deployment -Last -Pool $_ @store } | Should -Throw -ErrorId 'DeploymentNotFound,*'
            { Resume-Deployment -Last -Pool $_ @store } | Should -Throw -ErrorId 'DeploymentNotFound*'
        }
        It 'an id that comes twice is one deployment' {
            $errors = @()
            $failed, $failed | Suspend-Deployment @store -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.Count | Should -Be 1
        }
    }

    It 'completes ids from a folder relative to where the session is' {
        Push-Location $range.Folder
        try {
            [Environment]::CurrentDirectory | Should -Not -Be $range.Folder
            foreach ($line in 'Get-Deployment -Store ./store -Id ', 'Resume-Deployment -Store store -Id ', 'Watch-Deployment -Store .\store ') {
                (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be $failed.Id
            }
            (Get-Deployment -Last -Store ./store).Id | Should -Be $failed.Id
        }
        finally { Pop-Location }
    }

    It 'is not begun by -WhatIf, with <Preference>' -TestCases @{ Preference = 'the parameter'; Parameter = '-WhatIf'; Before = '' }, @{ Preference = 'the preference'; Parameter = ''; Before = '$WhatIfPreference = $true;' } {
        $run = "Get-HAProxyServer -Backend app -Name a1 | Invoke-RollingDeployment -Release 2.0 -Deploy { throw 'no disk' } -OnUnfinished Resume"
        $none = Join-Path $range.Folder 'none/store'
        $env:APPSTATUS_STORE, $env:XDG_STATE_HOME = $null, (Join-Path $range.Folder 'state')
        try { $text = Get-Text "$Before $run -Store '$none' $Parameter; $run -Store '$($range.Store)' $Parameter; 'the default:'; $run $Parameter" }
        finally { $env:APPSTATUS_STORE, $env:XDG_STATE_HOME = $before }
        $text | Should -Match "What if: .*Resume the unfinished deployment $($failed.Id)[\s\S]*the default:[\s\S]*What if: "
        Split-Path $none | Should -Not -Exist
        # Who looks for a folder to write to says which it has come to.
        $text | Should -Not -Match 'recorded in'
        Join-Path $range.Folder 'state' | Should -Not -Exist
    }

    It 'with a record of a suspended member that can''t be read names it, and shows and restores the others' {
        Get-HAProxyServer -Backend app -Name a2 | Suspend-PoolMember -Reason disk -NoWait -AllowEmptyPool @store
        $bad = Join-Path $range.Store 'suspended/bad.json'
        Set-Content $bad '{'
        $shown = Get-SuspendedPoolMember @store -WarningVariable told -WarningAction SilentlyContinue
        $shown.Name | Should -Be 'a2'
        "$told" | Should -Match ([regex]::Escape($bad))
        (Restore-PoolMember @store -WarningVariable told -WarningAction SilentlyContinue).State | Should -Be 'Enabled'
        @($told).Count | Should -Be 1 -Because 'it is told of once'
        Get-HAProxyServer -Backend app -Name a2 | Suspend-PoolMember -Reason disk -NoWait -AllowEmptyPool @store -WarningVariable told -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
        "$told" | Should -Match ([regex]::Escape($bad))
        $bad | Should -Exist
    }
}

Describe 'The logs of lanes' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        $all = [Reflection.BindingFlags]'Instance, Public, NonPublic'
        $module = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'AppStatus' -and $_.GetType('AppStatus.Commands.Deployments.LaneLogs') } | Select-Object -First 1
        $logsType, $lineType = 'Commands.Deployments.LaneLogs', 'Scripts.LaneLine' | ForEach-Object { $module.GetType("AppStatus.$_", $true) }
        $write = $logsType.GetMethod('Write', $all)
        $instanceType = $write.GetParameters()[0].ParameterType
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-logs-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
        $logs = $logsType.GetConstructors($all)[0].Invoke(@($folder))
        function Write-Line([string]$Name, [string]$Text) {
            $instance = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($instanceType)
            $instanceType.GetProperty('Name').SetValue($instance, $Name)
            $line = $lineType.GetConstructors($all)[0].Invoke(@('Output', $Text))
            $null = $write.Invoke($logs, @($instance, $line))
        }
        function Get-Line([string]$Text) { Select-String -Path "$folder/*.log" -Pattern $Text }
    }
    AfterAll { Remove-Item $folder -Recurse -Force }

    It 'keep names apart that no file can have' {
        foreach ($name in 'a_b', 'a/b', 'a:b', 'web-1.x') { Write-Line $name "line of $name" }
        (Get-Line 'line of').Path | Sort-Object -Unique | Should -HaveCount 4
        (Get-Line 'line of a_b').Filename | Should -Be 'a_b.log'
        (Get-Line 'line of web').Filename | Should -Be 'web-1.x.log'
        (Get-Line 'line of a/b').Filename | Should -Match '^a_b-[0-9a-f]{6}\.log$'
    }

    It 'keep a line that comes late, and nothing open' {
        Write-Line late first
        $logs.Dispose()
        Write-Line late second
        Get-Content "$folder/late.log" | Should -HaveCount 2
        # As only who has it alone can.
        { [IO.File]::Open("$folder/late.log", 'Open', 'ReadWrite', 'None').Dispose() } | Should -Not -Throw
    }
}
