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
[JsonDerivedType(typeof(FleetCheckStarted), nameof(FleetCheckStarted))]
[JsonDerivedType(typeof(FleetChecked), nameof(FleetChecked))]
[JsonDerivedType(typeof(Halted), nameof(Halted))]
[JsonDerivedType(typeof(StopRequested), nameof(StopRequested))]
[JsonDerivedType(typeof(DeploymentEnded), nameof(DeploymentEnded))]
internal abstract record JournalEvent;

/// <summary>First of all: the options, the plan, and in it a snapshot of every member.</summary>
internal sealed record DeploymentStarted(string Id, DeploymentPlan Plan, string Host, string User, int ProcessId) : JournalEvent;

/// <summary>On the disk before the step has any effect.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Capacity">For a step that takes members out: the fewest members that go on serving in any of the lane's pools, as observed; null otherwise.</param>
internal sealed record StepStarted(string Lane, StepKind Step, int Attempt, int? Capacity = null) : JournalEvent;

/// <param name="Observed">What was seen, for people.</param>
/// <param name="Members">The traffic state that members were read back in, by <c>balancer/pool/name</c>; null where the step changed none.</param>
internal sealed record StepSucceeded(string Lane, StepKind Step, string Observed, IReadOnlyDictionary<string, TrafficState?>? Members) : JournalEvent;

/// <param name="Members">What is known of the members in spite of the failure: one that is missing was not touched, one that is null may be in any state. Null: nothing is known.</param>
internal sealed record StepFailed(string Lane, StepKind Step, ErrorId Error, string Message, IReadOnlyDictionary<string, TrafficState?>? Members) : JournalEvent;

internal sealed record LaneEnded(string Lane, LaneState State, ErrorId? Error, string Message) : JournalEvent;

internal sealed record BakeStarted(int Wave) : JournalEvent;

/// <param name="Unhealthy">The lanes whose instances lost their health, with what was seen.</param>
internal sealed record BakeEnded(int Wave, IReadOnlyDictionary<string, string> Unhealthy) : JournalEvent;

internal sealed record FleetCheckStarted : JournalEvent;

/// <param name="Mismatched">The lanes whose instances don't run the expected version, with what they run.</param>
internal sealed record FleetChecked(IReadOnlyDictionary<string, string> Mismatched) : JournalEvent;

/// <summary>No new lane starts from here on.</summary>
internal sealed record Halted(ErrorId Error, string Message) : JournalEvent;

internal sealed record StopRequested(string By) : JournalEvent;

internal sealed record DeploymentEnded(DeploymentState State) : JournalEvent;
