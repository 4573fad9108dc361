using System.Text.Json;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Environments.Processes;

/// <summary>The first routing table: an entry for each instance, where there is no table yet.</summary>
internal static class RoutingTableSeed
{
    public static async Task WriteAsync(EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        var options = new RedisOptions { Endpoint = RedisEndpoint.Parse(EnvironmentAddresses.Redis(definition).ToString()) };
        using RedisConnection redis = await RedisConnection.OpenAsync(options, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        RedisValue there = (await redis.ExecuteAsync(RedisCommand.Of("EXISTS", EnvironmentAddresses.TableKey), cancellationToken).ConfigureAwait(false)).Value(options.Endpoint);
        if (there.Integer > 0) return;
        RedisArgument[] entries = [EnvironmentAddresses.TableKey, .. definition.InstanceNames.Select(name => (RedisArgument)Entry(definition, name))];
        (await redis.ExecuteAsync(RedisCommand.Of("RPUSH", entries), cancellationToken).ConfigureAwait(false)).Value(options.Endpoint);
    }

    private static string Entry(EnvironmentDefinition definition, string name) =>
        JsonSerializer.Serialize(new { name, url = EnvironmentAddresses.Instance(definition, name).ToString() });
}
