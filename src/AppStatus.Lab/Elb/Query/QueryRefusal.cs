namespace AppStatus.Lab.Elb.Query;

/// <summary>An error that the API answers.</summary>
internal sealed class QueryRefusal(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static QueryRefusal Invalid(string message) => new(400, "ValidationError", message);
}
