namespace AppStatus.Core.Balancers.F5;

/// <summary>One PATCH of a transaction; absolute values only, so that it may be sent twice.</summary>
/// <param name="Path">From <c>/mgmt</c> on; names in it are encoded.</param>
internal sealed record F5Change(string Path, string Json);
