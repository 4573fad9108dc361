namespace AppStatus.Core.Errors;

/// <summary>Carries a <see cref="Fault"/> to the edge, with the object that it is about.</summary>
public sealed class AppStatusException : Exception
{
    public AppStatusException(Fault fault, object? target = null, Exception? inner = null)
        : base(fault.ToString(), inner)
    {
        Fault = fault;
        Target = target;
    }

    public AppStatusException(ErrorId id, string message, string nextStep = "", object? target = null, Exception? inner = null)
        : this(new Fault(id, message, nextStep), target, inner)
    {
    }

    public Fault Fault { get; }

    public ErrorId Id => Fault.Id;

    /// <summary>The instance, member, pool or result that the failure is about.</summary>
    public object? Target { get; }
}
