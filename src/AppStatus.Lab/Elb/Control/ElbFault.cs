namespace AppStatus.Lab.Elb.Control;

/// <summary>What the API does to its callers on bad days.</summary>
internal enum ElbFaultKind
{
    /// <summary>400 Throttling, for EC2 503 RequestLimitExceeded; nothing is done.</summary>
    Throttling,

    /// <summary>500 HealthUnavailable; nothing is done.</summary>
    HealthUnavailable,

    /// <summary>400 DependencyThrottle; nothing is done.</summary>
    DependencyThrottle,

    /// <summary>403: the account may not do this.</summary>
    AccessDenied,

    /// <summary>The request is carried out, then the connection drops without an answer.</summary>
    LostAnswer,

    /// <summary>The connection drops; nothing is done.</summary>
    LostRequest,

    /// <summary>The request is answered as if it were carried out, and is not: somebody else undoes it at once.</summary>
    NoEffect,

    /// <summary>The request is carried out after a delay.</summary>
    Delay,
}

/// <summary>A fault for the next requests that match.</summary>
internal sealed record ElbFault(ElbFaultKind Kind)
{
    /// <summary>How many requests it hits, from 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Null for any.</summary>
    public string? Action { get; init; }

    /// <summary>Before anything else is done.</summary>
    public int DelayMs { get; init; }
}

/// <summary>The faults to come, oldest first.</summary>
internal sealed class ElbFaultQueue
{
    private readonly Lock _gate = new();
    private readonly List<ElbFault> _pending = [];

    public IReadOnlyList<ElbFault> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _pending];
            }
        }
    }

    public void Add(ElbFault fault)
    {
        lock (_gate)
        {
            _pending.Add(fault);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _pending.Clear();
        }
    }

    /// <summary>The first fault that matches, used up by one.</summary>
    public ElbFault? Take(string action)
    {
        lock (_gate)
        {
            var index = _pending.FindIndex(fault => fault.Action is null || fault.Action == action);
            if (index < 0)
            {
                return null;
            }

            var fault = _pending[index];
            if (fault.Count <= 1)
            {
                _pending.RemoveAt(index);
            }
            else
            {
                _pending[index] = fault with { Count = fault.Count - 1 };
            }

            return fault;
        }
    }
}
