using System.Text;
using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Status;

public sealed class StatusBodyTests
{
    [Theory]
    [InlineData("""{"status":"ready","version":"1.3.6"}""", AppStatusValue.Ready, "ready", "1.3.6")]
    [InlineData("""{"STATUS":"Stage","Version":"1.3.6"}""", AppStatusValue.Stage, "Stage", "1.3.6")]
    [InlineData("""{"status":"STAND-BY"}""", AppStatusValue.StandBy, "STAND-BY", "")]
    [InlineData("""{"status":"StandBy"}""", AppStatusValue.StandBy, "StandBy", "")]
    [InlineData("""{"status":"draining"}""", AppStatusValue.Unknown, "draining", "")]
    [InlineData("""{"status":""}""", AppStatusValue.Unknown, "", "")]
    [InlineData(""" {"x":{"deep":[1,{"status":"stage"}]},"status":"ready"} """, AppStatusValue.Ready, "ready", "")]
    [InlineData("""{"status":"ready","version":1.10}""", AppStatusValue.Ready, "ready", "1.10")]
    [InlineData("""{"status":"ready","version":20261121083000123456789}""", AppStatusValue.Ready, "ready", "20261121083000123456789")]
    [InlineData("""{"status":"ready","version":"2026-11-21T08:30:00Z"}""", AppStatusValue.Ready, "ready", "2026-11-21T08:30:00Z")]
    [InlineData("""{"status":"ready","version":null}""", AppStatusValue.Ready, "ready", "")]
    [InlineData("\"ready\"", AppStatusValue.Ready, "ready", "")]
    [InlineData("ready\r\n", AppStatusValue.Ready, "ready", "")]
    [InlineData("stand-by", AppStatusValue.StandBy, "stand-by", "")]
    [InlineData("\uFEFF{\"status\":\"ready\"}", AppStatusValue.Ready, "ready", "")]
    public void Reads(string body, AppStatusValue status, string raw, string version)
    {
        Read(body, out StatusBody? said).ShouldBeNull();

        said!.Status.ShouldBe(status);
        said.RawStatus.ShouldBe(raw);
        said.Version.ShouldBe(version);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  \n", "empty")]
    [InlineData("<html><body>ready</body></html>", "HTML")]
    [InlineData("[]", "array")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"status":"ready"}}""", "not valid JSON")]
    [InlineData("""{"status":"ready"} {"status":"stage"}""", "not valid JSON")]
    [InlineData("""{"status":"ready",}""", "not valid JSON")]
    [InlineData("""{"version":"1"}""", "no 'status'")]
    [InlineData("""{"status":1}""", "not a string")]
    [InlineData("""{"status":null}""", "not a string")]
    [InlineData("""{"status":{"status":"ready"}}""", "not a string")]
    [InlineData("""{"status":"stage","status":"ready"}""", "'status' twice")]
    [InlineData("""{"status":"stage","Status":"ready"}""", "'Status' twice")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],"status":"ready"}""", "not valid JSON")]
    [InlineData("ready to go", "one word")]
    [InlineData("readyreadyreadyreadyreadyreadyreadyreadyreadyreadyreadyreadyready", "one word")]
    [InlineData("rea\u0007dy", "one word")]
    public void Refuses(string body, string why) => Read(body, out _).ShouldNotBeNull().ShouldContain(why);

    [Fact]
    public void Refuses_bytes_that_are_no_text()
    {
        StatusBody.TryRead([0x72, 0xFF, 0xFE], out _).ShouldBe("the body is not valid UTF-8");
        StatusBody.TryRead([.. "{\"status\":\""u8, 0xC3, 0x28, .. "\"}"u8], out _).ShouldBe("the body is not valid UTF-8");
    }

    [Fact]
    public void An_invisible_character_does_not_make_it_ready()
    {
        Read("{\"status\":\"rea\u00ADdy\"}", out StatusBody? said).ShouldBeNull();

        said!.Status.ShouldBe(AppStatusValue.Unknown);
        said.RawStatus.ShouldBe("rea\uFFFDdy");
    }

    [Fact]
    public void Texts_are_safe_to_show()
    {
        Read("""{"status":"ready","version":"\u001b[2J1 ##vso[task.complete result=Failed]"}""", out StatusBody? said).ShouldBeNull();

        said!.Version.ShouldBe("\u241B[2J1 # #vso[task.complete result=Failed]");
    }

    private static string? Read(string body, out StatusBody? said) => StatusBody.TryRead(Encoding.UTF8.GetBytes(body), out said);
}
