using System.Buffers.Binary;
using System.Text;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>
/// Objects in Protobuf, each with its length before it. The numbers of fields are those of Centrifugo's
/// <c>client.proto</c>.
/// </summary>
internal sealed class ProtobufCodec : ISessionCodec
{
    private ProtobufCodec()
    {
    }

    public static ProtobufCodec Instance { get; } = new();

    /// <inheritdoc/>
    public byte[] Pong { get; } = [0];

    /// <inheritdoc/>
    public byte[] Connect(long id) => Command(id, 4, []);

    /// <inheritdoc/>
    public byte[] Subscribe(long id, string channel, (string Epoch, long Last)? place)
    {
        List<byte> request = [.. Bytes(1, channel)];
        if (place is var (epoch, last))
        {
            request.AddRange([.. Number(3, 1), .. Bytes(6, epoch), .. Number(7, last)]);
        }

        return Command(id, 5, [.. request, .. Number(10, 1)]);
    }

    /// <inheritdoc/>
    public byte[] Publish(long id, string channel, string json) =>
        Command(id, 7, [.. Bytes(1, channel), .. Bytes(2, json)]);

    /// <inheritdoc/>
    public byte[] Join(params byte[][] frames) => [.. frames.SelectMany(static frame => frame)];

    /// <inheritdoc/>
    public IReadOnlyList<SessionWord> Read(ReadOnlySpan<byte> frame)
    {
        var words = new List<SessionWord>();
        while (!frame.IsEmpty)
        {
            words.Add(WordOf(Taken(ref frame)));
        }

        return words;
    }

    private static SessionWord WordOf(ReadOnlySpan<byte> reply)
    {
        var word = new SessionWord(reply.IsEmpty ? WordKind.Ping : WordKind.Other);
        while (TryTakeField(ref reply, out var field, out var number, out var bytes))
        {
            word = field switch
            {
                1 => word with { Id = number },
                2 => word with { Kind = WordKind.Refused, Reason = Encoding.UTF8.GetString(bytes) },
                4 => PushOf(bytes),
                5 => word with { Kind = WordKind.Connected },
                6 => word with { Kind = WordKind.Subscribed, Subscribed = SubscribedOf(bytes) },
                8 => word with { Kind = WordKind.Published },
                _ => word,
            };
        }

        return word;
    }

    private static SessionWord PushOf(ReadOnlySpan<byte> push)
    {
        var word = new SessionWord(WordKind.Other);
        while (TryTakeField(ref push, out var field, out _, out var bytes))
        {
            word = field switch
            {
                4 => new(WordKind.Publication) { Publication = PublicationOf(bytes) },
                7 or 11 => new(WordKind.Ended) { Reason = Encoding.UTF8.GetString(bytes) },
                _ => word,
            };
        }

        return word;
    }

    private static SubscribedWord SubscribedOf(ReadOnlySpan<byte> result)
    {
        var subscribed = new SubscribedWord(false, "", 0, false, []);
        var missed = new List<PublicationWord>();
        while (TryTakeField(ref result, out var field, out var number, out var bytes))
        {
            subscribed = field switch
            {
                3 or 10 => subscribed with { IsPlaced = subscribed.IsPlaced || number != 0 },
                6 => subscribed with { Epoch = Encoding.UTF8.GetString(bytes) },
                8 => subscribed with { IsRecovered = number != 0 },
                9 => subscribed with { Offset = number },
                _ => subscribed,
            };
            if (field == 7)
            {
                missed.Add(PublicationOf(bytes));
            }
        }

        return subscribed with { Missed = missed };
    }

    private static PublicationWord PublicationOf(ReadOnlySpan<byte> publication)
    {
        var word = new PublicationWord("", 0);
        while (TryTakeField(ref publication, out var field, out var number, out var bytes))
        {
            word = field switch
            {
                4 => word with { Text = Encoding.UTF8.GetString(bytes.Trim((byte)'"')) },
                6 => word with { Offset = number },
                _ => word,
            };
        }

        return word;
    }

    private static bool TryTakeField(
        ref ReadOnlySpan<byte> rest, out int field, out long number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        var key = TakeVarint(ref rest);
        field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                number = TakeVarint(ref rest);
                return true;
            case 1 when rest.Length >= sizeof(long):
                number = BinaryPrimitives.ReadInt64LittleEndian(rest);
                rest = rest[sizeof(long)..];
                return true;
            case 2:
                bytes = Taken(ref rest);
                return true;
            default:
                throw new InvalidDataException("This is nothing of Centrifugo's protocol: a field of another kind.");
        }
    }

    private static ReadOnlySpan<byte> Taken(ref ReadOnlySpan<byte> rest)
    {
        var length = TakeVarint(ref rest);
        if (length < 0 || length > rest.Length)
        {
            throw new InvalidDataException("This is nothing of Centrifugo's protocol: it ends in an object.");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    private static long TakeVarint(ref ReadOnlySpan<byte> rest)
    {
        const int MostBits = 63;
        var number = 0L;
        for (var shift = 0; shift <= MostBits && !rest.IsEmpty; shift += 7)
        {
            var part = rest[0];
            rest = rest[1..];
            number |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("This is nothing of Centrifugo's protocol: it ends in a number.");
    }

    private static byte[] Command(long id, int field, byte[] request)
    {
        byte[] command = [.. Number(1, id), .. Bytes(field, request)];
        return [.. Varint(command.Length), .. command];
    }

    private static byte[] Number(int field, long number) =>
        number == 0 ? [] : [.. Varint(field << 3), .. Varint(number)];

    private static byte[] Bytes(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] bytes) =>
        [.. Varint((field << 3) | 2), .. Varint(bytes.Length), .. bytes];

    private static List<byte> Varint(long number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        bytes.Add((byte)number);
        return bytes;
    }
}
