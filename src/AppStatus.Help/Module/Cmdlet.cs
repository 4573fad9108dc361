namespace AppStatus.Help.Module;

/// <summary>A cmdlet as its class declares it.</summary>
internal sealed record Cmdlet(string Verb, string Noun, string Summary, IReadOnlyList<Parameter> Parameters, IReadOnlyList<string> Outputs, string DefaultSet)
{
    public const string AllSets = "__AllParameterSets";

    public string Name => $"{Verb}-{Noun}";

    /// <summary>The names of the parameter sets; one without a name where there are none.</summary>
    public IReadOnlyList<string> Sets
    {
        get
        {
            string[] named = [.. Parameters.SelectMany(parameter => parameter.Bindings.Keys).Where(set => set != AllSets).Distinct()];
            return named.Length == 0 ? [AllSets] : [.. named.OrderBy(set => set == DefaultSet ? 0 : 1)];
        }
    }
}

/// <summary>A parameter as its property declares it.</summary>
/// <param name="DeclaredBy">The class, whose page may say more of it.</param>
/// <param name="Bindings">By parameter set.</param>
/// <param name="Values">What may be passed, where that is a closed list.</param>
/// <param name="Range">What a number may be; null where it may be any.</param>
/// <param name="Default">As it is typed; empty where there is none.</param>
internal sealed record Parameter(
    string Name,
    string DeclaredBy,
    string Type,
    string FullType,
    string Summary,
    IReadOnlyDictionary<string, Binding> Bindings,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values,
    (double Least, double Most)? Range,
    bool Wildcards,
    string Default)
{
    public bool IsSwitch => Type == "SwitchParameter";

    public Binding? In(string set) => Bindings.TryGetValue(set, out Binding? own) ? own : Bindings.GetValueOrDefault(Cmdlet.AllSets);
}

/// <param name="Position">From 0; null where it must be named.</param>
/// <param name="Pipeline">As Get-Help words it: false, true (ByValue), …</param>
internal sealed record Binding(bool Mandatory, int? Position, string Pipeline);
