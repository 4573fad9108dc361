using AppStatus.Core.Containers;
using AppStatus.Core.Errors;
using FsCheck;
using FsCheck.Fluent;

namespace AppStatus.Core.Tests.Containers;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("shop:1.2", "shop", "1.2")]
    [InlineData("shop", "shop", "")]
    [InlineData("registry.example:5000/team/shop:1.2", "registry.example:5000/team/shop", "1.2")]
    [InlineData("registry.example:5000/shop", "registry.example:5000/shop", "")]
    [InlineData("localhost:5000/shop@" + Digest, "localhost:5000/shop", Digest)]
    [InlineData("shop:20261121-192252", "shop", "20261121-192252")]
    [InlineData("my_shop:_x", "my_shop", "_x")]
    public void A_name_is_a_repository_and_a_tag_or_a_digest(string text, string repository, string tag)
    {
        ImageReference image = ImageReference.Parse(text);

        image.ShouldBe(new ImageReference(repository, tag));
        image.HasTag.ShouldBe(tag.Length > 0);
        image.ToString().ShouldBe(text);
    }

    // The engines look at the digest alone; what is kept of the tag would stand before the next one.
    [Fact]
    public void A_tag_before_a_digest_is_left_out()
    {
        ImageReference image = ImageReference.Parse("localhost:5000/shop:1.2@" + Digest);

        image.ShouldBe(new ImageReference("localhost:5000/shop", Digest));
        image.WithTag("2.0").ToString().ShouldBe("localhost:5000/shop:2.0");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("--privileged")]
    [InlineData("shop:-x")]
    [InlineData("shop:")]
    [InlineData("shop@")]
    [InlineData("shop@1.2")]
    [InlineData("@" + Digest)]
    [InlineData("shop:1:2")]
    [InlineData("shop@sha256:12:34")]
    [InlineData("sh op:1")]
    [InlineData("shop:1\n--privileged")]
    [InlineData("shop:$(reboot)")]
    [InlineData("shop:1;reboot")]
    [InlineData("sch\u00f6n:1")]
    [InlineData("shop:{Tag}")]
    [InlineData(":1.2")]
    [InlineData("/shop:1.2")]
    public void What_is_no_image_is_refused_before_an_engine_hears_of_it(string text)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => ImageReference.Parse(text));

        refused.Id.ShouldBe(ErrorId.InvalidArgument);
        refused.Fault.Message.ShouldEndWith("is no image. Nothing was touched.");
        refused.Fault.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void Any_text_is_refused_or_can_be_no_option_and_no_second_argument() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.Elements('a', 'Z', '1', '.', '-', '_', '/', ':', '@', ' ', '\n', '"').ArrayOf().Select(letters => new string(letters)).ToArbitrary(), text =>
        {
            try
            {
                ImageReference image = ImageReference.Parse(text);
                string said = image.ToString();
                return said[0] != '-' && said.IndexOfAny([' ', '\n', '"']) < 0 && ImageReference.Parse(said) == image;
            }
            catch (AppStatusException)
            {
                return true;
            }
        }));

    [Theory]
    [InlineData("1.2", true)]
    [InlineData("_1", true)]
    [InlineData(Digest, true)]
    [InlineData("", false)]
    [InlineData("1:2", false)]
    [InlineData("-1", false)]
    [InlineData("a/b", false)]
    public void A_tag_is_told_from_what_can_be_none(string text, bool can) => ImageReference.IsTag(text).ShouldBe(can);

    [Fact]
    public void A_tag_has_at_most_128_characters()
    {
        ImageReference.IsTag(new string('a', 128)).ShouldBeTrue();
        ImageReference.IsTag(new string('a', 129)).ShouldBeFalse();
    }

    [Fact]
    public void The_tag_of_a_moment_is_its_UTC_time_to_the_second_whatever_the_clock_shows() =>
        ImageReference.TimestampTag(new DateTimeOffset(2026, 1, 2, 1, 4, 5, 999, TimeSpan.FromHours(3))).ShouldBe("20260101-220405");

    [Fact]
    public void Tags_of_later_moments_sort_behind() =>
        string.CompareOrdinal(ImageReference.TimestampTag(new DateTimeOffset(2026, 9, 30, 23, 59, 59, TimeSpan.Zero)), ImageReference.TimestampTag(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero))).ShouldBeLessThan(0);
}
