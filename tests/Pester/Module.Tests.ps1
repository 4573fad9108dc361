Describe 'The module' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        $shell = (Get-Process -Id $PID).Path
        # Runs in a session of its own, where nothing of ours has been used yet.
        function Invoke-Fresh([string]$Script) {
            $out = & $shell -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Script" 2>&1
            if ($LASTEXITCODE) { throw "exit code ${LASTEXITCODE}: $($out | Out-String)" }
            $out
        }
    }

    It 'has a manifest that exports every cmdlet by name' {
        $manifest = Test-ModuleManifest (Join-Path $ModuleRoot AppStatus.psd1)
        $classes = (Get-Module AppStatus).ImplementingAssembly.GetExportedTypes() |
            ForEach-Object { $_.GetCustomAttributes($false) } |
            Where-Object { $_ -is [Management.Automation.CmdletAttribute] } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        @($manifest.ExportedCmdlets.Keys | Sort-Object) | Should -Be @($classes | Sort-Object)
        (Get-Content (Join-Path $ModuleRoot AppStatus.psd1) -Raw) | Should -Not -Match "Export\s*=\s*'?\*"
    }

    It 'uses approved verbs, and tells its output types' {
        $verbs = (Get-Verb).Verb
        foreach ($command in Get-Command -Module AppStatus) {
            $verbs | Should -Contain $command.Verb
            $command.OutputType.Count | Should -BeGreaterThan 0 -Because "$($command.Name) must have one"
        }
    }

    It 'asks before it changes anything: <_>' -ForEach @('Set-AppStatus', 'Set-PoolMember', 'Disconnect-F5', 'Send-Alert', 'Set-FeatureFlag', 'Enable-FeatureFlag', 'Disable-FeatureFlag', 'Remove-FeatureFlag') {
        (Get-Command $_).Parameters.Keys | Should -Contain 'WhatIf'
        (Get-Command $_).Parameters.Keys | Should -Contain 'Confirm'
    }

    It 'references only what every session has, and Core' {
        # Any other reference would bind in the default context, where another module's version may sit already.
        $names = (Get-Module AppStatus).ImplementingAssembly.GetReferencedAssemblies().Name | Sort-Object
        $names | Should -BeIn 'netstandard', 'System.Management.Automation', 'AppStatus.Core', 'System.Threading.Tasks.Extensions', 'System.Memory'
    }

    It 'keeps to its own <Name> beside an older one' -ForEach @(
        @{ Name = 'Polly.Core'; Version = '8.0.0.0' }
        @{ Name = 'Microsoft.Bcl.AsyncInterfaces'; Version = '1.0.0.0' }
        @{ Name = 'System.Text.Json'; Version = '4.0.1.2' }
    ) {
        # Another module's older assembly: the same name, key and assembly version, and nothing in it.
        $ours = (Get-Item (Join-Path $ModuleRoot "bin/deps/$Name.dll")).FullName
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $Name)).FullName
        [IO.File]::WriteAllBytes("$folder/public.snk", [Reflection.AssemblyName]::GetAssemblyName($ours).GetPublicKey())
        Set-Content "$folder/older.cs" "[assembly: System.Reflection.AssemblyVersion(""$Version"")] public class OlderType { }"
        Invoke-Fresh "Add-Type -Path '$folder/older.cs' -OutputAssembly '$folder/$Name.dll' -CompilerOptions '/publicsign+', '/keyfile:$folder/public.snk'"

        $loaded = Invoke-Fresh @"
`$null = [Reflection.Assembly]::LoadFrom('$folder/$Name.dll')
Import-Module '$ModuleRoot'
if ((Get-AppStatus 127.0.0.1:1 -IncludeUnreachable).Error -notmatch 'refused') { throw 'it does not work' }
`$core = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'AppStatus.Core' }
`$wanted = [Reflection.AssemblyName]::GetAssemblyName('$ours')
[Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$core).LoadFromAssemblyName(`$wanted).Location
"@
        $framework = Join-Path ([Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()) "$Name.dll"
        $loaded | Should -BeIn $ours, $framework
    }

    It 'leaves the default context to others' {
        Invoke-Fresh "Import-Module '$ModuleRoot'; Get-AppStatus 127.0.0.1:1 -IncludeUnreachable | Out-Null; [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Location | Where-Object { `$_ -like '*deps*' }" |
            Should -BeNullOrEmpty
    }

    It 'works in several runspaces, also when one of them removes it' {
        $first = New-Shell 'Get-AppStatus 127.0.0.1:1 -IncludeUnreachable; Remove-Module AppStatus'
        $first.Invoke().Count | Should -Be 1
        $second = New-Shell 'Get-AppStatus 127.0.0.1:1 -IncludeUnreachable'
        $second.Invoke().Count | Should -Be 1
        $first.Dispose(); $second.Dispose()
    }
}
