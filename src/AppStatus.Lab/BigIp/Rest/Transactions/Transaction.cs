namespace AppStatus.Lab.BigIp.Rest.Transactions;

/// <summary>Calls that wait to be run together.</summary>
internal sealed record Transaction(long Id, DateTimeOffset Ends)
{
    public List<RestRequest> Commands { get; } = [];
}
