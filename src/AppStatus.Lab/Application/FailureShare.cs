namespace AppStatus.Lab.Application;

/// <summary>Says which requests fail so that exactly a percentage of them do, spread evenly, without chance.</summary>
internal sealed class FailureShare(int percent)
{
    private long _requests = -1;

    public bool IsNext()
    {
        var request = Interlocked.Increment(ref _requests);
        return (request + 1) * percent / 100 > request * percent / 100;
    }
}
