namespace AppStatus.Lab.Elb.Model;

internal enum TargetState
{
    Initial,
    Healthy,
    Unhealthy,
    Draining,
}

/// <summary>A target of a pool; changed and read under the model's lock.</summary>
internal sealed class RegisteredTarget(string id, int port, string address)
{
    public string Id => id;

    public int Port => port;

    public string Address => address;

    public TargetState State { get; set; }

    /// <summary>Checks in a row that ended as the last one did.</summary>
    public int Streak { get; set; }

    public bool LastCheckPassed { get; set; }

    public int InFlight { get; set; }

    public DateTimeOffset DrainsUntil { get; set; }

    /// <summary>Ends what is in flight when the delay is over.</summary>
    public CancellationTokenSource Cut { get; } = new();
}
