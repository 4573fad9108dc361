namespace AppStatus.Lab.BigIp.Model;

/// <summary>Holds the state. Changes, and choices that must not cross a change, happen one at a time.</summary>
internal sealed class DeviceStore(DeviceState initial)
{
    private readonly Lock _gate = new();
    private volatile DeviceState _current = initial;

    public DeviceState Current => _current;

    /// <summary>Called under the lock with what was before and what is now.</summary>
    public Action<DeviceState, DeviceState>? Changed { get; set; }

    /// <summary>Replaces the state, unless <paramref name="change"/> throws.</summary>
    public TResult Change<TResult>(Func<DeviceState, (DeviceState State, TResult Result)> change)
    {
        lock (_gate)
        {
            var before = _current;
            var (state, result) = change(before);
            _current = state;
            if (!ReferenceEquals(before, state))
            {
                Changed?.Invoke(before, state);
            }

            return result;
        }
    }

    /// <summary>
    /// Chooses by a state that can't change meanwhile: a request is counted on its member before a "disable" that came first can be answered,
    /// so nobody sees an idle member that is about to get a request.
    /// </summary>
    public TResult Choose<TResult>(Func<DeviceState, TResult> choose)
    {
        lock (_gate)
        {
            return choose(_current);
        }
    }
}
