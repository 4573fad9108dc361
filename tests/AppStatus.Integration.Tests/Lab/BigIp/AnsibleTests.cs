using System.Diagnostics;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Integration.Tests.Lab.BigIp;

/// <summary>The simulator against a client that others wrote: Ansible's modules for BIG-IP, f5networks.f5_modules.</summary>
public sealed class AnsibleTests
{
    private const string Secret = "a long password";

    [Fact]
    public async Task Ansible_s_modules_for_pools_and_members_work()
    {
        await using var device = await BigIpSimulator.StartAsync(
            new BigIpConfiguration
            {
                User = "deployer",
                Password = Secret,
                Pools = [new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "10.1.0.1:80" }, new MemberConfiguration { Address = "10.1.0.2:80" }] }],
            },
            TestContext.Current.CancellationToken);

        var said = await PlayAsync(device, """
            - f5networks.f5_modules.bigip_pool_member: { pool: web, host: 10.1.0.1, port: 80, state: disabled, provider: "{{ provider }}" }
            - f5networks.f5_modules.bigip_pool_member: { pool: web, host: 10.1.0.2, port: 80, state: forced_offline, provider: "{{ provider }}" }
            - f5networks.f5_modules.bigip_pool_member: { pool: web, host: 10.1.0.2, port: 80, state: forced_offline, provider: "{{ provider }}" }
            - f5networks.f5_modules.bigip_pool_member: { pool: web, host: 10.1.0.3, port: 80, ratio: 3, state: present, provider: "{{ provider }}" }
            - f5networks.f5_modules.bigip_pool: { name: made, lb_method: ratio-member, slow_ramp_time: 20, provider: "{{ provider }}" }
            """);

        // The third finds what it wants, and changes nothing: it has read back what the second one wrote.
        said.ShouldContain("ok=5 ");
        said.ShouldContain("changed=4 ");
        var (disabled, _, _) = device.Member("web", "10.1.0.1:80");
        (disabled.Administrative.SessionDisabled, disabled.Administrative.ForcedDown).ShouldBe((true, false));
        device.Member("web", "10.1.0.2:80").Member.Administrative.ForcedDown.ShouldBeTrue();
        device.Member("web", "10.1.0.3:80").Member.Ratio.ShouldBe(3);
        var made = device.State.Pools.Values.Single(pool => pool.Name.Name == "made");
        (made.LoadBalancingMode, made.SlowRampTime).ShouldBe(("ratio-member", 20));
    }

    [Fact]
    public async Task Ansible_s_module_for_virtual_servers_makes_switches_and_removes_one()
    {
        await using var device = await StartAsync("blue", "green");
        var port = FreePort.Take();
        var server = $"bigip_virtual_server: {{ name: vs_web, destination: 127.0.0.1, port: {port}, provider: \"{{{{ provider }}}}\"";

        var said = await PlayAsync(device, $"""
            - f5networks.f5_modules.{server}, pool: blue, profiles: [http, tcp], snat: automap{'}'}
            - f5networks.f5_modules.{server}, pool: blue, profiles: [http, tcp], snat: automap{'}'}
            - f5networks.f5_modules.{server}, pool: green{'}'}
            - f5networks.f5_modules.{server}, state: disabled{'}'}
            """);

        // The second finds all that the first has written.
        said.ShouldContain("ok=4 ");
        said.ShouldContain("changed=3 ");
        var made = device.State.VirtualServers.Values.Single();
        (made.Name.Value, made.Destination.Port, made.Pool!.Value.Value, made.IsEnabled, made.SourceTranslation).ShouldBe(("/Common/vs_web", port, "/Common/green", false, "automap"));
        made.Profiles.Select(profile => $"{profile.Name} {profile.Context}").ShouldBe(["/Common/http all", "/Common/tcp all"], ignoreOrder: true);

        await PlayAsync(device, "- f5networks.f5_modules.bigip_virtual_server: { name: vs_web, state: absent, provider: \"{{ provider }}\" }");
        device.State.VirtualServers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ansible_s_module_for_facts_reads_what_is_there()
    {
        await using var device = await StartAsync("blue", "green");
        await device.AddVirtualServerAsync(new VirtualServerConfiguration { Name = "vs_web", Pool = "blue", Rules = ["/Common/choose"], Policies = ["by_host"] }, TestContext.Current.CancellationToken);

        var said = await PlayAsync(device, """
            - f5networks.f5_modules.bigip_device_info:
                gather_subset: [ltm-pools, nodes, virtual-servers, system-info]
                data_increment: 1
                provider: "{{ provider }}"
              register: told
            - assert:
                that:
                  - told.ltm_pools | map(attribute='name') | list == ['blue', 'green']
                  - told.ltm_pools[0].members | map(attribute='name') | list == ['10.1.0.1:80', '10.1.0.2:80']
                  - told.ltm_pools[0].members[0].ratio == 3
                  - told.ltm_pools[0].lb_method == 'ratio-member'
                  - told.nodes | map(attribute='address') | list == ['10.1.0.1', '10.1.0.2']
                  - told.virtual_servers | length == 1
                  - told.virtual_servers[0].default_pool == '/Common/blue'
                  - told.virtual_servers[0].irules == ['/Common/choose']
                  - told.virtual_servers[0].policies == ['/Common/by_host']
                  - told.virtual_servers[0].profiles[0].name == 'tcp'
                  - told.system_info.product_version == '17.1.1'
                  - told.system_info.product_code == 'BIG-IP'
                  - told.system_info.platform == 'Z100'
            """);

        said.ShouldContain("ok=2 ");
    }

    private static Task<BigIpSimulator> StartAsync(params string[] pools) => BigIpSimulator.StartAsync(
        new BigIpConfiguration
        {
            User = "deployer",
            Password = Secret,
            Pools =
            [
                .. pools.Select(name => new PoolConfiguration
                {
                    Name = name,
                    LoadBalancingMode = "ratio-member",
                    Members = [new MemberConfiguration { Address = "10.1.0.1:80", Ratio = 3 }, new MemberConfiguration { Address = "10.1.0.2:80" }],
                }),
            ],
        },
        TestContext.Current.CancellationToken);

    private static async Task<string> PlayAsync(BigIpSimulator device, string tasks)
    {
        var program = Requirement.Program("ansible-playbook");
        var folder = Directory.CreateTempSubdirectory("appstatus-ansible-");
        try
        {
            var file = Path.Combine(folder.FullName, "play.yml");
            await File.WriteAllTextAsync(file, $$$"""
                - hosts: localhost
                  connection: local
                  gather_facts: false
                  vars:
                    provider: { server: 127.0.0.1, server_port: {{{device.ControlUri.Port}}}, user: deployer, password: "{{{Secret}}}", validate_certs: false, no_f5_teem: true }
                  tasks:
                {{{string.Join('\n', tasks.Split('\n').Select(line => $"    {line}"))}}}

                """);
            var start = new ProcessStartInfo(program, ["-i", "localhost,", file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder.FullName,
                Environment = { ["ANSIBLE_NOCOLOR"] = "1", ["ANSIBLE_LOCAL_TEMP"] = folder.FullName, ["ANSIBLE_REMOTE_TEMP"] = folder.FullName },
            };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(5));
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }

            var said = await output + await errors;
            if (said.Contains("couldn't resolve module/action", StringComparison.Ordinal))
            {
                Requirement.Missing("Ansible has no collection f5networks.f5_modules (Debian: apt-get install ansible).");
            }

            process.ExitCode.ShouldBe(0, said);
            return said;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
