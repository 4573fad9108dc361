using System.Collections.Concurrent;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Where each member was last found in its pool: balancers keep their order, and ten thousand names need not be compared at each look.</summary>
internal sealed class MemberPlaces
{
    private readonly ConcurrentDictionary<(PoolKey, string), int> _places = new();

    /// <param name="members">The pool's members, as just read.</param>
    /// <returns>Null: it is not among them.</returns>
    public PoolMember? Find(PoolKey pool, IReadOnlyList<PoolMember> members, string name)
    {
        if (_places.TryGetValue((pool, name), out int place) && place < members.Count && members[place].Name == name) return members[place];

        for (place = 0; place < members.Count; place++)
        {
            if (members[place].Name != name) continue;
            _places[(pool, name)] = place;
            return members[place];
        }

        return null;
    }
}
