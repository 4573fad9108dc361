using AppStatus.Core.Balancers.RedisTable;

namespace AppStatus.Core.Tests.Balancers.RedisTable;

public sealed class EvenRoundTests
{
    [Theory]
    [InlineData("A1 B1 C1", "ABC")]
    [InlineData("A2 B1 C1", "ABAC")]
    [InlineData("A5 B1 C1", "AAABAAC")]
    [InlineData("A3 B2 C1", "ABABAC")]
    [InlineData("A2 B2 C2", "ABCABC")]
    [InlineData("A1 B3", "BBBA")]
    [InlineData("A4", "AAAA")]
    public void Turns_lie_apart(string weights, string round) => string.Concat(EvenRound.Of(Read(weights))).ShouldBe(round);

    [Fact]
    public void Each_has_its_weight_and_never_waits_much_longer_than_its_share()
    {
        var random = new Random(11);
        for (int sample = 0; sample < 300; sample++)
        {
            List<(int Key, int Weight)> turns = [.. Enumerable.Range(0, random.Next(1, 12)).Select(key => (key, random.Next(1, 20)))];
            IReadOnlyList<int> round = EvenRound.Of(turns);

            round.Count.ShouldBe(turns.Sum(turn => turn.Weight));
            foreach ((int key, int weight) in turns)
            {
                int[] places = [.. round.Select((who, place) => (who, place)).Where(one => one.who == key).Select(one => one.place)];
                places.Length.ShouldBe(weight);
                int longest = places.Select((place, index) => (index + 1 < places.Length ? places[index + 1] : places[0] + round.Count) - place).Max();
                longest.ShouldBeLessThanOrEqualTo((2 * round.Count / weight) + 2, $"{key} in {string.Join(" ", round)}");
            }
        }
    }

    private static IReadOnlyList<(char Key, int Weight)> Read(string weights) => [.. weights.Split(' ').Select(word => (word[0], word[1] - '0'))];
}
