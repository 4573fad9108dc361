using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>Weights, or their refusal.</summary>
public abstract partial class BalancerContract
{
    [Fact]
    public async Task A_weight_is_set_and_read_back()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        if (!HasWeights(range))
        {
            await RefusesWeightsAsync(range);
            return;
        }

        PoolMember member = await FirstAsync(range);
        member.Weight.ShouldNotBe(range.OtherWeight);

        PoolMember written = await range.Balancer.SetWeightAsync(member, range.OtherWeight, Cancelled);

        written.Weight.ShouldBe(range.OtherWeight);
        IReadOnlyList<PoolMember> members = await ReadAsync(range);
        members.Single(read => read.Name == member.Name).Weight.ShouldBe(range.OtherWeight);
        members.Single(read => read.Name != member.Name).Weight.ShouldBe(member.Weight);
        members.Single(read => read.Name == member.Name).Share.ShouldNotBeNull()
            .ShouldBe(100.0 * range.OtherWeight / (range.OtherWeight + member.Weight!.Value), 0.01);
    }

    [Fact]
    public async Task Weights_make_the_shares_that_users_see()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember heavy = await FirstAsync(range);
        if (HasWeights(range)) heavy = await range.Balancer.SetWeightAsync(heavy, range.OtherWeight, Cancelled);
        using var users = new PoolUsers(range.Entry);

        const int requests = 80;
        int atHeavy = 0;
        for (int i = 0; i < requests; i++)
        {
            if (await users.GetAsync("/", Cancelled) == range.Instances[heavy.Name].Name) atHeavy++;
        }

        double expected = requests * (range.KnowsShares ? heavy.Share!.Value : 50) / 100;
        ((double)atHeavy).ShouldBe(expected, tolerance: requests * 0.1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000)]
    public async Task A_weight_out_of_range_is_refused(int weight)
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);

        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, weight, Cancelled))).Id.ShouldBe(HasWeights(range) ? ErrorId.InvalidArgument : ErrorId.NotSupported);

        (await ReadAsync(range, member.Name)).Weight.ShouldBe(member.Weight);
    }

    private static async Task RefusesWeightsAsync(IBalancerRange range)
    {
        PoolMember member = await FirstAsync(range);
        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, range.OtherWeight, Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
        (await FirstAsync(range)).Weight.ShouldBe(member.Weight);
    }
}
