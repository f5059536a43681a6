using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>What <see cref="RequestReader"/> has found at the front of what was received.</summary>
internal ref struct ReceivedRequest
{
    public RequestHead Head;

    public int HeadLength;

    /// <summary>The length of head and body together.</summary>
    public int Length;

    /// <summary>What is wrong with it; null for nothing.</summary>
    public RequestError? Error;

    /// <summary>Whether its client may send no body: the request is handled without it.</summary>
    public bool IsBodyRefused;
}
