namespace AppStatus.Lab.BigIp.Control;

/// <param name="Number">From 1, in the order of arrival.</param>
/// <param name="Path">With its query, as it was sent.</param>
/// <param name="Body">Null where there was none; a login's is left out, for it holds a password.</param>
/// <param name="Status">The status that was answered, or would have been where the fault took the answer away.</param>
/// <param name="IsWrite">Whether it was meant to change the device; logging in and tokens don't count.</param>
/// <param name="Fault">What was done to the request on purpose.</param>
internal sealed record RequestLogEntry(long Number, string Method, string Path, string? Body, int Status, bool IsWrite, string? Fault);
