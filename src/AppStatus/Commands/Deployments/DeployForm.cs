namespace AppStatus.Commands.Deployments;

/// <summary>How the release gets onto an instance, as it was typed: at most one of the three.</summary>
/// <param name="Block">What is run for each instance.</param>
/// <param name="File">The same as a script file.</param>
/// <param name="Image">The image that replaces an instance's container.</param>
internal sealed record DeployForm(ScriptBlock? Block = null, string? File = null, string? Image = null);
