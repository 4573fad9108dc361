using System.Xml.Linq;
using AppStatus.Core.Errors;
using Polly;
using Polly.Retry;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>One service's query API.</summary>
internal sealed class QueryClient
{
    private static readonly ResiliencePropertyKey<long> StartKey = new("start");
    private readonly QueryTransport _transport;
    private readonly RequestSigner _signer;
    private readonly string _version;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<QueryAnswer> _patience;
    private volatile bool _hasAnswered;

    public QueryClient(QueryTransport transport, Uri endpoint, string region, string service, string version, TimeSpan patience, TimeProvider time)
    {
        _transport = transport;
        _signer = new RequestSigner(region, service);
        _version = version;
        _time = time;
        Endpoint = endpoint;
        _patience = new ResiliencePipelineBuilder<QueryAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<QueryAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(5),
                UseJitter = true,
                // The deadline is checked here, so that the last failure itself comes out, and not one about time.
                ShouldHandle = arguments => new ValueTask<bool>(IsPassing(arguments.Outcome)
                    && arguments.Context.Properties.TryGetValue(StartKey, out long start) && time.GetElapsedTime(start) < patience),
            })
            .Build();
    }

    public Uri Endpoint { get; }

    /// <summary>Until it has, there is no patience with the network: who connects wants to know at once.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>Every action of ours says what shall be, not what to add, so sending it twice does no more than once.</summary>
    /// <param name="action">Its name.</param>
    /// <param name="parameters">But for the action and the version.</param>
    /// <param name="target">The object that a failure is about.</param>
    /// <param name="cancellationToken">Ends the request and the waiting.</param>
    /// <exception cref="AppStatusException">What AWS says, by its cause.</exception>
    public async Task<XElement> AskAsync(string action, QueryParameters parameters, object? target, CancellationToken cancellationToken)
    {
        byte[] body = new QueryParameters().Add("Action", action).Add("Version", _version).With(parameters).ToBody();
        QueryAnswer answer = await SendAsync(action, body, cancellationToken).ConfigureAwait(false);
        if (!answer.Succeeded) throw ElbFaults.Of(answer, Endpoint.Authority, target);
        return answer.Root ?? throw new AppStatusException(ErrorId.InvalidResponse,
            $"{Endpoint.Authority} answered {action} with {answer.Status} and something that is no XML: {answer.Message}.", "Is this an endpoint of AWS?", target);
    }

    /// <summary>All pages of a list, each answer as it came.</summary>
    public async Task<IReadOnlyList<XElement>> AskAllAsync(string action, QueryParameters parameters, object? target, string markerField, string markerParameter, CancellationToken cancellationToken)
    {
        var pages = new List<XElement>();
        string marker = "";
        do
        {
            var page = new QueryParameters().With(parameters);
            if (marker.Length > 0) page.Add(markerParameter, marker);
            XElement answer = await AskAsync(action, page, target, cancellationToken).ConfigureAwait(false);
            pages.Add(answer);
            marker = answer.Descendants().FirstOrDefault(element => element.Name.LocalName == markerField)?.Value.Trim() ?? "";
        }
        while (marker.Length > 0);
        return pages;
    }

    private async Task<QueryAnswer> SendAsync(string action, byte[] body, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(StartKey, _time.GetTimestamp());
        try
        {
            return await _patience.ExecuteAsync(async inner =>
            {
                QueryAnswer answer = await _transport.SendAsync(Endpoint, _signer, action, body, inner.CancellationToken).ConfigureAwait(false);
                _hasAnswered = true;
                return answer;
            },
            context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsPassing(Outcome<QueryAnswer> outcome) =>
        (_hasAnswered && outcome.Exception is AppStatusException { Id: ErrorId.Unreachable or ErrorId.ConnectionClosed }) || outcome.Result is { Passes: true };
}
