namespace AppStatus.Lab.CommandLine;

/// <summary>One thing that the lab does from the command line.</summary>
internal interface IVerb
{
    string Name { get; }

    /// <summary>One line for the list of verbs.</summary>
    string Summary { get; }

    /// <summary>The options, as they are typed.</summary>
    string Usage { get; }

    /// <summary>Runs until it is done or <paramref name="stopping"/> fires.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments make no sense.</exception>
    Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping);
}
