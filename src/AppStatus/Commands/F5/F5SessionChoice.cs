using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Which session is asked: the one that was passed, that of the piped object, or the one that was connected last.</summary>
internal static class F5SessionChoice
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>; <see cref="ErrorId.BalancerNotConnected"/> for a piped object's.</exception>
    public static F5Session Of(SessionTable sessions, F5Session? passed, string? balancer)
    {
        if (passed is not null) return passed;
        if (string.IsNullOrEmpty(balancer)) return sessions.Default<F5Session>("Connect-F5");
        return sessions.WithBalancer<F5Session>(balancer!) ?? throw new AppStatusException(
            ErrorId.BalancerNotConnected, $"The balancer {Core.SafeText.Of(balancer!, 200)} is no connected F5.", "Type Connect-F5, or pass -Session.");
    }
}
