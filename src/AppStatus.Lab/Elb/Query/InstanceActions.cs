using System.Xml.Linq;
using AppStatus.Lab.Elb.Configuration;
using AppStatus.Lab.Elb.Model;

namespace AppStatus.Lab.Elb.Query;

/// <summary>As much of EC2 as tells where an instance is.</summary>
internal sealed class InstanceActions(ElbModel model)
{
    public object?[] Handle(QueryRequest request)
    {
        if (request.Action != "DescribeInstances")
        {
            throw new QueryRefusal(400, "InvalidAction", $"The action {request.Action} is not valid for this web service.");
        }

        var ids = request.List("InstanceId");
        if (ids.FirstOrDefault(id => !model.Instances.ContainsKey(id)) is { } unknown)
        {
            throw new QueryRefusal(400, "InvalidInstanceID.NotFound", $"The instance ID '{unknown}' does not exist");
        }

        var found = model.Instances.Values.Where(instance => ids.Count == 0 || ids.Contains(instance.Id));
        foreach (var filter in request.Numbers("Filter"))
        {
            if (request[$"{filter}.Name"] != "instance-id")
            {
                throw new QueryRefusal(400, "InvalidParameterValue", $"The filter '{request[$"{filter}.Name"]}' is invalid");
            }

            var values = request.List($"{filter}.Value");
            found = values.Count > 200
                ? throw new QueryRefusal(400, "FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")
                : found.Where(instance => values.Contains(instance.Id));
        }

        return [new XElement("reservationSet", found.Select(ToXml))];
    }

    private static XElement ToXml(InstanceConfiguration instance) => new("item", new XElement("reservationId", "r-1234567890abcdef0"), new XElement("instancesSet", new XElement(
        "item",
        new XElement("instanceId", instance.Id),
        new XElement("instanceState", new XElement("code", 16), new XElement("name", "running")),
        new XElement("privateIpAddress", instance.Address),
        new XElement("privateDnsName", $"ip-{instance.Address.Replace('.', '-')}.ec2.internal"),
        new XElement("tagSet", instance.Name is null ? null : new XElement("item", new XElement("key", "Name"), new XElement("value", instance.Name))))));
}
