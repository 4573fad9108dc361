namespace AppStatus.AspNetCore.Authentication;

/// <summary>Names of the two ready-made authentication schemes.</summary>
public static class OperatorAuthenticationDefaults
{
    public const string BasicScheme = "AppStatusBasic";

    public const string BearerScheme = "AppStatusBearer";

    public const string OperatorRole = "operator";

    internal static bool IsOurs(string scheme) => scheme is BasicScheme or BearerScheme;
}
