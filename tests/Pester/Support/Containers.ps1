# Containers for scenarios, made of files of this machine: nothing is downloaded. They have a storage of their own, so that neither the machine's containers nor
# its images are touched, and what is left behind can be counted. Dot-sourced after Scenario.ps1.

# Why containers can't be had here; nothing when they can.
function Get-ContainerObstacle {
    if (-not $IsLinux) { return 'the images of the scenarios are made of files of a Linux machine' }
    foreach ($program in 'podman', 'runc', 'dotnet', 'haproxy', 'redis-server') {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) { return "there is no $program" }
    }
    if ((id -u) -ne '0') { return 'containers with networks of their own need root here' }
}

# The folder of the storage; one for all runs of this checkout, since importing the images takes a while.
function Get-ContainerStorage { Join-Path ([IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../../out'))) 'test-containers' }

# Points podman to that storage, and makes the images that examples and definitions name where they are not there yet.
function Initialize-Containers {
    $storage = Get-ContainerStorage
    $null = New-Item $storage -ItemType Directory -Force
    Set-Content "$storage/containers.conf" @'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
'@
    Set-Content "$storage/storage.conf" "[storage]`ndriver = `"vfs`"`ngraphroot = `"$storage/graph`"`nrunroot = `"$storage/run`""
    $env:CONTAINERS_CONF = "$storage/containers.conf"
    $env:CONTAINERS_STORAGE_CONF = "$storage/storage.conf"
    $env:APPSTATUS_CONTAINER_ENGINE = 'podman'
    # Files run side by side: one makes the images, the other waits.
    $lock = $null
    Wait-Until -Seconds 240 { try { $script:lock = [IO.File]::Open("$storage/lock", 'OpenOrCreate', 'ReadWrite', 'None') } catch { }; $script:lock }
    try {
        $dotnet = Split-Path (readlink -f (Get-Program dotnet))
        Import-BaseImage docker.io/library/haproxy:lts -Programs (Get-Program haproxy)
        Import-BaseImage docker.io/library/redis:7 -Programs (Get-Program redis-server), (Get-Program redis-cli)
        Import-BaseImage mcr.microsoft.com/dotnet/aspnet:10.0 -Programs "$dotnet/dotnet" -Folders "$dotnet/host", "$dotnet/shared" -Libraries 'libssl.so.3', 'libcrypto.so.3'
        if (-not (Test-Image shop:1.0) -or (Get-Item "$ModuleRoot/lab/AppStatus.Lab.dll").LastWriteTime -gt (Get-Item "$storage/shop" -ErrorAction Ignore).LastWriteTime) {
            foreach ($version in '1.0', '2.0', '3.0') { New-ShopImage $version }
            Set-Content "$storage/shop" 'The images of the shop are as new as this file.'
        }
    }
    finally { $script:lock.Dispose() }
}

function Get-Program([string]$Name) { (Get-Command $Name -CommandType Application | Select-Object -First 1).Source }

function Test-Image([string]$Image) { podman image exists $Image; -not $LASTEXITCODE }

# Programs with the libraries that they are linked to, a shell, and whole folders, as an image.
function Import-BaseImage([string]$Image, [string[]]$Programs, [string[]]$Folders = @(), [string[]]$Libraries = @()) {
    if (Test-Image $Image) { return }
    $root = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "appstatus-image-$([guid]::NewGuid().ToString('n').Substring(0, 8))")).FullName
    try {
        $files = @('/bin/sh'; $Programs; $Libraries | ForEach-Object { ((/sbin/ldconfig -p) -match "\b$([regex]::Escape($_)) ")[0] -replace '^.*=> ' })
        $linked = @($files; $Folders | ForEach-Object { (Get-ChildItem $_ -Recurse -Filter *.so).FullName })
        $libraries = foreach ($line in $linked | ForEach-Object { ldd $_ 2>$null }) { if ($line -match '(/\S+)') { $Matches[1] } }
        foreach ($folder in $Folders) { $null = New-Item (Split-Path "$root$folder") -ItemType Directory -Force; cp -r $folder "$root$folder" }
        foreach ($file in @($files; $libraries | Sort-Object -Unique)) {
            if (Test-Path "$root$file") { continue }
            $null = New-Item (Split-Path "$root$file") -ItemType Directory -Force
            cp -L $file "$root$file"
            if ($LASTEXITCODE) { throw "$file was not copied." }
        }
        foreach ($folder in 'tmp', 'etc', 'run', 'usr/bin', 'usr/local/etc/haproxy') { $null = New-Item "$root/$folder" -ItemType Directory -Force }
        foreach ($program in $Programs) { if (-not (Test-Path "$root/usr/bin/$(Split-Path $program -Leaf)")) { ln -s $program "$root/usr/bin/$(Split-Path $program -Leaf)" } }
        sh -c "tar -C '$root' -c . | podman import -q --change 'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - '$Image'" | Out-Null
        if ($LASTEXITCODE) { throw "podman import of $Image failed." }
    }
    finally { Remove-Item $root -Recurse -Force }
}

# The example's application, built as its Dockerfile says.
function New-ShopImage([string]$Version, [string[]]$Tags = @("shop:$Version")) {
    # podman 4 overlooks build arguments when it looks for a layer that it has.
    podman build -q --no-cache -f (Join-Path $PSScriptRoot '../../../examples/containers/Dockerfile') --build-arg VERSION=$Version -t $Tags[0] $ModuleRoot | Out-Null
    if ($LASTEXITCODE) { throw "The image $Version did not build." }
    foreach ($tag in $Tags | Select-Object -Skip 1) { podman tag $Tags[0] $tag }
}

# Everything of environments that there is in that storage, and on this machine: nothing after a down.
function Get-ContainerRest([string]$Environment, [int[]]$Ports = @()) {
    podman ps --all --format '{{.Names}}' --filter "label=appstatus.environment=$Environment"
    podman network ls --format '{{.Name}}' | Where-Object { $_ -eq "appstatus-$Environment" }
    podman volume ls --format 'volume {{.Name}}'
    foreach ($port in $Ports) { if (Test-Listening $port) { "port $port" } }
    Get-ChildItem /proc -Directory | Where-Object Name -Match '^\d+$' | ForEach-Object {
        $line = try { [IO.File]::ReadAllText("$($_.FullName)/cmdline") } catch { '' }
        if ($line -match "$Environment-(app|redis|balancer)") { "process $($_.Name)" }
    }
}

function Test-Listening([int]$Port) {
    $client = [Net.Sockets.TcpClient]::new()
    try { $client.Connect('127.0.0.1', $Port); $true } catch { $false } finally { $client.Dispose() }
}

# A definition on free ports, with what it does not say.
function New-ContainerDefinition([string]$Name, [hashtable]$More = @{}) {
    $definition = @{ Name = $Name; Provider = 'Container'; Image = 'shop:1.0'; Instances = 2; Redis = $true; Environment = @{ OPERATOR_PASSWORD = 'rehearsal' }; StopTimeoutSec = 10 }
    foreach ($key in $More.Keys) { $definition[$key] = $More[$key] }
    $definition
}

function Get-OperatorCredential([string]$Password = 'rehearsal') { [pscredential]::new('operator', (ConvertTo-SecureString $Password -AsPlainText -Force)) }
