using AppStatus.Core.Reporting;

namespace AppStatus.Core.Tests.Reporting;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.96, "1 min 00 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7620, "2 h 07 min")]
    [InlineData(273600, "3 d 04 h")]
    public void As_a_person_says_them(double seconds, string text) => Durations.Of(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
