namespace AppStatus.Lab.BigIp.Control;

/// <summary>What the device does to its clients on bad days.</summary>
internal enum FaultKind
{
    /// <summary>503, a JSON error about an asynchronous task; nothing is done.</summary>
    Busy,

    /// <summary>500 with an HTML page; nothing is done.</summary>
    Html,

    /// <summary>401, the token has expired; nothing is done.</summary>
    Expired,

    /// <summary>404, the path isn't registered, as while the device boots; nothing is done.</summary>
    Booting,

    /// <summary>The request is carried out, then the connection drops without an answer.</summary>
    LostAnswer,

    /// <summary>The connection drops; nothing is done.</summary>
    LostRequest,

    /// <summary>The request is answered as if it were carried out, and is not: a change that somebody else undoes at once.</summary>
    NoEffect,

    /// <summary>The request is carried out after a delay.</summary>
    Delay,
}
