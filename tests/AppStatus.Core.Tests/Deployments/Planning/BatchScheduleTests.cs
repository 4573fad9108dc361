using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class BatchScheduleTests
{
    [Theory]
    [InlineData("1", 3, "1 1 1")]
    [InlineData("2", 5, "2 2 1")]
    [InlineData("100", 3, "3")]
    [InlineData("25%", 10, "2 2 2 2 2")]
    [InlineData("10%", 5, "1 1 1 1 1")]
    [InlineData("1,5,20%", 20, "1 5 4 4 4 2")]
    [InlineData("1, 2, 50%", 8, "1 2 4 1")]
    [InlineData("3,1", 5, "3 1 1")]
    [InlineData("2", 0, "")]
    public void Shares_are_rounded_down_never_below_one_and_the_last_entry_repeats(string text, int lanes, string sizes) =>
        string.Join(" ", BatchSchedule.Parse(text).Sizes(lanes)).ShouldBe(sizes);

    [Theory]
    [InlineData("2", false)]
    [InlineData("20%", false)]
    [InlineData("1,2", true)]
    public void More_than_one_entry_is_a_ramp(string text, bool ramp) => BatchSchedule.Parse(text).IsRamp.ShouldBe(ramp);

    [Theory]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("1,0")]
    [InlineData("1,,2")]
    [InlineData("")]
    public void A_batch_of_none_is_refused(string text) => Should.Throw<FormatException>(() => BatchSchedule.Parse(text));
}
