namespace AppStatus.Lab.Elb.Control;

/// <param name="Form">The parameters as they were sent.</param>
/// <param name="Status">The status that was answered, or would have been where a fault took the answer away.</param>
internal sealed record Call(string Action, string Form, int Status, bool IsWrite, string? Fault);

/// <summary>Every call of the API, in the order of its answers.</summary>
internal sealed class CallLog
{
    private readonly Lock _gate = new();
    private readonly List<Call> _calls = [];

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public void Add(Call call)
    {
        lock (_gate)
        {
            _calls.Add(call);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }
}
