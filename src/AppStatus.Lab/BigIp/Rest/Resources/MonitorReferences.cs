using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>Monitor rules as they are written, checked against what is there.</summary>
internal static class MonitorReferences
{
    /// <returns>Null for none.</returns>
    /// <exception cref="RestRefusal">A monitor is not there.</exception>
    public static MonitorRule? Resolve(string text, string partition, DeviceState state)
    {
        var rule = MonitorRule.Parse(text, partition);
        var missing = rule?.Monitors.FirstOrDefault(name => !state.Monitors.ContainsKey(name));
        return missing is { Value: not null } ? throw RestRefusal.NotFound($"monitor rule ({missing})") : rule;
    }
}
