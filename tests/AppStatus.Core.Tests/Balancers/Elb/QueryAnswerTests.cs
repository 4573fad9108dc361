using System.Text;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Balancers.Elb;

public sealed class QueryAnswerTests
{
    [Theory]
    [InlineData("Throttling", 400, true, ErrorId.HttpError)]
    [InlineData("DependencyThrottle", 400, true, ErrorId.HttpError)]
    [InlineData("RequestLimitExceeded", 503, true, ErrorId.HttpError)]
    [InlineData("HealthUnavailable", 500, true, ErrorId.HttpError)]
    [InlineData("InternalFailure", 500, true, ErrorId.HttpError)]
    [InlineData("AccessDenied", 403, false, ErrorId.AccessDenied)]
    [InlineData("SignatureDoesNotMatch", 403, false, ErrorId.AuthenticationFailed)]
    [InlineData("InvalidClientTokenId", 403, false, ErrorId.AuthenticationFailed)]
    [InlineData("ExpiredToken", 403, false, ErrorId.AuthenticationFailed)]
    [InlineData("TargetGroupNotFound", 400, false, ErrorId.PoolNotFound)]
    [InlineData("LoadBalancerNotFound", 400, false, ErrorId.PoolNotFound)]
    [InlineData("InvalidTarget", 400, false, ErrorId.MemberNotFound)]
    [InlineData("ValidationError", 400, false, ErrorId.BalancerRefused)]
    public void An_error_has_its_cause_and_whether_it_passes(string code, int status, bool passes, ErrorId id)
    {
        QueryAnswer answer = Answer(status, $"<ErrorResponse xmlns='http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'><Error><Type>Sender</Type><Code>{code}</Code><Message>the words of AWS</Message></Error><RequestId>1</RequestId></ErrorResponse>");

        answer.Passes.ShouldBe(passes);
        AppStatusException error = ElbFaults.Of(answer, "elb.example", "web");
        error.Id.ShouldBe(id);
        error.Message.ShouldContain($"{code}: the words of AWS");
    }

    [Fact]
    public void An_error_of_ec2_is_found_too()
    {
        QueryAnswer answer = Answer(403, "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></Errors><RequestID>1</RequestID></Response>");

        (answer.Code, answer.Message, answer.Passes).ShouldBe(("UnauthorizedOperation", "No.", false));
    }

    [Theory]
    [InlineData(502, true, ErrorId.HttpError)]
    [InlineData(503, true, ErrorId.HttpError)]
    [InlineData(500, false, ErrorId.HttpError)]
    [InlineData(403, false, ErrorId.AccessDenied)]
    [InlineData(302, false, ErrorId.RedirectRefused)]
    public void What_is_no_xml_comes_from_somebody_else_on_the_way(int status, bool passes, ErrorId id)
    {
        QueryAnswer answer = Answer(status, "<html><p>proxy ##vso[task.complete]\u001b[2J");

        answer.Root.ShouldBeNull();
        answer.Passes.ShouldBe(passes);
        AppStatusException error = ElbFaults.Of(answer, "elb.example", target: null);
        error.Id.ShouldBe(id);
        error.Message.ShouldNotContain("\u001b");
        error.Message.ShouldNotContain("##vso[");
    }

    [Fact]
    public void A_document_type_is_not_read()
    {
        Answer(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").Root.ShouldBeNull();
    }

    private static QueryAnswer Answer(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), "DescribeTargetHealth");
}
