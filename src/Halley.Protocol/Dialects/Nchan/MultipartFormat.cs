using System.Security.Cryptography;
using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// multipart/mixed without an end: each message is a part with its id and its type. The boundary is this subscriber's
/// alone, so that no publisher can know it and write parts of its own.
/// </summary>
internal sealed class MultipartFormat : NchanFormat
{
    private readonly byte[] _boundary;

    public MultipartFormat(TimeSpan? timeToLive)
        : base(timeToLive)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _boundary = Encoding.ASCII.GetBytes("--" + boundary);
        Type = "multipart/mixed; boundary=" + boundary;
    }

    public string Type { get; }

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override void WriteOpening(Framing framing, ByteBuffer output) => Pieces.Write(_boundary, framing, output);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        // The boundary behind it: so a client knows a part as whole as soon as it is.
        var piece = framing.Begin(output);
        output.Write("\r\nLast-Modified: "u8);
        HttpDate.Write(message.Stamp.Time, output);
        output.Write("\r\nEtag: "u8);
        output.WriteDecimal(message.Stamp.Tag);
        if (message.Labels?.ContentType is { } type)
        {
            output.Write("\r\nContent-Type: "u8);
            output.Write(type);
        }

        output.Write("\r\n\r\n"u8);
        LargeMessages.WritePayload(message, output);
        output.Write("\r\n"u8);
        output.Write(_boundary);
        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (isLast)
        {
            Pieces.Write("--\r\n"u8, framing, output);
        }
    }
}
