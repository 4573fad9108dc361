namespace AppStatus.Core.Errors;

/// <summary>An expected failure: what failed, on which object, what state things are in now, and what to type next.</summary>
/// <param name="Id">The cause.</param>
/// <param name="Message">What failed, where, and the state now: one or two sentences that stand alone.</param>
/// <param name="NextStep">What the reader does next, a command where there is one; empty where nothing is sensible.</param>
public sealed record Fault(ErrorId Id, string Message, string NextStep = "")
{
    public override string ToString() => NextStep.Length == 0 ? Message : $"{Message} {NextStep}";
}
