namespace AppStatus.Lab.BigIp.Rest;

/// <summary>The device says no, in the shape of its errors. Thrown where the no is found, answered at the edge.</summary>
internal sealed class RestRefusal(int status, string message, int apiError) : Exception(message)
{
    private const int InvalidRequest = 26214401;
    private const int ObjectError = 3;

    public int Status { get; } = status;

    public int ApiError { get; } = apiError;

    public static RestRefusal Invalid(string message) => new(400, message, InvalidRequest);

    public static RestRefusal InvalidProperty(string name, string value) => Invalid($"invalid property value \"{name}\":\"{value}\"");

    public static RestRefusal NotFound(string what) => new(404, $"01020036:3: The requested {what} was not found.", ObjectError);

    public static RestRefusal Exists(string what, string partition) => new(409, $"01020066:3: The requested {what} already exists in partition {partition}.", ObjectError);

    public static RestRefusal Conflict(string message) => new(400, message, ObjectError);

    public static RestRefusal UnknownPath(string path) => new(404, $"Public URI path not registered: /{path}", 0);

    public static RestRefusal WrongMethod(string method) => new(405, $"Method {method} is not allowed for this resource.", 0);
}
