namespace Halley.Protocol.Http;

/// <summary>One parsed request; its spans live in the connection's read buffer and are gone when the handler returns.</summary>
public readonly ref struct HttpRequest
{
}
