using System.Reflection;

namespace AppStatus.Loading;

/// <summary>
/// Answers what the runtime could not find, for requests that come from us only. It is installed once for the process
/// and stays: other runspaces may use the module after one of them has removed it, and types once loaded stay, too.
/// </summary>
internal static class DependencyHook
{
    private static readonly string Bin = Path.GetDirectoryName(typeof(DependencyHook).Assembly.Location)!;
    private static readonly Lazy<IDependencyContext> Context = new(static () => DependencyContext.Create(Path.Combine(Bin, "deps")));
    private static int _installed;

    public static void Install()
    {
        if (Interlocked.Exchange(ref _installed, 1) == 0) AppDomain.CurrentDomain.AssemblyResolve += Resolve;
    }

    private static Assembly? Resolve(object? sender, ResolveEventArgs request)
    {
        var wanted = new AssemblyName(request.Name);
        return IsOurs(request.RequestingAssembly, wanted) ? Context.Value.Load(wanted) : null;
    }

    /// <summary>Core's name is ours, whoever asks for it; its dependencies are others', too, so the requester counts.</summary>
    private static bool IsOurs(Assembly? requester, AssemblyName wanted) =>
        wanted.Name == "AppStatus.Core"
        || (requester is not null && (IsInBin(requester) || (Context.IsValueCreated && Context.Value.Holds(requester))));

    private static bool IsInBin(Assembly requester) =>
        !requester.IsDynamic && string.Equals(Path.GetDirectoryName(requester.Location), Bin, StringComparison.OrdinalIgnoreCase);
}
