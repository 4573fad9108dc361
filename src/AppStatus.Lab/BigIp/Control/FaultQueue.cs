namespace AppStatus.Lab.BigIp.Control;

/// <summary>The faults to come, oldest first.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _pending = [];

    public IReadOnlyList<Fault> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _pending];
            }
        }
    }

    public void Add(Fault fault)
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
    public Fault? Take(string method, string path)
    {
        lock (_gate)
        {
            var index = _pending.FindIndex(fault => fault.Matches(method, path));
            if (index < 0)
            {
                return null;
            }

            var fault = _pending[index];
            if (fault.Count == 1)
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
