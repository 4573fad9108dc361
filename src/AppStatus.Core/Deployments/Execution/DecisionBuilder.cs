using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Gathers one decision of the <see cref="Scheduler"/>.</summary>
internal sealed class DecisionBuilder(RunState state, PoolObservation? observation, DateTimeOffset now)
{
    /// <summary>The coarsest clock that we meet tells instants apart that are so far from each other.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(16);

    private DateTimeOffset? _wakeAt;
    private bool _needsObservation;

    public RunState State { get; } = state;

    public PoolObservation? Observation { get; } = observation;

    public DateTimeOffset Now { get; } = now;

    public Admission Admission { get; } = new(state, observation, now);

    public List<JournalEvent> Events { get; } = [];

    /// <summary>A fresh look was tried, and a pool could not be read.</summary>
    public bool ObservationFailed => Observation?.Fault is not null && Now - Observation.AnsweredAt <= Admission.MaximumAge;

    /// <summary>Looks at the pools again: at once if the last look is outdated by what we did since, else after the interval.</summary>
    public void ObserveAgain(TimeSpan interval, DateTimeOffset? deadline)
    {
        DateTimeOffset last = Observation?.ReadAt ?? DateTimeOffset.MinValue;
        DateTimeOffset changed = State.LastReturned > State.LastLeftOut ? State.LastReturned : State.LastLeftOut;
        if (Now <= changed) Wake(changed + ClockTick); // a look at this instant could not be told from one before the change
        else if (last <= changed || Now - last >= interval) _needsObservation = true;
        else Wake(last + interval);
        if (deadline is not null) Wake(deadline.Value);
    }

    public Decision Build() => new(Events, _needsObservation, _wakeAt);

    /// <summary>A lane would start, or go on, if only its pool had room.</summary>
    public bool WaitsForCapacity => _needsObservation || _wakeAt is not null;

    public void Wake(DateTimeOffset at)
    {
        if (_wakeAt is null || at < _wakeAt) _wakeAt = at;
    }
}
