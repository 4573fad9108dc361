using System.Collections;
using System.Net;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>Finds the instance that an object stands for: our own objects, alive or deserialized, texts, and whatever has an address.</summary>
internal static class StatusInputReader
{
    private static readonly string[] HostProperties = ["host", "ComputerName", "DNSHostName"];
    private static readonly string[] AllProperties = ["Uri", "Address", .. HostProperties];

    public static StatusInput Read(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        try
        {
            if (EnvironmentInput.Members(input) is not null) return StatusInput.Invalid(input, EnvironmentInput.NoMembers(plain));
            return plain switch
            {
                null => Refuse(input, "Nothing (null) was passed"),
                string text => StatusInput.Of(input, OfText(text)),
                Uri uri => StatusInput.Of(input, OfText(uri.OriginalString)),
                IPAddress address => StatusInput.Of(input, OfText(address.ToString())),
                PoolMember member => StatusInput.Of(input, OfMember(member)),
                InstanceStatus status => StatusInput.Of(input, OfStatus(status)),
                ValueType => Refuse(input, $"A value of type {plain.GetType().Name} names no instance"),
                _ => OfProperties(input!),
            };
        }
        catch (AppStatusException exception)
        {
            // An error shows its target: one with a password in it must not be that.
            return StatusInput.Invalid(exception.Id == ErrorId.PasswordInUri ? null : input, exception.Fault);
        }
    }

    public static StatusTargetSource OfMember(PoolMember member) =>
        new(member.Name, member.Address, member.Port) { ComputerName = member.ComputerName, Member = member };

    private static StatusTargetSource OfStatus(InstanceStatus status) => new(status.Name, status.Uri.Host, status.Uri.Port)
    {
        Uri = status.Uri,
        ComputerName = status.Member?.ComputerName ?? "",
        Member = status.Member,
    };

    private static StatusTargetSource OfText(string text)
    {
        StatusAddress address = StatusAddress.Parse(text);
        string name = address.Uri?.Authority ?? text.Trim();
        return new StatusTargetSource(name, address.Host, address.Port) { Uri = address.Uri, ComputerName = address.Host, Typed = true };
    }

    private static StatusInput OfProperties(object input)
    {
        var properties = new InputProperties(input);
        StatusTargetSource? source = OfUri(properties) ?? OfAddress(properties) ?? OfHost(properties);
        if (source is not null)
        {
            source = source with { Member = MemberReader.Read(properties) };
            if (properties.Text("Name") is { } name) source = source with { Name = name };
            return StatusInput.Of(input, source, properties.Text("goal"));
        }

        string[] empty = [.. AllProperties.Where(properties.Has)];
        return empty.Length > 0
            ? Refuse(input, $"The object's {string.Join(", ", empty.Select(name => $"'{name}'"))} holds no text")
            : Refuse(input, $"An object of type {TypeName(input)} has neither Uri, nor Address and Port, nor host, ComputerName or DNSHostName");
    }

    private static StatusTargetSource? OfUri(InputProperties properties)
    {
        if (properties.Text("Uri") is not { } uri) return null;
        StatusTargetSource source = OfText(uri) with { ComputerName = properties.Text("ComputerName") ?? "" };
        // The root that a pool member's Uri is says no more than its address, and -Port must be able to replace that.
        return source.Uri is { AbsolutePath: "/" } && properties.Text("Address") is not null ? null : source;
    }

    private static StatusTargetSource? OfAddress(InputProperties properties)
    {
        if (properties.Text("Address") is not { } address) return null;
        int? port = Port(properties);
        // An F5 address may carry a route domain, which is no part of a host.
        int routeDomain = address.IndexOf('%');
        StatusTargetSource source = OfText(routeDomain < 0 ? address : address.Substring(0, routeDomain));
        return source with { Port = port ?? source.Port, ComputerName = properties.Text("ComputerName") ?? "", Typed = false };
    }

    private static StatusTargetSource? OfHost(InputProperties properties)
    {
        foreach (string name in HostProperties)
        {
            if (properties.Text(name) is not { } host) continue;
            StatusTargetSource source = OfText(host);
            return source with { Port = source.Port ?? Port(properties), Typed = source.Port is not null };
        }

        return null;
    }

    private static int? Port(InputProperties properties)
    {
        if (properties.Value("Port") is null) return null;
        return properties.Number("Port") is { } port and > 0 and <= 65535
            ? port
            : throw new AppStatusException(ErrorId.InvalidTarget, "The object's 'Port' is not a number from 1 to 65535.");
    }

    private static string TypeName(object input)
    {
        object plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        return plain is IDictionary ? "hashtable" : PSObject.AsPSObject(input).TypeNames.FirstOrDefault() ?? plain.GetType().Name;
    }

    private static StatusInput Refuse(object? input, string why) => StatusInput.Invalid(input, new Fault(
        ErrorId.InvalidTarget,
        why + ".",
        "Pass host, host:port, a URI, or an object with Uri, with Address and Port, or with ComputerName."));
}
