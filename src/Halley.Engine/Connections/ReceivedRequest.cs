using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>A request at the front of the received bytes, as far as <see cref="RequestReader"/> has read it.</summary>
internal ref struct ReceivedRequest
{
    public RequestHead Head;

    public int HeadLength;

    /// <summary>The length of head and body together.</summary>
    public int Length;

    /// <summary>The error in it; null for none.</summary>
    public RequestError? Error;

    /// <summary>Whether its client may send no body: the request is handled without it.</summary>
    public bool IsBodyRefused;
}
