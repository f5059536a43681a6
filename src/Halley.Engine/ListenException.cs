using System.Net;

namespace Halley.Engine;

/// <summary>An address that cannot be listened on; the message says which, why, and what to do, in one line fit for an operator.</summary>
public sealed class ListenException(EndPoint endPoint, string message) : Exception(message)
{
    public EndPoint EndPoint { get; } = endPoint;
}
