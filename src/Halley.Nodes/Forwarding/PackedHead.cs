using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Links;

namespace Halley.Nodes.Forwarding;

/// <summary>
/// The heads of answers, as they are said over one link. There are a few of them, said over and over: each is put together, and taken apart, once. Belongs to
/// the link's dispatcher.
/// </summary>
internal sealed class PackedHead
{
    // More than the dialect has; what goes beyond is not remembered.
    private const int MaxRemembered = 64;

    private readonly List<(ResponseHead Head, byte[] Packed)> _known = [];
    private readonly ByteBuffer _scratch = new(256);

    public ReadOnlySpan<byte> Pack(ResponseHead head)
    {
        foreach (var (known, packed) in _known)
        {
            if (known == head)
            {
                return packed;
            }
        }

        _scratch.Clear();
        _scratch.WriteBool(head.Closes);
        _scratch.WriteBytes(head.Status.Span);
        _scratch.WriteBytes(head.Fields.Span);
        _scratch.Write(head.LastFields.Span);
        return Remember(head, _scratch.Written.ToArray()).Packed;
    }

    /// <returns>Null where these bytes are no head.</returns>
    public ResponseHead? Unpack(ReadOnlySpan<byte> bytes)
    {
        foreach (var (head, packed) in _known)
        {
            if (bytes.SequenceEqual(packed))
            {
                return head;
            }
        }

        var reader = new FrameReader(bytes);
        var closes = reader.ReadBool();
        var status = reader.ReadBytes();
        var fields = reader.ReadBytes();
        var lastFields = reader.ReadRest();
        return reader.IsWhole && IsLines(status) && IsLines(fields) && IsLines(lastFields)
            ? Remember(ResponseHead.FromParts(status, fields, lastFields, closes), bytes.ToArray()).Head
            : null;
    }

    private static bool IsLines(ReadOnlySpan<byte> text) => text.IsEmpty || text.EndsWith("\r\n"u8);

    private (ResponseHead Head, byte[] Packed) Remember(ResponseHead head, byte[] packed)
    {
        if (_known.Count < MaxRemembered)
        {
            _known.Add((head, packed));
        }

        return (head, packed);
    }
}
