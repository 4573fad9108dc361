# Get-Help as a user sees it, and what it says against what is there.
BeforeDiscovery {
    . $PSScriptRoot/Support/Scenario.ps1
    $cmdlets = (Get-Command -Module AppStatus -CommandType Cmdlet).Name | Sort-Object
    $topics = 'about_AppStatus', 'about_AppStatus_Deployments', 'about_AppStatus_Errors'
}

Describe 'The help' {
    BeforeAll {
        . $PSScriptRoot/Support/Scenario.ps1
        # Commands of modules that are not in each session: Windows', and a vault's.
        $elsewhere = 'Restart-Service', 'Restart-Computer', 'Get-Secret', 'Test-NetConnection'

        # What is wrong with a piece of script: it does not parse, or names a cmdlet or a parameter that is not there.
        function Get-Mistake([string]$Code) {
            $mistakes = $null
            $tree = [Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$mistakes)
            $mistakes.Message
            foreach ($call in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
                $name = $call.GetCommandName()
                if ($name -notmatch '^[A-Z]\w+-\w+$' -or $name -in $elsewhere) { continue }
                $command = Get-Command $name -ErrorAction Ignore
                if (-not $command) { "There is no $name."; continue }
                foreach ($typed in $call.CommandElements.Where{ $_ -is [Management.Automation.Language.CommandParameterAst] }.ParameterName) {
                    if ($typed -notin $command.Parameters.Keys) { "$name has no parameter $typed." }
                }
            }
        }
    }

    Context '<_>' -ForEach $cmdlets {
        BeforeAll {
            $name = $_
            $command = Get-Command $name
            $help = Get-Help $name -Full
            # Without a help file Get-Help makes one up, of syntax alone.
            $help.PSTypeNames | Should -Contain 'MamlCommandHelpInfo#FullView' -Because 'the help file must be found'
        }

        It 'has a synopsis and a description' {
            $help.Synopsis | Should -Match '^[A-Z].*\.$'
            $help.Synopsis | Should -Not -Match ([regex]::Escape("$name "))
            ($help.Description | Out-String).Trim().Length | Should -BeGreaterThan 100
        }

        It 'has a text for each parameter' {
            $common = [Management.Automation.Cmdlet]::CommonParameters
            $expected = $command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object
            @($help.parameters.parameter.name | Where-Object { $_ } | Sort-Object) | Should -Be @($expected)
            foreach ($parameter in $help.parameters.parameter) {
                ($parameter.description | Out-String).Trim() | Should -Match '(?s)^\S.*[.!?]$' -Because "-$($parameter.name) needs a sentence"
                $own = $command.Parameters[$parameter.name]
                $parameter.type.name | Should -BeIn $own.ParameterType.FullName, ([Nullable]::GetUnderlyingType($own.ParameterType)).FullName
                $aliases = if ($own.Aliases.Count -and $parameter.name -notin 'WhatIf', 'Confirm') { $own.Aliases -join ', ' } else { 'none' }
                $parameter.aliases | Should -Be $aliases
                $range = $own.Attributes.Where{ $_ -is [Management.Automation.ValidateRangeAttribute] }
                if ($range -and $range.MaxRange -lt [int]::MaxValue) {
                    ($parameter.description | Out-String) | Should -Match "$($range.MaxRange)" -Because "-$($parameter.name) must tell its range"
                }
            }
        }

        It 'has the syntax that the cmdlet has' {
            @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
            foreach ($set in $command.ParameterSets) {
                $mandatory = ($set.Parameters | Where-Object IsMandatory).Name | Sort-Object
                $told = foreach ($item in $help.syntax.syntaxItem) { ($item.parameter | Where-Object required -eq 'true').name | Sort-Object | Join-String -Separator ' ' }
                $told | Should -Contain ($mandatory -join ' ')
            }
        }

        It 'has two examples or more that are right' {
            @($help.examples.example).Count | Should -BeGreaterOrEqual 2
            foreach ($example in $help.examples.example) { Get-Mistake $example.code | Should -BeNullOrEmpty -Because $example.title }
            ($help.examples.example.code -join "`n") | Should -Match $name
        }

        It 'tells inputs and outputs, and related topics that exist' {
            ($help.inputTypes.inputType.type.name) | Should -Not -BeNullOrEmpty
            ($help.returnValues.returnValue.type.name) | Should -Not -BeNullOrEmpty
            $links = $help.relatedLinks.navigationLink.linkText
            $links | Should -Not -BeNullOrEmpty
            foreach ($link in $links) { $link | Should -BeIn ($cmdlets + $topics) }
        } -TestCases @(@{ cmdlets = $cmdlets; topics = $topics })
    }

    It 'has the topic <_>' -ForEach $topics {
        $text = Get-Help $_ | Out-String
        $text | Should -Match $_
        ($text -split "`n" | Where-Object Length -gt 125) | Should -BeNullOrEmpty
        $page = Get-Content (Join-Path $PSScriptRoot "../../docs/en-US/$_.md") -Raw
        $code = [regex]::Matches($page, '(?s)```powershell\r?\n(.+?)```').ForEach{ $_.Groups[1].Value } -join "`n"
        $code | Should -Not -BeNullOrEmpty
        Get-Mistake $code | Should -BeNullOrEmpty
    }

    It 'has every error id, with what to do' {
        $text = Get-Help about_AppStatus_Errors | Out-String
        $ids = (Get-Module AppStatus).ImplementingAssembly.GetType('AppStatus.Pipeline.ErrorCatalogue').GetMethod('Of').GetParameters()[0].ParameterType
        foreach ($id in [Enum]::GetNames($ids)) {
            $text | Should -Match "(?m)^    $id\r?\n        Category: +\w+\r?\n(        .+\n)*?        What to do: +\w" -Because "$id must be explained"
        }
    }

    It 'takes the defaults from the cmdlets' {
        (Get-Help Get-AppStatus -Parameter ThrottleLimit).defaultValue | Should -Be '32'
        (Get-Help Get-AppStatus -Parameter StatusPath).defaultValue | Should -Be '/appstatus'
        (Get-Help Get-AppStatus -Parameter Port).defaultValue | Should -Be 'None'
        (Get-Help Invoke-RollingDeployment -Parameter MinimumHealthy).defaultValue | Should -Be '50%'
        (Get-Help Invoke-RollingDeployment -Parameter OnDrainTimeout).defaultValue | Should -Be 'Fail'
    }

    It 'names only parameters that exist' {
        $known = (Get-Command -Module AppStatus).ForEach{ $_.Parameters.Keys } + (Get-Command Invoke-Command, Start-Job, ForEach-Object, Sort-Object, Select-Object, pwsh -ErrorAction Ignore).ForEach{ $_.Parameters.Keys } | Sort-Object -Unique
        foreach ($topic in 'about_AppStatus', 'about_AppStatus_Deployments', 'about_AppStatus_Errors') {
            $named = [regex]::Matches((Get-Help $topic | Out-String), '(?<![\w-])-(?<name>[A-Z][A-Za-z]+)').ForEach{ $_.Groups['name'].Value } | Where-Object { $_ -cne $_.ToUpperInvariant() } | Sort-Object -Unique # headings are in capitals
            $named | Where-Object { $_ -cnotin $known -and $_ -cnotin 'File' } | Should -BeNullOrEmpty -Because $topic
        }
    }
}
