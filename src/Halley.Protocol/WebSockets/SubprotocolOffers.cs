using Halley.Protocol.Http;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// The sub-protocols that a handshake offers, in the order that the client likes them: of several fields, and several
/// in a field.
/// </summary>
internal ref struct SubprotocolOffers(HttpRequest request)
{
    private readonly HttpRequest _request = request;
    private int _position;
    private ReadOnlySpan<byte> _rest;

    public bool TryNext(out ReadOnlySpan<byte> name)
    {
        while (_rest.IsEmpty)
        {
            if (!_request.TryNextField("Sec-WebSocket-Protocol"u8, ref _position, out _rest))
            {
                name = default;
                return false;
            }
        }

        var end = _rest.IndexOf((byte)',');
        name = (end < 0 ? _rest : _rest[..end]).Trim(" \t"u8);
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }
}
