using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// A request that wants to become a WebSocket (RFC 6455, 4.2): whether it may, what it offers, and the answer that
/// makes it one.
/// </summary>
/// <param name="request">Its bytes are gone with it; so is this.</param>
public readonly ref struct Handshake(HttpRequest request)
{
    private const int KeyBytes = 16;
    private const int HashCharacters = 28;
    private const int MaxUsualText = 64;

    private readonly HttpRequest _request = request;

    /// <summary>The sub-protocol that is answered; empty where the endpoint chose none.</summary>
    public ReadOnlySpan<byte> Protocol { get; init; }

    /// <summary>The protocol's name in the answer's Upgrade field; its case means nothing.</summary>
    public ReadOnlySpan<byte> Name { get; init; } = "websocket"u8;

    /// <summary>
    /// The agreement on permessage-deflate: by default the first offer of the client's that can be kept.
    /// </summary>
    public DeflateOffer Deflate { get; init; } = OfferOf(request);

    /// <summary>Looks for all that the RFC wants.</summary>
    /// <param name="takesDraft">Whether version 8 is taken too: a draft whose frames are those of the RFC.</param>
    public HandshakeFault Check(bool takesDraft = false) =>
        !HasWord("Upgrade"u8, "websocket"u8) ? HandshakeFault.Upgrade
        : !HasWord("Connection"u8, "upgrade"u8) ? HandshakeFault.Connection
        : !_request.IsHttp11 ? HandshakeFault.HttpVersion
        : !IsVersion(Single("Sec-WebSocket-Version"u8), takesDraft) ? HandshakeFault.Version
        : !IsKey(Single("Sec-WebSocket-Key"u8)) ? HandshakeFault.Key
        : HandshakeFault.None;

    /// <summary>Whether the client would speak this sub-protocol; their names are told apart by case.</summary>
    public bool Offers(ReadOnlySpan<byte> protocol)
    {
        var offered = new SubprotocolOffers(_request);
        while (offered.TryNext(out var name))
        {
            if (name.SequenceEqual(protocol))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The sub-protocol that the client likes best of those that an endpoint speaks; empty for none.</summary>
    public byte[] ChooseOf(IReadOnlyList<byte[]> spoken)
    {
        var offered = new SubprotocolOffers(_request);
        while (spoken.Count > 0 && offered.TryNext(out var name))
        {
            foreach (var protocol in spoken)
            {
                if (name.SequenceEqual(protocol))
                {
                    return protocol;
                }
            }
        }

        return [];
    }

    /// <summary>Writes the whole answer. What follows it are frames.</summary>
    /// <param name="head">The endpoint's own: 101, and fields before and after those of the handshake.</param>
    public void WriteAnswer(ResponseHead head, ByteBuffer output)
    {
        output.Write("HTTP/1.1 "u8);
        output.Write(head.Status.Span);
        output.Write(head.Fields.Span);
        output.Write("Upgrade: "u8);
        output.Write(Name);
        output.Write("\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        WriteAccept(_request.Field("Sec-WebSocket-Key"u8), output);
        if (!Protocol.IsEmpty)
        {
            output.Write("\r\nSec-WebSocket-Protocol: "u8);
            output.Write(Protocol);
        }

        if (Deflate.IsTaken)
        {
            output.Write("\r\nSec-WebSocket-Extensions: "u8);
            Deflate.WriteAnswer(output);
        }

        output.Write("\r\n"u8);
        output.Write(head.LastFields.Span);
        output.Write("\r\n"u8);
    }

    private static bool IsVersion(ReadOnlySpan<byte> version, bool takesDraft) =>
        version.SequenceEqual("13"u8) || (takesDraft && version.SequenceEqual("8"u8));

    // Of a field that must not stand there twice; empty where it does, or does not at all.
    private ReadOnlySpan<byte> Single(ReadOnlySpan<byte> name)
    {
        var position = 0;
        return _request.TryNextField(name, ref position, out var value)
            && !_request.TryNextField(name, ref position, out _) ? value : default;
    }

    private bool HasWord(ReadOnlySpan<byte> field, ReadOnlySpan<byte> word)
    {
        var position = 0;
        while (_request.TryNextField(field, ref position, out var value))
        {
            foreach (var range in value.Split((byte)','))
            {
                if (Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), word))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static DeflateOffer OfferOf(HttpRequest request)
    {
        var position = 0;
        while (request.TryNextField("Sec-WebSocket-Extensions"u8, ref position, out var value))
        {
            if (DeflateOffer.In(value) is { IsTaken: true } offer)
            {
                return offer;
            }
        }

        return default;
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == 24
            && Base64.DecodeFromUtf8(key, bytes, out _, out var written) == OperationStatus.Done
            && written == KeyBytes;
    }

    // RFC 6455, 4.2.2: it proves that whoever answers knows what a WebSocket is. It protects nothing.
    private static void WriteAccept(ReadOnlySpan<byte> key, ByteBuffer output)
    {
        var magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;
        var length = key.Length + magic.Length;

        // A key that was not checked may be of any length.
        var text = length <= MaxUsualText ? stackalloc byte[MaxUsualText] : new byte[length];
        key.CopyTo(text);
        magic.CopyTo(text[key.Length..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The RFC's choice.
        SHA1.HashData(text[..length], hash);
#pragma warning restore CA5350
        Base64.EncodeToUtf8(hash, output.GetSpan(HashCharacters), out _, out var written);
        output.Advance(written);
    }
}
