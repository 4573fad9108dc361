namespace AppStatus.Lab.CommandLine;

/// <summary>Finds the verb, runs it, and turns mistakes into a line on standard error and an exit code.</summary>
internal sealed class VerbDispatcher(params IVerb[] verbs)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        if (arguments is [] or ["help" or "--help" or "-h"])
        {
            await WriteVerbsAsync(output);
            return ExitCodes.Success;
        }

        if (verbs.FirstOrDefault(verb => verb.Name == arguments[0]) is not { } chosen)
        {
            await errors.WriteLineAsync($"There is no verb '{arguments[0]}'.");
            await WriteVerbsAsync(errors);
            return ExitCodes.Usage;
        }

        if (arguments is [_, "--help" or "-h"])
        {
            await output.WriteLineAsync($"{chosen.Name} {chosen.Usage}");
            return ExitCodes.Success;
        }

        try
        {
            return await chosen.RunAsync(new VerbArguments([.. arguments.Skip(1)]), output, stopping);
        }
        catch (UsageException mistake)
        {
            await errors.WriteLineAsync($"{chosen.Name}: {mistake.Message}");
            await errors.WriteLineAsync($"usage: {chosen.Name} {chosen.Usage}");
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (IOException failure)
        {
            // A port in use, a file that isn't there: the message says it all.
            await errors.WriteLineAsync($"{chosen.Name}: {failure.Message}");
            return ExitCodes.Failure;
        }
    }

    private async Task WriteVerbsAsync(TextWriter writer)
    {
        await writer.WriteLineAsync("The AppStatus lab. Verbs (each has --help):");
        foreach (var verb in verbs)
        {
            await writer.WriteLineAsync($"  {verb.Name,-8}{verb.Summary}");
        }
    }
}
