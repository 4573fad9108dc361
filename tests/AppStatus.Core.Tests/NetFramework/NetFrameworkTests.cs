using System.Runtime.InteropServices;

namespace AppStatus.Core.Tests.NetFramework;

/// <summary>Says aloud where the tests of this project did not run on .NET Framework.</summary>
public sealed class NetFrameworkTests
{
    [Fact]
    public void Runs_on_it_too()
    {
#if NETFRAMEWORK
        RuntimeInformation.FrameworkDescription.ShouldNotStartWith(".NET 1");
        Type.GetType("System.AppDomainSetup").ShouldNotBeNull("only .NET Framework and Mono have it");
#elif !TESTED_ON_NET_FRAMEWORK
        const string reason = "Core was not tested on .NET Framework (net472): there is neither Windows nor a Mono with the facade of .NET Standard (Debian: apt-get install mono-devel).";
        if (Environment.GetEnvironmentVariable("APPSTATUS_REQUIRE_ALL") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
#endif
    }
}
