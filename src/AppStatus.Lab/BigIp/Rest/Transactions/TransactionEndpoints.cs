using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Transactions;

/// <summary>Transactions: created, filled by calls that carry their id, run as one, all or nothing. One that expires is gone without a word.</summary>
internal sealed class TransactionEndpoints(ResourceTree resources, TimeProvider time)
{
    public const string CoordinationHeader = "X-F5-REST-Coordination-Id";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Transaction> _open = [];
    private long _lastId = 1_500_000_000;

    public static bool IsAbout(RestRequest request) => request.Path is ["tm", "transaction", ..];

    /// <summary>Keeps a call for later.</summary>
    /// <exception cref="RestRefusal">There is no such transaction (any more).</exception>
    public RestResponse Enqueue(string id, RestRequest request)
    {
        lock (_gate)
        {
            Find(id).Commands.Add(request);
        }

        // The device plays the call back as if it had been done.
        return RestResponse.Json(request.Body?.DeepClone() ?? new JsonObject());
    }

    public (DeviceState State, RestResponse Response) Handle(RestRequest request, DeviceView view)
    {
        lock (_gate)
        {
            return (request.Method, request.Path.Skip(2).ToArray()) switch
            {
                ("POST", []) => (view.State, RestResponse.Json(ToJson(Open(), "STARTED"))),
                ("GET", [var id]) => (view.State, RestResponse.Json(ToJson(Find(id), "STARTED"))),
                ("GET", [var id, "commands"]) => (view.State, RestResponse.Json(CommandsOf(Find(id)))),
                ("DELETE", [var id]) => (view.State, Delete(id)),
                ("PATCH", [var id]) => Commit(Find(id), request, view),
                _ => throw RestRefusal.UnknownPath(request.JoinedPath),
            };
        }
    }

    private Transaction Open()
    {
        var transaction = new Transaction(++_lastId, time.GetUtcNow() + Lifetime);
        _open.Add(transaction.Id, transaction);
        return transaction;
    }

    private Transaction Find(string id) =>
        long.TryParse(id, out var number) && _open.TryGetValue(number, out var transaction) && time.GetUtcNow() < transaction.Ends
            ? transaction
            : throw RestRefusal.NotFound($"transaction ({id})");

    private RestResponse Delete(string id)
    {
        _open.Remove(Find(id).Id);
        return RestResponse.Empty;
    }

    private (DeviceState State, RestResponse Response) Commit(Transaction transaction, RestRequest request, DeviceView view)
    {
        var state = new PropertyReader(request.RequiredBody).Text("state");
        if (state != "VALIDATING")
        {
            throw RestRefusal.InvalidProperty("state", state ?? "");
        }

        if (transaction.Commands.Count == 0)
        {
            throw RestRefusal.Invalid("there is no command to commit in the transaction");
        }

        _open.Remove(transaction.Id);
        try
        {
            var after = transaction.Commands.Aggregate(view.State, (current, command) => resources.Handle(command, view with { State = current }).State);
            return (after, RestResponse.Json(ToJson(transaction, "COMPLETED")));
        }
        catch (RestRefusal refusal)
        {
            throw new RestRefusal(refusal.Status, $"transaction failed:{refusal.Message}", refusal.ApiError);
        }
    }

    private static JsonObject ToJson(Transaction transaction, string state) => new()
    {
        ["transId"] = transaction.Id,
        ["state"] = state,
        ["timeoutSeconds"] = (int)Lifetime.TotalSeconds,
        ["asyncExecution"] = false,
        ["validateOnly"] = false,
        ["executionTimeout"] = 300,
        ["executionTime"] = 0,
        ["failureReason"] = "",
        ["kind"] = "tm:transactionstate",
        ["selfLink"] = $"https://localhost/mgmt/tm/transaction/{transaction.Id}",
    };

    private static JsonObject CommandsOf(Transaction transaction)
    {
        var items = transaction.Commands.Select((command, index) => (JsonNode)new JsonObject
        {
            ["method"] = command.Method,
            ["uri"] = $"https://localhost/mgmt/{command.JoinedPath}",
            ["body"] = command.Body?.DeepClone(),
            ["commandId"] = index + 1,
            ["evalOrder"] = index + 1,
            ["kind"] = "tm:transaction:commandsstate",
        });
        return new JsonObject { ["kind"] = "tm:transaction:commandscollectionstate", ["items"] = new JsonArray([.. items]) };
    }
}
