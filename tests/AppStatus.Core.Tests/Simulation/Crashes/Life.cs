namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>
/// One process that drives a deployment. It dies at one of its boundaries (before or after an append, a write, a deploy), and
/// nothing of it comes back from there: whatever it awaits never ends.
/// </summary>
internal sealed class Life(SimulatedWorld world, int? diesAt, bool cutsWire)
{
    private int _boundaries;

    public bool Dead { get; private set; }

    public bool LeaseLost { get; private set; }

    /// <summary>When its lease ends by no doing of its own; null: it does not.</summary>
    public TimeSpan? LosesLeaseAt { get; init; }

    /// <summary>How long the disk takes.</summary>
    public Func<TimeSpan> JournalLatency { get; init; } = () => TimeSpan.Zero;

    /// <summary>Cut when it dies, if what is on its way is lost with it.</summary>
    public CancellationTokenSource Wire { get; } = new();

    public CancellationTokenSource Loss { get; } = new();

    /// <summary>Cancelled when its user stops it.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>How much of an append that it dies in reaches the disk, in bytes of a thousand.</summary>
    public int TornShare { get; init; }

    public bool LeaseLasts(TimeSpan duration) => !LeaseLost && !(LosesLeaseAt is { } end && world.Clock.Elapsed + duration >= end);

    public void LoseLease()
    {
        LeaseLost = true;
        Loss.Cancel();
    }

    /// <summary>Passes a boundary, or dies there; true: it has died just now.</summary>
    public bool DiesHere()
    {
        if (Dead || ++_boundaries != diesAt) return false;
        Dead = true;
        if (cutsWire) Wire.Cancel();
        return true;
    }

    public Task BoundaryAsync() => DiesHere() || Dead ? NeverAsync() : Task.CompletedTask;

    public Task AliveAsync() => Dead ? NeverAsync() : Task.CompletedTask;

    private static Task NeverAsync() => new TaskCompletionSource<bool>().Task;
}
