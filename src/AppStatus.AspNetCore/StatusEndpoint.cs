using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AppStatus.AspNetCore;

/// <summary>The two requests of the status endpoint.</summary>
internal sealed class StatusEndpoint(StatusKeeper keeper, IOptions<AppStatusOptions> options, ILogger<StatusEndpoint> logger)
{
    private readonly AppStatusOptions _options = options.Value;
    private readonly string _version = ReportedVersion.Of(options.Value);

    public Task GetAsync(HttpContext context)
    {
        var status = keeper.Current;
        var code = status == InstanceStatus.Ready ? StatusCodes.Status200OK : _options.UnavailableStatusCode;
        return StatusAnswer.WriteStatusAsync(context, code, status, _version, _options);
    }

    public async Task PostAsync(HttpContext context)
    {
        var request = await StatusChangeRequest.ReadAsync(context.Request, _options.Strict, context.RequestAborted);
        if (request.Error is not null)
        {
            await StatusAnswer.WriteErrorAsync(context, request.ErrorCode, request.Error);
            return;
        }

        try
        {
            // Not the request's token: a caller that hangs up must not leave the change half done.
            await keeper.SetAsync(request.Status, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogError(failure, "The status could not be kept; it stays {Status}.", keeper.Current.ToWire());
            await StatusAnswer.WriteErrorAsync(context, StatusCodes.Status500InternalServerError, $"The status could not be kept; it stays {keeper.Current.ToWire()}");
            return;
        }

        await StatusAnswer.WriteStatusAsync(context, StatusCodes.Status200OK, request.Status, _version, _options);
    }

    public static Task RefusePostAsync(HttpContext context) =>
        StatusAnswer.WriteErrorAsync(context, StatusCodes.Status403Forbidden, "This application has no authentication scheme for operators");
}
