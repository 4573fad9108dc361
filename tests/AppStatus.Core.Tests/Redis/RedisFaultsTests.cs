using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Tests.Redis;

public sealed class RedisFaultsTests
{
    private static readonly RedisEndpoint Endpoint = new("cache01", 6379, 0, Tls: false);

    [Theory]
    [InlineData("AUTH", "WRONGPASS invalid username-password pair or user is disabled.", ErrorId.AuthenticationFailed)]
    [InlineData("AUTH", "ERR invalid password", ErrorId.AuthenticationFailed)]
    [InlineData("AUTH", "ERR Client sent AUTH, but no password is set", ErrorId.AuthenticationFailed)]
    [InlineData("GET", "NOAUTH Authentication required.", ErrorId.AuthenticationFailed)]
    [InlineData("GET", "NOPERM this user has no permissions to access one of the keys used as arguments", ErrorId.AccessDenied)]
    [InlineData("SET", "READONLY You can't write against a read only replica.", ErrorId.RedisRefused)]
    [InlineData("SET", "MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.", ErrorId.RedisRefused)]
    [InlineData("SET", "OOM command not allowed when used memory > 'maxmemory'.", ErrorId.RedisRefused)]
    [InlineData("GET", "LOADING Redis is loading the dataset in memory", ErrorId.RedisRefused)]
    [InlineData("GET", "MOVED 3999 10.0.0.8:6381", ErrorId.RedisRefused)]
    [InlineData("SET", "WRONGTYPE Operation against a key holding the wrong kind of value", ErrorId.RedisRefused)]
    public void Each_refusal_has_its_cause_and_what_to_do(string command, string text, ErrorId id)
    {
        Fault fault = RedisFaults.OfError(Endpoint, command, text);

        fault.Id.ShouldBe(id);
        fault.NextStep.ShouldNotBeEmpty();
        fault.Message.ShouldContain("redis://cache01:6379/0");
    }

    [Fact]
    public void What_a_server_sends_back_of_a_login_is_not_shown() =>
        RedisFaults.OfError(Endpoint, "AUTH", "ERR unknown command 'AUTH', with args beginning with: 'operator' 'hunter2'").ToString().ShouldNotContain("hunter2");

    [Fact]
    public void Words_are_made_fit_for_a_console() =>
        RedisFaults.OfError(Endpoint, "GET", "ERR \u001b[31m##vso[task.complete]").Message.ShouldNotContain("##vso");

    [Fact]
    public void Two_effects_read_differently()
    {
        Fault closed = RedisFaults.Closed(Endpoint, "");
        RedisCommand command = RedisCommand.Of("SET", "key", "hunter2");

        RedisFaults.OfCommand(closed, command, CommandEffect.NotSent).Message.ShouldContain("'SET' was not sent");
        RedisFaults.OfCommand(closed, command, CommandEffect.Unknown).Message.ShouldContain("Whether 'SET' took effect is not known");
        RedisFaults.OfCommand(closed, command, CommandEffect.Unknown).ToString().ShouldNotContain("hunter2");
        command.ToString().ShouldBe("SET");
    }
}
