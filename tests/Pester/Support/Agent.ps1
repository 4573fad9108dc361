# A small agent of Azure Pipelines, for scenarios that dot-source this after Range/Range.ps1: it reads a pipeline's YAML, fills in
# templates and parameters, runs the PowerShell steps in the way of the task PowerShell@2, and obeys what they say. What it does
# not know it refuses, so that no line of an example goes unread.
if (-not ('YamlDotNet.RepresentationModel.YamlStream' -as [type])) {
    $yaml = Get-ChildItem (Join-Path $PSScriptRoot '../../AppStatus.Integration.Tests/bin') -Filter YamlDotNet.dll -Recurse -ErrorAction Ignore | Select-Object -First 1
    if (-not $yaml) { throw "The integration tests are not built: run 'dotnet build tests/AppStatus.Integration.Tests' first." }
    Add-Type -Path $yaml.FullName
}

function ConvertFrom-YamlNode($Node) {
    switch ($Node.GetType().Name) {
        YamlScalarNode { $Node.Value }
        YamlSequenceNode { , @(foreach ($item in $Node.Children) { ConvertFrom-YamlNode $item }) }
        YamlMappingNode {
            $map = [ordered]@{}
            foreach ($pair in $Node.Children.GetEnumerator()) { $map[$pair.Key.Value] = ConvertFrom-YamlNode $pair.Value }
            $map
        }
    }
}

# -Replace: what stands in the file for somebody's own servers, and what it is here.
function Read-Pipeline([string]$Path, [hashtable]$Replace = @{}) {
    $text = Get-Content $Path -Raw
    foreach ($key in $Replace.Keys) {
        if (-not $text.Contains($key)) { throw "There is no $key in $Path." }
        $text = $text.Replace($key, $Replace[$key])
    }
    $stream = [YamlDotNet.RepresentationModel.YamlStream]::new()
    $stream.Load([IO.StringReader]::new($text))
    ConvertFrom-YamlNode $stream.Documents[0].RootNode
}

# The values of a file's parameters: each is declared, has a value, and is one of those that are allowed.
function Resolve-PipelineParameter($Declared, $Given) {
    foreach ($name in $Given.Keys) { if ($name -notin $Declared.name) { throw "There is no parameter $name." } }
    $values = @{}
    foreach ($parameter in $Declared) {
        if ($Given.Contains($parameter.name)) { $values[$parameter.name] = "$($Given[$parameter.name])" }
        elseif ($parameter.Contains('default')) { $values[$parameter.name] = $parameter.default }
        else { throw "The parameter $($parameter.name) has no value." }
        if ($parameter.Contains('values') -and $values[$parameter.name] -notin $parameter.values) { throw "$($values[$parameter.name]) is no value of $($parameter.name)." }
        $form = @{ string = '[\s\S]*'; number = '-?[\d.]+'; boolean = 'true|false' }[$parameter.type]
        if ($values[$parameter.name] -notmatch "^(?:$form)$") { throw "$($values[$parameter.name]) is no $($parameter.type)." }
    }
    $values
}

# Fills in ${{ parameters.x }}, in the values as YAML has read them: what a parameter holds can't become YAML.
function Expand-Parameter($Node, $Values) {
    if ($Node -is [Collections.IDictionary]) {
        $map = [ordered]@{}
        foreach ($key in $Node.Keys) { $map[$key] = Expand-Parameter $Node[$key] $Values }
        return $map
    }
    if ($Node -is [array]) { return , @(foreach ($item in $Node) { Expand-Parameter $item $Values }) }
    [regex]::Replace("$Node", '\$\{\{\s*parameters\.(\w+)\s*\}\}', { param($match) if (-not $Values.Contains($match.Groups[1].Value)) { throw "There is no parameter $($match.Groups[1].Value)." }; $Values[$match.Groups[1].Value] })
}

# The steps of a list in which templates of the same folder may stand. -Override: values in place of the ones that are given there.
function Expand-Step($Steps, [string]$Folder, $Values, [hashtable]$Override = @{}) {
    foreach ($step in $Steps) {
        $step = Expand-Parameter $step $Values
        if (-not $step.Contains('template')) { $step; continue }
        $template = Read-Pipeline (Join-Path $Folder $step.template)
        $given = @{}
        foreach ($key in $step.parameters.Keys) { $given[$key] = $step.parameters[$key] }
        foreach ($key in $Override.Keys) { $given[$key] = $Override[$key] }
        Expand-Step $template.steps $Folder (Resolve-PipelineParameter $template.parameters $given)
    }
}

function Test-StepCondition([string]$Condition, [bool]$Failed) {
    if (-not $Condition) { $Condition = 'succeeded()' }
    $terms = if ($Condition -match '^and\((.*)\)$') { $Matches[1] -split ',\s*(?=\w+\()' } else { $Condition }
    foreach ($term in $terms) {
        $true_ = switch -Regex ($term) {
            '^succeeded\(\)$' { -not $Failed; break }
            '^failed\(\)$' { $Failed; break }
            '^always\(\)$' { $true; break }
            "^eq\('([^']*)',\s*'([^']*)'\)$" { $Matches[1] -eq $Matches[2]; break }
            default { throw "The agent does not know the condition $term." }
        }
        if (-not $true_) { return $false }
    }
    $true
}

function Restore-AgentText([string]$Text) { $Text.Replace('%0D', "`r").Replace('%0A', "`n").Replace('%3B', ';').Replace('%5D', ']').Replace('%AZP25', '%') }

# One job: its steps, with the variables that it begins with. Result: Failed, Steps (Name, ExitCode, Lines, Skipped), Variables, Summaries, Artifacts, Commands.
function Invoke-AgentJob($Steps, [hashtable]$Variables, [string]$ModulePath) {
    $job = [pscustomobject]@{ Failed = $false; Steps = @(); Variables = $Variables.Clone(); Summaries = @(); Artifacts = @(); Commands = @() }
    foreach ($step in $Steps) {
        $done = [pscustomobject]@{ Name = $(if ($step.Contains('name')) { $step.name } else { $step.displayName }); ExitCode = $null; Lines = @(); Skipped = $true }
        if ($step.Contains('checkout')) { continue }
        $job.Steps += $done
        if (-not (Test-StepCondition $step.condition $job.Failed)) { continue }
        $done.Skipped = $false
        $macro = { param($text) [regex]::Replace("$text", '\$\(([\w.]+)\)', { param($match) if ($job.Variables.ContainsKey($match.Groups[1].Value)) { $job.Variables[$match.Groups[1].Value] } else { $match.Value } }) }
        if ($step.Contains('publish')) {
            $path = & $macro $step.publish
            if (-not (Test-Path $path)) { throw "There is nothing at $path to publish." }
            $job.Artifacts += [pscustomobject]@{ Name = & $macro $step.artifact; Files = @(Get-ChildItem $path -File -Recurse) }
            continue
        }

        $inner = if ($step.Contains('pwsh')) { & $macro $step.pwsh }
        elseif ($step.task -eq 'PowerShell@2' -and $step.inputs.targetType -eq 'filePath' -and $step.inputs.pwsh -eq 'true') { ". '$((& $macro $step.inputs.filePath).Replace("'", "''"))' $(& $macro $step.inputs.arguments)".TrimEnd() }
        else { throw "The agent does not know this step: $($step | ConvertTo-Json -Compress)" }
        $file = Join-Path $job.Variables['Agent.TempDirectory'] "$([guid]::NewGuid()).ps1"
        Set-Content $file "`$ErrorActionPreference = 'Stop'`n$inner`nif (!(Test-Path -LiteralPath variable:\LASTEXITCODE)) { } else { exit `$LASTEXITCODE }"

        $start = [Diagnostics.ProcessStartInfo]::new('pwsh')
        foreach ($argument in '-NoLogo', '-NoProfile', '-NonInteractive', '-Command', ". '$file'") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.Environment['TF_BUILD'] = 'True'
        $start.Environment['NO_COLOR'] = '1'
        $start.Environment['PSModulePath'] = $ModulePath + [IO.Path]::PathSeparator + $env:PSModulePath
        foreach ($name in $job.Variables.Keys) { $start.Environment[($name -replace '[. ]', '_').ToUpperInvariant()] = $job.Variables[$name] }
        foreach ($name in @($step.env.Keys)) { $start.Environment[$name] = & $macro $step.env[$name] }
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        $output, $errors = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
        if (-not $process.WaitForExit(180000)) { $process.Kill($true); throw "The step $($done.Name) did not end." }
        $done.ExitCode = $process.ExitCode
        $done.Lines = @(($output.Result + $errors.Result) -split "`r?`n")
        $process.Dispose()
        if ($done.ExitCode -ne 0) { $job.Failed = $true }

        # The agent looks for a command anywhere in a line, wherever that line comes from.
        foreach ($line in $done.Lines) {
            if ($line -notmatch '##vso\[(?<what>[\w.]+)(?: (?<properties>[^\]]*))?\](?<data>.*)$') { continue }
            $found = [pscustomobject]@{ What = $Matches.what; Properties = @{}; Data = Restore-AgentText $Matches.data; Step = $done.Name }
            foreach ($pair in "$($Matches.properties)" -split ';' -match '=') { $key, $value = $pair -split '=', 2; $found.Properties[$key] = Restore-AgentText $value }
            $job.Commands += $found
            if ($found.What -eq 'task.setvariable') { $job.Variables[$(if ($found.Properties.isOutput -eq 'true') { "$($done.Name)." }) + $found.Properties.variable] = $found.Data }
            if ($found.What -eq 'task.uploadsummary') { $job.Summaries += Get-Content $found.Data -Raw }
        }
    }
    $job
}
