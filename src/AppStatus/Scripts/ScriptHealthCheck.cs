using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Scripts;

/// <summary>The user's -HealthCheck block: only <c>$true</c> is healthy.</summary>
internal sealed class ScriptHealthCheck(LaneScript script, TimeSpan timeout, Action<Instance, LaneLine> line) : IHealthCheck
{
    public async Task<(bool Healthy, string Detail)> CheckAsync(Instance instance, string release, CancellationToken cancellationToken)
    {
        object? answer = await ScriptAnswer.OfAsync(script, "HealthCheck", instance, release, timeout, line, cancellationToken).ConfigureAwait(false);
        return answer is true ? (true, "-HealthCheck returned true.") : (false, $"-HealthCheck returned {ScriptAnswer.Show(answer)}.");
    }
}

/// <summary>
/// The user's -VersionCheck block: a Boolean says whether the instance runs what is expected; anything else is what it runs,
/// compared with the expected version.
/// </summary>
internal sealed class ScriptVersionCheck(LaneScript script, TimeSpan timeout, Action<Instance, LaneLine> line) : IVersionCheck
{
    public async Task<(bool RunsExpected, string Version)> CheckAsync(Instance instance, string release, string expected, CancellationToken cancellationToken)
    {
        object? answer = await ScriptAnswer.OfAsync(script, "VersionCheck", instance, release, timeout, line, cancellationToken).ConfigureAwait(false);
        if (answer is bool runs) return (runs, runs ? expected : "");
        string version = answer?.ToString() ?? "";
        return (string.Equals(version, expected, StringComparison.Ordinal), version);
    }
}

internal static class ScriptAnswer
{
    /// <summary>The last object that the block wrote; null where it wrote none.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.VerificationUnavailable"/>: it failed, or took too long.</exception>
    public static async Task<object?> OfAsync(
        LaneScript script, string parameter, Instance instance, string release, TimeSpan timeout, Action<Instance, LaneLine> line, CancellationToken cancellationToken)
    {
        using CancellationTokenSource clock = MachineClock.CreateCancellationTokenSource(timeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            LaneScriptResult result = await script.RunAsync(LaneVariables.Of(instance, release, attempt: 1), asText: false, text => line(instance, text), limit.Token).ConfigureAwait(false);
            if (result.Error is not null)
                throw new AppStatusException(ErrorId.VerificationUnavailable, $"-{parameter} failed for {instance.Name}: {result.Error}", target: instance);
            return result.Last;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.VerificationUnavailable, $"-{parameter} did not end for {instance.Name} within {timeout.TotalSeconds:0.#} s.", target: instance);
        }
    }

    public static string Show(object? answer) => answer switch
    {
        null => "nothing",
        false => "false",
        _ => $"'{answer}', which is not $true",
    };
}
