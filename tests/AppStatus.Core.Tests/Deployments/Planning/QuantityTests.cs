using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("3", 10, 3, 3)]
    [InlineData("25%", 10, 2, 3)]
    [InlineData(" 50 % ", 8, 4, 4)]
    [InlineData("0%", 7, 0, 0)]
    [InlineData("100%", 7, 7, 7)]
    [InlineData("1%", 99, 0, 1)]
    [InlineData("99%", 2147483647, 2126008810, 2126008811)]
    public void A_count_stands_and_a_share_is_rounded(string text, int total, int down, int up)
    {
        Quantity quantity = Quantity.Parse(text);
        quantity.RoundedDown(total).ShouldBe(down);
        quantity.RoundedUp(total).ShouldBe(up);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("101%")]
    [InlineData("%")]
    [InlineData("half")]
    [InlineData("99999999999")]
    public void What_is_no_quantity_is_refused(string? text) => Should.Throw<FormatException>(() => Quantity.Parse(text!));

    [Theory]
    [InlineData("4")]
    [InlineData("40%")]
    public void A_quantity_prints_as_it_was_typed(string text) => Quantity.Parse(text).ToString().ShouldBe(text);
}
