using System.Net;
using System.Net.Http.Headers;
using AppStatus.AspNetCore;

namespace AppStatus.Integration.Tests.Lab.StatusEndpoint;

public sealed class StatusAuthorizationTests
{
    private static StringContent Ready => StatusApplication.Json("""{"status":"ready"}""");

    [Fact]
    public async Task Basic_and_bearer_operators_may_change_the_status()
    {
        await using var application = await StatusApplication.StartAsync();

        using var basic = await application.PostAsync(Ready, StatusApplication.Basic(StatusApplication.User, StatusApplication.Password));
        using var bearer = await application.PostAsync(Ready, new AuthenticationHeaderValue("Bearer", StatusApplication.Token));

        basic.StatusCode.ShouldBe(HttpStatusCode.OK);
        bearer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stranger_gets_401_and_is_told_how_to_authenticate()
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.PostAsync(Ready, authorization: null);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme).ShouldBe(["Basic", "Bearer"], ignoreOrder: true);
        application.Status.Current.ShouldBe(InstanceStatus.StandBy);
    }

    public static TheoryData<string, string?> WrongCredentials => new()
    {
        { "Basic", StatusApplication.Basic(StatusApplication.User, "wrong").Parameter },
        { "Basic", StatusApplication.Basic("Deploy", StatusApplication.Password).Parameter },
        { "Basic", StatusApplication.Basic("", "").Parameter },
        { "Basic", "not base64!" },
        { "Basic", "/w==" },
        { "Basic", null },
        { "Bearer", "wrong" },
        { "Bearer", null },
        { "Negotiate", "abc" },
    };

    [Theory]
    [MemberData(nameof(WrongCredentials))]
    public async Task Wrong_credentials_are_401(string scheme, string? parameter)
    {
        await using var application = await StatusApplication.StartAsync();

        using var response = await application.PostAsync(Ready, new AuthenticationHeaderValue(scheme, parameter));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        application.Status.Current.ShouldBe(InstanceStatus.StandBy);
    }

    [Fact]
    public async Task Somebody_known_without_the_operator_role_is_403()
    {
        await using var application = await StatusApplication.StartAsync();

        using var basic = await application.PostAsync(Ready, StatusApplication.Basic("reader", "reads"));
        using var bearer = await application.PostAsync(Ready, new AuthenticationHeaderValue("Bearer", "reads"));

        basic.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        bearer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_operator_role_can_be_another()
    {
        await using var application = await StatusApplication.StartAsync(options => options.OperatorRole = "reader");

        using var reader = await application.PostAsync(Ready, StatusApplication.Basic("reader", "reads"));
        using var deployer = await application.PostAsync(Ready);

        reader.StatusCode.ShouldBe(HttpStatusCode.OK);
        deployer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_any_scheme_nobody_may_change_the_status_and_all_may_read_it()
    {
        await using var application = await StatusApplication.StartAsync(authenticate: _ => { });

        using var post = await application.PostAsync(Ready);
        using var get = await application.GetAsync();

        post.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        get.StatusCode.ShouldBe(HttpStatusCode.OK);
        application.Status.Current.ShouldBe(InstanceStatus.StandBy);
    }
}
