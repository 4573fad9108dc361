namespace AppStatus.Core.Environments;

/// <summary>The parts of one environment, where they run.</summary>
internal sealed record FoundEnvironment(IEnvironmentHost Host, IReadOnlyList<EnvironmentPart> Parts)
{
    /// <summary>As its parts carry it: with the ports that were chosen, and with the values of variables where an instance has them.</summary>
    public EnvironmentDefinition Definition { get; } =
        Parts.FirstOrDefault(part => part is { IsInstance: true, Variables.Count: > 0 }) is { } instance ? DefinitionJson.Complete(instance.Definition, instance.Variables) : Parts[0].Definition;

    public IEnumerable<EnvironmentPart> Instances => Parts.Where(part => part.IsInstance).OrderBy(part => part.Port);

    public bool Runs(string part) => Parts.Any(candidate => candidate.Name == part && candidate.Running);

    /// <summary>What should run and does not.</summary>
    public IReadOnlyList<string> Missing => [.. Definition.PartNames.Where(name => !Runs(name))];

    public EnvironmentState State => Missing.Count == 0 ? EnvironmentState.Running : Parts.Any(part => part.Running) ? EnvironmentState.Partial : EnvironmentState.Stopped;

    // Arrays: the list that a collection expression makes can't be indexed in PowerShell, which takes [0] of it for the whole.
    /// <summary>As it is shown, without what only its balancer and its engine can tell.</summary>
    public AppEnvironment Describe() => new()
    {
        Name = Definition.Name,
        Provider = Host.Provider,
        Engine = Host.Provider == EnvironmentProvider.Container ? Host.Name : "",
        State = State,
        Missing = Missing.ToArray(),
        Uri = new UriBuilder(Uri.UriSchemeHttp, Definition.Address, Definition.Port).Uri,
        Balancer = Definition.Balancer,
        BalancerUri = EnvironmentAddresses.Balancer(Definition),
        Pool = Definition.Backend,
        Redis = Definition.NeedsRedis ? EnvironmentAddresses.Redis(Definition) : null,
        Image = Instances.FirstOrDefault()?.Image.Repository ?? Definition.FirstImage.Repository,
        Release = Instances.Select(part => part.Image.Tag).Distinct(StringComparer.Ordinal).ToArray(),
        Instances = Instances.Select(part => new AppEnvironmentInstance
        {
            Name = part.Name, Address = Definition.Address, Port = part.Port, Image = part.Image.ToString(), Release = part.Image.Tag, Running = part.Running, Id = part.Id, Started = part.Started,
        }).ToArray(),
    };
}
