using System.Text.Json.Serialization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>What was intended, or what happened. The state of a deployment is the fold of these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(DeploymentStarted), nameof(DeploymentStarted))]
[JsonDerivedType(typeof(StepStarted), nameof(StepStarted))]
[JsonDerivedType(typeof(StepSucceeded), nameof(StepSucceeded))]
[JsonDerivedType(typeof(StepFailed), nameof(StepFailed))]
[JsonDerivedType(typeof(LaneEnded), nameof(LaneEnded))]
[JsonDerivedType(typeof(BakeStarted), nameof(BakeStarted))]
[JsonDerivedType(typeof(BakeEnded), nameof(BakeEnded))]
[JsonDerivedType(typeof(AlertFired), nameof(AlertFired))]
[JsonDerivedType(typeof(ShareWithdrawn), nameof(ShareWithdrawn))]
[JsonDerivedType(typeof(FleetCheckStarted), nameof(FleetCheckStarted))]
[JsonDerivedType(typeof(FleetChecked), nameof(FleetChecked))]
[JsonDerivedType(typeof(Halted), nameof(Halted))]
[JsonDerivedType(typeof(StopRequested), nameof(StopRequested))]
[JsonDerivedType(typeof(DeploymentEnded), nameof(DeploymentEnded))]
[JsonDerivedType(typeof(ConfigurationKept), nameof(ConfigurationKept))]
[JsonDerivedType(typeof(DeploymentResumed), nameof(DeploymentResumed))]
[JsonDerivedType(typeof(Paused), nameof(Paused))]
[JsonDerivedType(typeof(Continued), nameof(Continued))]
[JsonDerivedType(typeof(Denied), nameof(Denied))]
[JsonDerivedType(typeof(LanesUndone), nameof(LanesUndone))]
[JsonDerivedType(typeof(Closed), nameof(Closed))]
internal abstract record JournalEvent;

/// <summary>First of all: the options, the plan, and in it a snapshot of every member.</summary>
internal sealed record DeploymentStarted(string Id, DeploymentPlan Plan, string Host, string User, int ProcessId) : JournalEvent;

/// <summary>On the disk before the step has any effect.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Capacity">For a step that takes members out: the fewest members that go on serving in any of the lane's pools, as observed; null otherwise.</param>
internal sealed record StepStarted(string Lane, StepKind Step, int Attempt, int? Capacity = null) : JournalEvent;

/// <param name="Observed">What was seen, for people.</param>
/// <param name="Members">The traffic state that members were read back in, by <c>balancer/pool/name</c>; null where the step changed none.</param>
/// <param name="Found">Members that somebody had changed by hand since the plan was made, with what they were found in: a restore goes back to that.</param>
/// <param name="Mismatch">For Verify: what the instance runs, where that is not what was expected and the end of the run settles it.</param>
internal sealed record StepSucceeded(
    string Lane, StepKind Step, string Observed, IReadOnlyDictionary<string, TrafficState?>? Members,
    IReadOnlyDictionary<string, TrafficState>? Found = null, string? Mismatch = null) : JournalEvent;

/// <param name="Members">What is known of the members in spite of the failure: one that is missing was not touched, one that is null may be in any state. Null: nothing is known.</param>
/// <param name="Found">As in <see cref="StepSucceeded"/>: whoever goes on, or back, leaves those members alone.</param>
internal sealed record StepFailed(
    string Lane, StepKind Step, ErrorId Error, string Message, IReadOnlyDictionary<string, TrafficState?>? Members,
    IReadOnlyDictionary<string, TrafficState>? Found = null) : JournalEvent;

internal sealed record LaneEnded(string Lane, LaneState State, ErrorId? Error, string Message) : JournalEvent;

internal sealed record BakeStarted(int Wave) : JournalEvent;

/// <param name="Unhealthy">The lanes whose instances lost their health, with what was seen.</param>
/// <param name="Failure">What the analysis found bad; empty: nothing.</param>
/// <param name="Inconclusive">Why the analysis could not tell; empty: it could, or there was none.</param>
/// <param name="CutShort">A stop or an alert ended it before its time: that nothing bad was found says nothing. False in journals of versions before it was known.</param>
internal sealed record BakeEnded(int Wave, IReadOnlyDictionary<string, string> Unhealthy, string Failure = "", string Inconclusive = "", bool CutShort = false) : JournalEvent;

/// <summary>A rule that watches the deployment fired: a failure.</summary>
/// <param name="Lane">Of the instance that it fired for; empty: of none in particular.</param>
internal sealed record AlertFired(string Rule, string Lane, string Message) : JournalEvent;

/// <summary>The canaries' share is taken back, though nothing bad was found: nobody will watch it from now on.</summary>
internal sealed record ShareWithdrawn(string Why) : JournalEvent;

internal sealed record FleetCheckStarted : JournalEvent;

/// <param name="Mismatched">The lanes whose instances don't run the expected version, with what they run.</param>
/// <param name="CutShort">A stop ended it before every instance was asked. False in journals of versions before it was known.</param>
internal sealed record FleetChecked(IReadOnlyDictionary<string, string> Mismatched, bool CutShort = false) : JournalEvent;

/// <summary>No new lane starts from here on.</summary>
internal sealed record Halted(ErrorId Error, string Message) : JournalEvent;

/// <param name="Immediate">Lanes in flight are compensated; else they finish.</param>
internal sealed record StopRequested(string By, bool Immediate, string Reason = "") : JournalEvent;

internal sealed record DeploymentEnded(DeploymentState State) : JournalEvent;

/// <summary>After the end: the balancers' configuration was synchronised, saved, or both, as the options ask.</summary>
/// <param name="Fault">What could not be done, for people; empty: all of it was.</param>
internal sealed record ConfigurationKept(string Fault) : JournalEvent;

/// <summary>Another driver has taken over. A step without an outcome was interrupted; gates and deadlines start anew.</summary>
/// <param name="RetryFailed">Lanes that failed or were compensated are tried again, first, with a new failure budget.</param>
/// <param name="TakenOverFrom">Who held the lease before and went without giving it back, for people; empty: nobody.</param>
internal sealed record DeploymentResumed(string By, string Host, int ProcessId, bool RetryFailed, string TakenOverFrom = "") : JournalEvent;

/// <summary>No new lane starts until it goes on, or until patience ends and the run with it.</summary>
internal sealed record Paused(PauseReason Reason, string Message, TimeSpan Patience) : JournalEvent;

/// <summary>A pause has ended: approved, or told to go on.</summary>
internal sealed record Continued(string By, string Reason = "") : JournalEvent;

/// <summary>The approval was denied.</summary>
internal sealed record Denied(string By, string Reason = "") : JournalEvent;

/// <summary>Lanes of this deployment that another one has brought back to where they were before.</summary>
/// <param name="By">The id of the deployment that did it.</param>
/// <param name="Whole">Nothing of this deployment is left.</param>
internal sealed record LanesUndone(string By, IReadOnlyList<string> Lanes, bool Whole) : JournalEvent;

/// <summary>An operator takes over what is left: the deployment is no longer in the way of others.</summary>
internal sealed record Closed(string By, string Reason = "") : JournalEvent;
