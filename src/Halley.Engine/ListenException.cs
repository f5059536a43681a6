using System.Net;

namespace Halley.Engine;

/// <summary>
/// Says that an address cannot be listened on: which, why, and what to do, in one line for an operator.
/// </summary>
public sealed class ListenException(EndPoint endPoint, string message) : Exception(message)
{
    public EndPoint EndPoint { get; } = endPoint;
}
