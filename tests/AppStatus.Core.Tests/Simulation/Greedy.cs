namespace AppStatus.Core.Tests.Simulation;

/// <summary>The ideal: each job starts the moment that one of the workers is free.</summary>
internal static class Greedy
{
    public static TimeSpan Makespan(IEnumerable<TimeSpan> jobs, int workers)
    {
        var free = new PriorityQueue<TimeSpan, TimeSpan>();
        for (int worker = 0; worker < workers; worker++) free.Enqueue(TimeSpan.Zero, TimeSpan.Zero);
        TimeSpan last = TimeSpan.Zero;
        foreach (TimeSpan job in jobs)
        {
            TimeSpan end = free.Dequeue() + job;
            free.Enqueue(end, end);
            if (end > last) last = end;
        }

        return last;
    }
}
