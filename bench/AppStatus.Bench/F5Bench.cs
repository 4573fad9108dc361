using System.Globalization;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Bench;

/// <summary>
/// Get-F5PoolMember against a bare HttpClient that gets the same two URLs, both in one PowerShell process; the BIG-IP simulator
/// is in this one. What is quoted is the difference of medians within one run.
/// </summary>
internal static class F5Bench
{
    private const int Pools = 1000, MembersPerPool = 8;
    private const string User = "deployer", Password = "pass-w0rd";

    public static async Task<int> RunAsync()
    {
        await using BigIpSimulator device = await BigIpSimulator.StartAsync(
            new BigIpConfiguration { User = User, Password = Password, Pools = [.. Enumerable.Range(0, Pools).Select(Pool)] }, CancellationToken.None);
        return await PowerShellScript.RunAsync(
            "F5.ps1", "-Uri", device.ControlUri.GetLeftPart(UriPartial.Authority), "-User", User, "-Password", Password, "-Members", $"{Pools * MembersPerPool}");
    }

    private static PoolConfiguration Pool(int pool) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"pool{pool:0000}"),
        Members = [.. Enumerable.Range(1, MembersPerPool).Select(member => new MemberConfiguration
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"10.{pool / 250}.{pool % 250}.{member}:8080"),
        })],
    };
}
