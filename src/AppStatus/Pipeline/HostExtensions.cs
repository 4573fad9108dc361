using System.Management.Automation.Host;

namespace AppStatus.Pipeline;

internal static class HostExtensions
{
    /// <summary>Somebody sits there who could be asked: not in a scheduled task, a pipeline's agent, or a hosted runspace.</summary>
    public static bool IsInteractive(this PSHost host) =>
        Environment.UserInteractive && host.Name == "ConsoleHost"
        && !Environment.GetCommandLineArgs().Any(argument => argument.Length > 3 && "-NonInteractive".StartsWith(argument, StringComparison.OrdinalIgnoreCase))
        && Environment.GetEnvironmentVariable("TF_BUILD") is null && Environment.GetEnvironmentVariable("CI") is null;
}
