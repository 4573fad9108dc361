namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>The order of a round in which each has as many turns as its weight, with its turns as far apart as they can be.</summary>
internal static class EvenRound
{
    /// <summary>
    /// From the lightest to the heaviest, each spread evenly over those before it: what comes last is spread best, and the
    /// heaviest is whom a clump would hurt. Those of one weight go around together.
    /// </summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<(T Key, int Weight)> turns)
    {
        List<T> round = [];
        foreach (IGrouping<int, (T Key, int Weight)> equals in turns.GroupBy(turn => turn.Weight).OrderBy(group => group.Key))
        {
            List<T> wider = [];
            int taken = 0;
            for (int turn = 0; turn < equals.Key; turn++)
            {
                for (int before = (int)((long)turn * round.Count / equals.Key); taken < before; taken++) wider.Add(round[taken]);
                wider.AddRange(equals.Select(one => one.Key));
            }

            wider.AddRange(round.Skip(taken));
            round = wider;
        }

        return round;
    }
}
