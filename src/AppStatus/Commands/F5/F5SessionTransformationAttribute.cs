using AppStatus.Core.Balancers.F5;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Lets a connected session be named, too: by its computer name, host name, URI or id.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class F5SessionTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            string name => Find(name),
            Array many when many.Length > 0 => many.Cast<object?>().Select(one => one is string name ? Find(name) : one).ToArray(),
            _ => inputData!,
        };
    }

    internal static IEnumerable<string> NamesOf(F5Session session) => [session.ComputerName, session.HostName, session.Uri, session.Id];

    private static F5Session Find(string name)
    {
        IReadOnlyList<F5Session> all = SessionTable.Current.All<F5Session>();
        return all.LastOrDefault(session => NamesOf(session).Contains(name, StringComparer.OrdinalIgnoreCase))
            ?? throw new ArgumentTransformationMetadataException(
                $"There is no connected F5 session '{Core.SafeText.Of(name, 100)}'. "
                + (all.Count == 0 ? "Type Connect-F5 first." : $"Connected: {string.Join(", ", all.Select(session => session.ComputerName))}."));
    }
}
