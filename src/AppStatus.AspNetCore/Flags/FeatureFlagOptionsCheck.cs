using AppStatus.Core.Errors;
using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using Microsoft.Extensions.Options;

namespace AppStatus.AspNetCore.Flags;

/// <summary>What is wrong with the options is said when the application starts. It quotes no address, which may hold a password.</summary>
internal sealed class FeatureFlagOptionsCheck : IValidateOptions<FeatureFlagOptions>
{
    public ValidateOptionsResult Validate(string? name, FeatureFlagOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrEmpty(options.Redis)) wrong.Add("AddFeatureFlags needs a Redis: set options.Redis, or the environment variable APPSTATUS_REDIS, to redis://host:6379/0.");
        else Check(() => RedisEndpoint.Parse(options.Redis));
        foreach (var flag in options.Names) Check(() => FlagKey.Of(options.KeyPrefix, flag));
        if (options.RefreshInterval < TimeSpan.FromMilliseconds(50) || options.RefreshInterval > TimeSpan.FromHours(1)) wrong.Add("RefreshInterval must be 50 ms to 1 h.");
        // Less would be over between two readings.
        if (options.MaxStale < 2 * options.RefreshInterval && options.MaxStale != Timeout.InfiniteTimeSpan) wrong.Add("MaxStale must be twice RefreshInterval or more, or Timeout.InfiniteTimeSpan.");
        if (options.StartLimit < TimeSpan.Zero || options.StartLimit > TimeSpan.FromSeconds(60)) wrong.Add("StartLimit must be 0 to 60 s.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(Func<object> read)
        {
            try
            {
                read();
            }
            catch (AppStatusException refusal)
            {
                wrong.Add(refusal.Fault.Message);
            }
        }
    }
}
