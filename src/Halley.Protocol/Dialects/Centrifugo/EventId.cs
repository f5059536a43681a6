using System.Buffers.Text;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// Places in several channels as the id of an event: <c>NAME=EPOCH:OFFSET</c> for each, with commas between; names are
/// percent-encoded.
/// </summary>
internal static class EventId
{
    /// <summary>Writes the id of the next event: a place in one channel.</summary>
    public static void WriteLine(ChannelIdentity channel, long last, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        output.Write("id: "u8);
        Write(channel, last, isFurther: false, output);
        output.WriteByte((byte)'\n');
        framing.End(output, piece);
    }

    public static void Write(ChannelIdentity channel, long last, bool isFurther, ByteBuffer output)
    {
        if (isFurther)
        {
            output.WriteByte((byte)',');
        }

        UrlEncoding.Encode(channel.Name, output);
        output.WriteByte((byte)'=');
        output.WriteDecimal(channel.Epoch);
        output.WriteByte((byte)':');
        output.WriteDecimal(last);
    }

    /// <summary>Adds the places that a client came back with to what it asks for; passes over what is none.</summary>
    /// <param name="most">How many are read.</param>
    public static void Read(ReadOnlySpan<byte> id, int most, ConnectRequest request)
    {
        var places = new List<KeyValuePair<byte[], SubscribeRequest>>();
        foreach (var range in id.Split((byte)','))
        {
            var part = id[range];
            var (equals, colon) = (part.IndexOf((byte)'='), part.IndexOf((byte)':'));
            if (places.Count < most
                && equals > 0
                && colon > equals
                && Utf8Parser.TryParse(part[(colon + 1)..], out long last, out var used)
                && used == part.Length - colon - 1
                && last >= 0)
            {
                var name = UrlEncoding.Decode(part[..equals], plusIsSpace: false);
                places.Add(new(name, new SubscribeRequest
                {
                    Recover = true,
                    Epoch = System.Text.Encoding.ASCII.GetString(part[(equals + 1)..colon]),
                    Offset = last,
                }));
            }
        }

        // Newer than what the first request said.
        request.Subs = [.. places, .. request.Subs ?? []];
    }
}
