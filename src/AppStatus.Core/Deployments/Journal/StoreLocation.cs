using System.Net;
using System.Runtime.InteropServices;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>Where deployments are recorded: what was asked for, else the machine's folder, else the user's.</summary>
internal static class StoreLocation
{
    public const string Variable = "APPSTATUS_STORE";

    /// <summary>Opens the store that was asked for, else the one that the environment names, else the machine's folder, else the user's.</summary>
    /// <param name="asked">A folder, as an absolute path, or <c>redis://…</c>; null: not asked for.</param>
    /// <param name="credential">For a Redis that wants one.</param>
    /// <param name="unattended">Null: what is recorded is looked at, and nothing may be written to find out where. Else a deployment may begin, with nobody at the prompt or with somebody.</param>
    /// <returns>The store, and what the user must know of the choice.</returns>
    /// <exception cref="AppStatusException">It can't be reached, or its URI is wrong.</exception>
    public static async Task<(IDeploymentStore Store, string? Warning)> OpenAsync(string? asked, NetworkCredential? credential, bool? unattended, CancellationToken cancellationToken)
    {
        string? named = asked ?? Environment.GetEnvironmentVariable(Variable);
        if (named?.Contains("://") != true)
        {
            (string folder, string? warning) = FindFolder(named, begins: unattended is not null);
            StoreFolder.Require(folder);
            StoreFolder.Require(Path.Combine(folder, "deployments"));
            if (unattended == true && string.IsNullOrEmpty(named)) warning ??= $"The deployment is recorded in {folder}: other machines see neither its lock nor its history. Name a shared store with -Store or {Variable}.";
            return (new FileDeploymentStore(folder, TimeProvider.System), warning);
        }

        var options = new RedisOptions { Endpoint = RedisEndpoint.Parse(named), Credential = credential };
        RedisDeploymentStore redis = await RedisDeploymentStore.ConnectAsync(options, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return (redis, redis.Warning);
    }

    /// <summary>What to type behind a command so that it means this store; empty where it is the one that is meant anyway.</summary>
    public static string Argument(string location)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        string usual;
        try
        {
            usual = string.IsNullOrEmpty(named) ? FindFolder(named: null, begins: false).Folder : named!;
        }
        catch (AppStatusException)
        {
            usual = "";
        }

        return location.Length == 0 || location == usual || location == usual.TrimEnd('/') ? "" : $" -Store '{location.Replace("'", "''")}'";
    }

    /// <summary>The ids of deployments in a store that is a folder, the newest first; none where it is not, or can't be read.</summary>
    public static IReadOnlyList<string> IdsInFolder(string? asked)
    {
        try
        {
            string? named = asked ?? Environment.GetEnvironmentVariable(Variable);
            if (named?.Contains("://") == true) return [];
            string folder = Path.Combine(FindFolder(named, begins: false).Folder, "deployments");
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(Path.GetFileNameWithoutExtension).OrderByDescending(id => id, StringComparer.Ordinal)]
                : [];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or AppStatusException)
        {
            return [];
        }
    }

    private static (string Folder, string? Warning) FindFolder(string? named, bool begins)
    {
        if (!string.IsNullOrEmpty(named)) return (named!, null);

        string machine = RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "AppStatus")
            : "/var/lib/appstatus";
        if (begins ? CanWrite(machine) : IsOurs(machine)) return (machine, null);

        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        string user = Path.Combine(state, "appstatus");
        // A service may have no home: a store must not depend on the folder that one happens to be in.
        if (!Path.IsPathRooted(user))
            throw new AppStatusException(ErrorId.StoreUnavailable, $"There is no folder for a store: {machine} can't be written, and this user has no home folder. Nothing was touched.", $"Name a folder with -Store or {Variable}.");
        return (user, !begins ? null : $"{machine} can't be written, so deployments are recorded in {user}, where other users don't find them. Name a folder with -Store or {Variable}.");
    }

    // Who has begun a deployment there has taken a token, and may do so again.
    private static bool IsOurs(string folder)
    {
        try
        {
            using var token = new FileStream(Path.Combine(folder, "leases", "token"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            WritableFolder.Require(folder);
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
