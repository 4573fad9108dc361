using System.Globalization;
using AppStatus.Core.Environments.Containers;
using AppStatus.Core.Tests.Containers;

namespace AppStatus.Core.Tests.Environments.Containers;

/// <summary>
/// An engine whose containers are folders: it creates, starts, stops, renames and removes them, as far as environments need it, refuses what docker and podman
/// refuse, and fails at the calls that it is told to fail at.
/// </summary>
internal sealed class ScriptedEngine : IDisposable
{
    private const string Script = """
        number=$(wc -l <"$here/calls" | tr -d ' ')
        if grep -qx "$number" "$here/fail" 2>/dev/null; then echo "call $number is refused" >&2; exit 125; fi
        need() { [ -d "$here/c/$1" ] || { echo "Error response from daemon: No such container: $1" >&2; exit 1; }; }
        label() { sed -n "s/^appstatus.$2=//p" "$here/c/$1/labels"; }
        mkdir -p "$here/c"
        verb=$1; shift
        last=""; for word in "$@"; do last=$word; done
        case $verb in
          create)
            name=$2
            [ ! -d "$here/c/$name" ] || { echo "name $name is in use" >&2; exit 125; }
            mkdir "$here/c/$name"; shift 2
            while [ $# -gt 0 ]; do case $1 in
              --label-file) cat "$2" >"$here/c/$name/labels"; ls -l "$2" | cut -c1-10 >"$here/rights"; shift 2;;
              --env-file) cat "$2" >"$here/c/$name/env"; ls -l "$2" | cut -c1-10 >"$here/rights-of-variables"; shift 2;;
              *) shift;;
            esac; done
            echo created >"$here/c/$name/state"; echo "$$-$name" >"$here/c/$name/id";;
          start)
            need "$last"
            if grep -qx "$(label "$last" image)" "$here/broken" 2>/dev/null; then echo "exec /nowhere: no such file" >&2; exit 127; fi
            echo running >"$here/c/$last/state";;
          stop) need "$last"; echo exited >"$here/c/$last/state";;
          kill) need "$last"; grep -q running "$here/c/$last/state" || { echo "is not running" >&2; exit 1; }; echo exited >"$here/c/$last/state";;
          rm) need "$last"; rm -r "$here/c/$last";;
          rename) need "$1"; [ ! -d "$here/c/$2" ] || { echo "name $2 is in use" >&2; exit 125; }; mv "$here/c/$1" "$here/c/$2";;
          cp) need "${2%%:*}"; cp "$1" "$here/c/${2%%:*}/haproxy.cfg";;
          logs) need "$last"; echo "last words of $last";;
          ps) for one in "$here/c"/*; do [ ! -d "$one" ] || cat "$one/id"; done;;
          container)
            if [ "$2" = --format ]; then need "$last"; echo "$(label "$last" environment)/$(label "$last" part)"; exit; fi
            printf '['; comma=""
            for one in "$here/c"/*; do
              [ -d "$one" ] || continue
              running=false; grep -q running "$one/state" && running=true
              variables=""; [ ! -f "$one/env" ] || variables=$(sed 's/.*/"&"/' "$one/env" | paste -s -d , -)
              printf '%s{"Id":"%s","Name":"/%s","State":{"Status":"%s","Running":%s},"Config":{"Env":[%s],"Labels":{' "$comma" "$(cat "$one/id")" "$(basename "$one")" "$(cat "$one/state")" "$running" "$variables"
              sed 's/\\/\\\\/g; s/"/\\"/g; s/^\([^=]*\)=\(.*\)$/"\1":"\2"/' "$one/labels" | paste -s -d , -
              printf '}}}'; comma=","
            done
            printf ']';;
          image)
            if [ "$1" = ls ]; then cat "$here/tags"; exit; fi
            grep -qx -- "$last" "$here/images" || { echo "Error: No such image: $last" >&2; exit 1; };;
          pull) grep -qx -- "$last" "$here/registry" 2>/dev/null || { echo "manifest unknown" >&2; exit 1; }; echo "$last" >>"$here/images";;
          tag) echo "$2" >>"$here/images";;
          network)
            case $1 in
              ls) for one in "$here"/network-*; do [ ! -f "$one" ] || basename "$one" | sed 's/^network-//'; done;;
              create) echo >"$here/network-$last";;
              rm) rm "$here/network-$last";;
            esac;;
          *) echo "unknown $verb" >&2; exit 2;;
        esac
        """;

    private readonly FakeEngine _engine = FakeEngine.Saying(Script);

    public ScriptedEngine()
    {
        File.WriteAllText(_engine.PathOf("images"), "shop:1.0\nshop:2.0\ndocker.io/library/redis:7\ndocker.io/library/haproxy:lts\n");
        File.WriteAllText(_engine.PathOf("tags"), "");
        Host = new ContainerHost(_engine.Program);
    }

    public ContainerHost Host { get; }

    /// <summary>The calls since <see cref="Forget"/>.</summary>
    public IReadOnlyList<string> Calls => _engine.Calls;

    /// <summary>Each container with its state, such as <c>shop-app1 running shop:1.0</c>.</summary>
    public IReadOnlyList<string> Containers => !Directory.Exists(_engine.PathOf("c")) ? [] :
        [.. Directory.EnumerateDirectories(_engine.PathOf("c")).OrderBy(path => path, StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {Text(path, "state")} {ImageOf(path)}")];

    public string FolderOf(string container) => Path.Combine(_engine.PathOf("c"), container);

    public string TextOf(string container, string file) => Text(Path.Combine(_engine.PathOf("c"), container), file);

    /// <summary>The rights of the last file of labels, as <c>ls -l</c> writes them.</summary>
    public string RightsOfLabels => Text(_engine.Folder, "rights");

    /// <summary>The same of the last file of variables.</summary>
    public string RightsOfVariables => Text(_engine.Folder, "rights-of-variables");

    public void Forget() => File.Delete(_engine.PathOf("calls"));

    /// <param name="calls">Their numbers, from 1; none: it works again.</param>
    public void FailAt(params int[] calls)
    {
        Fails = calls;
        File.WriteAllLines(_engine.PathOf("fail"), calls.Select(call => call.ToString(CultureInfo.InvariantCulture)));
    }

    public IReadOnlyList<int> Fails { get; private set; } = [];

    /// <summary>Images whose containers can't be started.</summary>
    public void Break(params string[] images) => File.WriteAllLines(_engine.PathOf("broken"), images);

    public void Say(string file, string text) => File.WriteAllText(_engine.PathOf(file), text);

    public void Dispose() => _engine.Dispose();

    private static string Text(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();

    private static string ImageOf(string path) => Text(path, "labels").Split('\n').Single(line => line.StartsWith("appstatus.image=", StringComparison.Ordinal)).Substring("appstatus.image=".Length);
}
