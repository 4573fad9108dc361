using AppStatus.Core.Deployments;

namespace AppStatus.Core.Tests.Deployments;

public sealed class DeploymentIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    [Fact]
    public void It_tells_when_to_the_millisecond()
    {
        DeploymentId.New(Now, newest: null).ShouldMatch("^20260304-050607089-[0-9a-f]{6}$");
        DeploymentId.New(Now, "20260304-050607088-ffffff").ShouldStartWith("20260304-050607089-");
        DeploymentId.New(Now, "typed-by-hand").ShouldStartWith("20260304-050607089-");
    }

    [Theory]
    [InlineData("20260304-050607089-ffffff", "20260304-050607090-")]
    [InlineData("20260304-050999999-ffffff", "20260304-050607089-")]
    [InlineData("20260304-055959999-ffffff", "20260304-060000000-")]
    public void A_later_one_sorts_behind_whatever_the_clocks_say(string newest, string begins) =>
        DeploymentId.New(Now, newest).ShouldStartWith(begins);
}
