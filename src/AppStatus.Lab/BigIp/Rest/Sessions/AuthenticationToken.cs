namespace AppStatus.Lab.BigIp.Rest.Sessions;

/// <param name="Timeout">Counted from <paramref name="Started"/>: extending late by the same value adds nothing.</param>
internal sealed record AuthenticationToken(string Token, string User, DateTimeOffset Started, TimeSpan Timeout)
{
    public DateTimeOffset Ends => Started + Timeout;
}
