using System.Net;
using AppStatus.AspNetCore;

namespace AppStatus.Integration.Tests.Lab.StatusEndpoint;

public sealed class StatusContractTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_is_for_everybody_and_starts_with_stand_by()
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.GetAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("""{"status":"stand-by","version":"1.3.6"}""");
    }

    [Fact]
    public async Task Get_shows_host_name_and_application_id_where_they_are_set()
    {
        await using var application = await StatusApplication.StartAsync(options =>
        {
            options.HostName = "web01";
            options.AppId = "shop";
            options.InitialStatus = InstanceStatus.Ready;
        });

        (await application.Client.GetStringAsync("/appstatus", Stop))
            .ShouldBe("""{"status":"ready","version":"1.3.6","hostname":"web01","appid":"shop"}""");
    }

    [Theory]
    [InlineData("text/plain", "text/plain", "stand-by")]
    [InlineData("text/plain, application/json;q=0.5", "text/plain", "stand-by")]
    [InlineData("text/plain;q=0.5, application/json", "application/json", null)]
    [InlineData("*/*", "application/json", null)]
    [InlineData("text/*;q=0.9, */*;q=0.1", "text/plain", "stand-by")]
    [InlineData("nonsense", "application/json", null)]
    public async Task Get_answers_as_accept_prefers(string accept, string mediaType, string? body)
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.GetAsync(accept);

        response.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        if (body is not null)
        {
            (await response.Content.ReadAsStringAsync(Stop)).ShouldBe(body);
        }
    }

    [Theory]
    [InlineData("ready", "ready")]
    [InlineData("STAGE", "stage")]
    [InlineData("Stand-By", "stand-by")]
    public async Task Post_sets_the_status_whatever_its_case(string sent, string shown)
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.PostAsync(StatusApplication.Json($$"""{"status":"{{sent}}"}"""));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var expected = $$"""{"status":"{{shown}}","version":"1.3.6"}""";
        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe(expected);
        (await application.Client.GetStringAsync("/appstatus", Stop)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest, "No status value provided")]
    [InlineData("", HttpStatusCode.BadRequest, "No status value provided")]
    [InlineData("""{"status":null}""", HttpStatusCode.BadRequest, "No status value provided")]
    [InlineData("""{"Status":"ready"}""", HttpStatusCode.BadRequest, "No status value provided")]
    [InlineData("""{"status":1}""", HttpStatusCode.BadRequest, "not a string")]
    [InlineData("""{"status":"réady"}""", HttpStatusCode.BadRequest, "ready, stage, stand-by")]
    [InlineData("{\"status\":\"re\u00ADady\"}", HttpStatusCode.BadRequest, "ready, stage, stand-by")]
    [InlineData("""{"status":"ready","status":"stage"}""", HttpStatusCode.BadRequest, "a key twice")]
    [InlineData("""{"status":"ready","x":[[[[1]]]]}""", HttpStatusCode.BadRequest, "too deep")]
    [InlineData("""{"status":"\uD800"}""", HttpStatusCode.BadRequest, "not valid")]
    [InlineData("[\"ready\"]", HttpStatusCode.BadRequest, "not a JSON object")]
    [InlineData("{\"status\":", HttpStatusCode.BadRequest, "not valid JSON")]
    public async Task Post_refuses_what_is_no_status_and_says_why(string body, HttpStatusCode code, string why)
    {
        await using var application = await StatusApplication.StartAsync(options => options.InitialStatus = InstanceStatus.Stage);

        using var response = await application.PostAsync(StatusApplication.Json(body));

        response.StatusCode.ShouldBe(code);
        (await response.Content.ReadAsStringAsync(Stop)).ShouldContain(why);
        application.Status.Current.ShouldBe(InstanceStatus.Stage);
    }

    [Fact]
    public async Task Post_without_a_status_answers_in_the_words_of_the_contract()
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.PostAsync(content: null);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("""{"error":"No status value provided"}""");
    }

    [Fact]
    public async Task Post_refuses_a_body_over_its_limit()
    {
        await using var application = await StatusApplication.StartAsync();
        static string BodyOf(int length) => """{"status":"ready"}""".PadRight(length);

        using var atTheLimit = await application.PostAsync(StatusApplication.Json(BodyOf(4096)));
        using var overTheLimit = await application.PostAsync(StatusApplication.Json(BodyOf(4097)));

        atTheLimit.StatusCode.ShouldBe(HttpStatusCode.OK);
        overTheLimit.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Post_refuses_another_content_type(string contentType)
    {
        await using var application = await StatusApplication.StartAsync();
        using var content = new ByteArrayContent("""{"status":"ready"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await application.PostAsync(content);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        application.Status.Current.ShouldBe(InstanceStatus.StandBy);
    }

    [Fact]
    public async Task Without_strictness_an_unknown_value_becomes_stand_by_with_200()
    {
        await using var application = await StatusApplication.StartAsync(options =>
        {
            options.Strict = false;
            options.InitialStatus = InstanceStatus.Ready;
        });

        using var response = await application.PostAsync(StatusApplication.Json("""{"status":"redy"}"""));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(Stop)).ShouldContain("\"stand-by\"");
    }

    [Fact]
    public async Task An_unavailable_status_code_shows_whenever_the_status_is_not_ready()
    {
        await using var application = await StatusApplication.StartAsync(options => options.UnavailableStatusCode = 503);

        using var standBy = await application.GetAsync();
        using var posted = await application.PostAsync(StatusApplication.Json("""{"status":"stage"}"""));
        using var stage = await application.GetAsync();
        using var promoted = await application.PostAsync(StatusApplication.Json("""{"status":"ready"}"""));
        using var ready = await application.GetAsync();

        standBy.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await standBy.Content.ReadAsStringAsync(Stop)).ShouldContain("\"stand-by\"");
        posted.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_application_hears_of_each_change_before_the_operator_does_and_may_fail()
    {
        await using var application = await StatusApplication.StartAsync();
        var heard = new List<string>();
        application.Status.Changed += (_, _) => throw new InvalidOperationException("a handler that fails");
        application.Status.Changed += (_, change) => heard.Add($"{change.Previous}>{change.Current}");

        foreach (var status in new[] { "stage", "stage", "ready" })
        {
            using var response = await application.PostAsync(StatusApplication.Json($$"""{"status":"{{status}}"}"""));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        heard.ShouldBe(["StandBy>Stage", "Stage>Ready"]);
    }
}
