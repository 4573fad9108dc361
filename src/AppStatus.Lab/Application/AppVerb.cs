using System.Globalization;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Application;

/// <summary><c>app</c>: one application instance, until it is told to stop.</summary>
internal sealed class AppVerb : IVerb
{
    /// <summary>What the process prints, followed by its address, once it takes requests.</summary>
    public const string ListeningPrefix = "listening ";

    public string Name => "app";

    public string Summary => "one application instance with a status endpoint";

    public string Usage => AppOptions.Usage;

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var options = AppOptions.Parse(arguments);
        await using var server = await ApplicationServer.StartAsync(options, TimeProvider.System, stopping);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{ListeningPrefix}{server.Uri.GetLeftPart(UriPartial.Authority)}"));
        await output.FlushAsync(stopping);

        await WaitForEndAsync(options.StopWithInput, stopping);
        await server.StopAsync(CancellationToken.None);
        return ExitCodes.Success;
    }

    private static async Task WaitForEndAsync(bool withInput, CancellationToken stopping)
    {
        var signalled = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        // A read of the console can't be cancelled; it is abandoned with the process.
        var inputEnded = withInput ? Task.Run(() => Console.In.ReadToEndAsync(CancellationToken.None), CancellationToken.None) : signalled;
        await Task.WhenAny(signalled, inputEnded);
    }
}
