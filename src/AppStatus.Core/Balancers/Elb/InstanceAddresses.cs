using System.Collections.Concurrent;
using System.Xml.Linq;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>Where EC2 instances are: load balancers know them by id alone. An instance keeps its private address as long as it lives, so each is asked for once.</summary>
internal sealed class InstanceAddresses(QueryClient ec2)
{
    // What one filter takes.
    private const int MaxIds = 200;

    private readonly ConcurrentDictionary<string, InstanceAddress> _known = new(StringComparer.Ordinal);

    /// <summary>Why addresses can't be read; null while they can.</summary>
    public string? Denied { get; private set; }

    /// <summary>Those that can be known; an instance that is gone, or that may not be looked up, is missing.</summary>
    public async Task<IReadOnlyDictionary<string, InstanceAddress>> FindAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        string[] unknown = [.. ids.Where(id => id.StartsWith("i-", StringComparison.Ordinal) && !_known.ContainsKey(id)).Distinct(StringComparer.Ordinal)];
        for (int at = 0; at < unknown.Length && Denied is null; at += MaxIds) await ReadAsync([.. unknown.Skip(at).Take(MaxIds)], cancellationToken).ConfigureAwait(false);
        return _known;
    }

    // By a filter: asked by id, one that has gone would fail the others.
    private async Task ReadAsync(string[] ids, CancellationToken cancellationToken)
    {
        var parameters = new QueryParameters().Add("Filter.1.Name", "instance-id");
        for (int i = 0; i < ids.Length; i++) parameters.Add(FormattableString.Invariant($"Filter.1.Value.{i + 1}"), ids[i]);
        try
        {
            foreach (XElement page in await ec2.AskAllAsync("DescribeInstances", parameters, target: null, "nextToken", "NextToken", cancellationToken).ConfigureAwait(false))
            {
                foreach (XElement instance in page.List("reservationSet").SelectMany(reservation => reservation.List("instancesSet")))
                {
                    string address = instance.Text("privateIpAddress") is { Length: > 0 } v4 ? v4 : instance.Text("ipv6Address");
                    string name = instance.Child("tagSet")?.Elements().FirstOrDefault(tag => tag.Text("key") == "Name")?.Text("value") ?? "";
                    if (name.Length == 0) name = instance.Text("privateDnsName");
                    if (address.Length > 0) _known[instance.Text("instanceId")] = new InstanceAddress(address, SafeText.Condensed(name));
                }
            }
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.AccessDenied || (!ec2.HasAnswered && exception.Id is (ErrorId.Unreachable or ErrorId.TimedOut or ErrorId.ConnectionClosed)))
        {
            // A private network may have no way to EC2. Traffic can be driven without: only what is asked of the instances themselves needs their address.
            Denied = exception.Fault.Message;
        }
    }
}

/// <param name="Address">In the instance's own network.</param>
/// <param name="Name">Its Name tag, else its private DNS name.</param>
internal sealed record InstanceAddress(string Address, string Name);
