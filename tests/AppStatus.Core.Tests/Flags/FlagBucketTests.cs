using System.Globalization;
using AppStatus.Core.Flags;
using FsCheck;
using FsCheck.Fluent;

namespace AppStatus.Core.Tests.Flags;

public sealed class FlagBucketTests
{
    // Computed by Python's hashlib, not by us. Applications in other languages rely on these: they can never change.
    [Theory]
    [InlineData("new-checkout", "user42", 67)]
    [InlineData("new-checkout", "user43", 86)]
    [InlineData("dark-mode", "user42", 90)]
    [InlineData("new-checkout", "", 40)]
    [InlineData("new-checkout", "6f0f5b7a-2c11-4b0c-9d0a-5d0b1c536a0e", 7)]
    [InlineData("neu", "J\u00fcrgen", 32)]
    [InlineData("new-checkout", "\u65e5\u672c", 40)]
    [InlineData("a:b", "c", 26)]
    [InlineData("a", "b:c", 83)]
    public void A_key_falls_into_the_bucket_that_the_documentation_says(string flag, string key, int bucket) => FlagBucket.Of(flag, key).ShouldBe(bucket);

    [Fact]
    public void A_raised_percentage_takes_no_key_out_and_the_same_key_gets_the_same_answer()
    {
        Gen<(string Key, int Lower, int Higher)> cases =
            from key in ArbMap.Default.GeneratorFor<NonNull<string>>()
            from lower in Gen.Choose(0, 100)
            from higher in Gen.Choose(lower, 100)
            select (key.Get, lower, higher);

        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            bool before = FlagValue.OfPercentage(one.Lower).IsOnFor("f", one.Key);
            bool after = FlagValue.OfPercentage(one.Higher).IsOnFor("f", one.Key);
            return (!before || after)
                && before == FlagValue.OfPercentage(one.Lower).IsOnFor("f", one.Key)
                && !FlagValue.OfPercentage(0).IsOnFor("f", one.Key)
                && FlagValue.OfPercentage(100).IsOnFor("f", one.Key);
        }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(99)]
    public void The_share_of_many_keys_is_the_percentage(int percentage)
    {
        const int Keys = 20_000;

        int on = Enumerable.Range(0, Keys).Count(number => FlagValue.OfPercentage(percentage).IsOnFor("new-checkout", "user" + number.ToString(CultureInfo.InvariantCulture)));

        (100.0 * on / Keys).ShouldBe(percentage, 1.2);
    }

    [Fact]
    public void Two_flags_choose_their_users_apart()
    {
        string[] keys = [.. Enumerable.Range(0, 10_000).Select(number => "user" + number.ToString(CultureInfo.InvariantCulture))];
        FlagValue half = FlagValue.OfPercentage(50);

        keys.Count(key => half.IsOnFor("one", key) && half.IsOnFor("other", key)).ShouldBeInRange(2_300, 2_700);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_plain_flag_is_the_same_for_every_key(string text, bool on)
    {
        FlagValue.TryParse(text, out FlagValue value).ShouldBeTrue();
        Enumerable.Range(0, 200).ShouldAllBe(number => value.IsOnFor("f", number.ToString(CultureInfo.InvariantCulture)) == on);
    }
}
