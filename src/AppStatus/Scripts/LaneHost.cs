using System.Globalization;
using System.Management.Automation.Host;

namespace AppStatus.Scripts;

/// <summary>A lane's host: it has no console, and is told when a block calls <c>exit</c>, which sets no <c>$LASTEXITCODE</c>.</summary>
internal sealed class LaneHost : PSHost
{
    /// <summary>What the block left with; null: it did not call <c>exit</c>.</summary>
    public int? Exited { get; private set; }

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "AppStatus";

    public override PSHostUserInterface UI => null!;

    public override Version Version { get; } = typeof(LaneHost).Assembly.GetName().Version;

    public override void SetShouldExit(int exitCode) => Exited = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("A deploy block has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("A deploy block has no prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
