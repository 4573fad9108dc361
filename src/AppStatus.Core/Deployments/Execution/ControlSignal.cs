using System.Text.Json;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What a person tells a running deployment, from its own console or from another.</summary>
internal sealed record ControlSignal(ControlAction Action, string By)
{
    /// <summary>Something that this version does not understand; it does nothing.</summary>
    public static ControlSignal None { get; } = new(ControlAction.None, "");

    /// <summary>For people; empty where none was given.</summary>
    public string Reason { get; init; } = "";

    public static ControlSignal Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JournalJson.Default.ControlSignal) ?? None;
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

internal enum ControlAction
{
    None,

    /// <summary>No new lane starts; lanes in flight finish.</summary>
    Stop,

    /// <summary>No new lane starts; lanes in flight are compensated.</summary>
    StopImmediately,

    Suspend,

    /// <summary>A pause ends; failed lanes are tried again.</summary>
    Continue,

    Approve,

    Deny,
}
