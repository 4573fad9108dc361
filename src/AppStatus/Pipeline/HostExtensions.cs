using System.Management.Automation.Host;

namespace AppStatus.Pipeline;

internal static class HostExtensions
{
    /// <summary>Somebody sits there who could be asked: not in a scheduled task, a pipeline's agent, or a hosted runspace.</summary>
#pragma warning disable RS0030 // Nothing but its input tells of a job that cron, or an agent without a name of its own, has started.
    public static bool IsInteractive(this PSHost host) =>
        Environment.UserInteractive && host.Name == "ConsoleHost" && !Console.IsInputRedirected
        && !Environment.GetCommandLineArgs().Any(argument => argument.Length > 3 && "-NonInteractive".StartsWith(argument, StringComparison.OrdinalIgnoreCase))
        && Environment.GetEnvironmentVariable("TF_BUILD") is null && Environment.GetEnvironmentVariable("CI") is null;
#pragma warning restore RS0030
}
