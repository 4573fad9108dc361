namespace AppStatus.Integration.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks again until the condition holds; the limit only ends a test that has failed.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        T last = await read();
        while (!condition(last))
        {
            if (limit.IsCancellationRequested) Assert.Fail($"Waited {Limit.TotalSeconds} s for: {what}. Last seen: {last}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            last = await read();
        }

        return last;
    }
}
