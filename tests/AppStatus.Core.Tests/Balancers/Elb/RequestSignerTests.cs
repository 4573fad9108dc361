using System.Text;
using Amazon.Runtime;
using AppStatus.Core.Balancers.Elb;

namespace AppStatus.Core.Tests.Balancers.Elb;

/// <summary>The vectors that AWS publishes for Signature Version 4 (aws-sig-v4-test-suite), those of requests by POST.</summary>
public sealed class RequestSignerTests
{
    private const string Scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
    private static readonly DateTimeOffset Now = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
    private static readonly ImmutableCredentials Keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token: null);

    [Theory]
    [InlineData("", "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("application/x-www-form-urlencoded", "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("application/x-www-form-urlencoded; charset=utf8", "Param1=value1", "content-type;host;x-amz-date", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe")]
    public void A_request_is_signed_as_aws_says(string contentType, string body, string names, string signature)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "example.amazonaws.com" };
        if (contentType.Length > 0) headers["content-type"] = contentType;

        IReadOnlyDictionary<string, string> signed = new RequestSigner("us-east-1", "service").Sign("POST", headers, Encoding.UTF8.GetBytes(body), Keys, Now);

        signed["x-amz-date"].ShouldBe("20150830T123600Z");
        signed["authorization"].ShouldBe($"{Scope}, SignedHeaders={names}, Signature={signature}");
        signed.Keys.ShouldNotContain("x-amz-security-token");
    }

    [Fact]
    public void The_token_of_a_session_is_sent_and_signed()
    {
        const string token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "example.amazonaws.com" };

        IReadOnlyDictionary<string, string> signed = new RequestSigner("us-east-1", "service").Sign("POST", headers, [], new ImmutableCredentials(Keys.AccessKey, Keys.SecretKey, token), Now);

        signed["x-amz-security-token"].ShouldBe(token);
        signed["authorization"].ShouldBe($"{Scope}, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
    }
}
