# kill -9 of the driver at every kind of line that a journal has, under load: another process goes on from there, or takes
# everything back, and nobody out there notices. What is killed, is killed again while it goes on.
Describe 'A driver that is killed at any line of its journal' {
    BeforeAll {
        . $PSScriptRoot/Range/Range.ps1
        Import-Module $PSScriptRoot/Range/Drivers.psm1
        $range = Start-Range
        Start-RangeStandby $range
        $limits = "-Release 2.0 -SettleSec 0.1 -StableSec 0.1 -BakeSec 0.2 -HealthyDeadlineSec 60 -FilePath '$($range.DeployFile)'"
        $run = "Get-HAProxyServer -Backend app | Invoke-RollingDeployment $limits -Store '$($range.Store)'"
        $resume = "Resume-Deployment -Last -Store '$($range.Store)'"
        $load = '/=96,/slow?ms=700=4'
        function Assert-Range([string]$Version) {
            Get-RangeVersion $range | Should -Be (@($Version) * 4)
            Get-RangeState $range | Should -Be 'app/a1 UP, app/a2 UP, app/a3 UP, app/a4 UP'
        }
        function Assert-NoneFailed {
            $told = Stop-RangeLoad $range
            $told.Failed | Should -Be 0 -Because "of $($told.Sent) $($told.FirstErrors)"
            $told.Sent | Should -BeGreaterThan 0
        }
        # Again and again, each time at the next kind that the lane has before it; what one lane was too quick for is the next one's.
        # The last lane is left to end well.
        function Invoke-KillChain([string]$First, [string]$Then, [string[]]$Kinds, [int]$Lanes = 4) {
            $left = [Collections.Generic.List[string]]$Kinds
            $script = $First
            $at = -1
            $kills = @()
            while ($left.Count) {
                $next = @($left | Where-Object { $Kinds.IndexOf($_) -gt $at }) + $left | Select-Object -First 1
                $died = Get-RangeLineName (Stop-RangeOrderAt $range $script (Get-RangeLinePattern $next))
                $kills += $died
                $null = $left.Remove($next)
                $null = $left.Remove($died)
                $at = $Kinds.IndexOf($died)
                $script = $Then
                if ([regex]::Matches((Get-RangeJournalText $range), '"LaneEnded"').Count -ge $Lanes - 1) { $null = $left.RemoveAll({ $args[0] -notlike 'Fleet*' }) }
            }
            Write-Host "    killed at: $($kills -join ', ')"
            $kills
        }
    }
    BeforeEach { Reset-RangeStandby $range }
    AfterAll { Stop-Range $range; $range.Standby.Dispose() }

    It 'and again at every other one is gone on with, and no request is lost' {
        Start-RangeLoad $range -Mix $load -KeepAlive $false
        $kills = Invoke-KillChain $run $resume (Get-RangeLineKind)
        # How many depends on how far it comes before it dies.
        $kills.Count | Should -BeGreaterThan 4
        (Resume-Deployment -Last -Store $range.Store).State | Should -Be 'Succeeded'
        Assert-Range '2.0'
        Assert-NoneFailed
    }

    It 'can be undone from each of them, and no request is lost' {
        Start-RangeLoad $range -Mix $load -KeepAlive $false
        $one = $run -replace 'app \|', 'app | Select-Object -First 1 |'
        foreach ($kind in Get-RangeLineKind) {
            $null = Stop-RangeOrderAt $range $one (Get-RangeLinePattern $kind)
            $result = Undo-Deployment -Last -Store $range.Store
            $result.State | Should -Be 'RolledBack' -Because $kind
            Assert-Range '1.0'
        }
        Assert-NoneFailed
    }

    It 'while it undoes goes on undoing, and no request is lost' {
        $null = Get-HAProxyServer -Backend app | Invoke-RollingDeployment -Release 2.0 -BatchSize 2 -SettleSec 0.1 -StableSec 0.1 -Store $range.Store -FilePath $range.DeployFile
        $id = (Get-Deployment -Last -Store $range.Store).Id
        Start-RangeLoad $range -Mix $load -KeepAlive $false
        $undo = "Undo-Deployment $id -Store '$($range.Store)'"
        $kills = Invoke-KillChain $undo $undo (Get-RangeLineKind | Where-Object { $_ -notmatch 'CheckHealth|Bake|Fleet' })
        $kills.Count | Should -BeGreaterThan 3
        (Undo-Deployment $id -Store $range.Store).State | Should -Be 'RolledBack'
        Assert-Range '1.0'
        Assert-NoneFailed
    }
}
