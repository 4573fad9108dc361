using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>One branch of the API. Pure: it answers from a view, and hands back the state that the call makes.</summary>
internal interface IResource
{
    /// <param name="rest">The path below the branch.</param>
    /// <exception cref="RestRefusal">The device says no; the state stays.</exception>
    (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view);
}
