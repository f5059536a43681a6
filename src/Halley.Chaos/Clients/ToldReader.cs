using System.Text.Json;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>
/// Reads what Halley tells subscribers that want all or word of what is missing: an object of JSON, or several in an
/// array. See docs/protocols/positions.md.
/// </summary>
public static class ToldReader
{
    private const int LongestText = 64;

    /// <summary>Takes what a subscriber is told.</summary>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public static void Take(Hearing hearing, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Span<char> content = stackalloc char[LongestText];
        var told = default(Told);
        var length = 0;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        (told, length) = (default, 0);
                        break;
                    case JsonTokenType.PropertyName when reader.ValueTextEquals("content"u8):
                        reader.Read();
                        length = reader.ValueSpan.Length <= LongestText ? reader.CopyString(content) : 0;
                        break;
                    case JsonTokenType.PropertyName:
                        told.Read(ref reader);
                        break;
                    case JsonTokenType.EndObject:
                        Take(hearing, told, content[..length]);
                        break;
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("This is not what the server tells subscribers.", wrong);
        }
    }

    private static void Take(Hearing hearing, in Told told, ReadOnlySpan<char> content)
    {
        switch (told.Type)
        {
            case "data" or "broadcast":
                hearing.Hear(content, told.Seq);
                break;
            case "exact":
                hearing.Tell(Notice.Exact, told.Epoch, told.Seq);
                break;
            case "gap":
                hearing.Tell(Notice.Gap, told.Epoch, told.Seq);
                break;
            case "reset":
                hearing.Tell(Notice.Reset, told.Epoch, told.Seq, told.Count);
                break;
            case "noop" or "close":
                break;
            default:
                hearing.Protest($"{told.Type} was not asked for");
                break;
        }
    }

    private struct Told
    {
        public string Type { readonly get => field ?? ""; private set; }

        public string Epoch { readonly get => field ?? "0"; private set; }

        public long Seq { get; private set; }

        public long Count { get; private set; }

        public void Read(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                Type = reader.ValueTextEquals("data"u8) ? "data" : reader.GetString()!;
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                Seq = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("count"u8))
            {
                reader.Read();
                Count = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("epoch"u8))
            {
                reader.Read();
                Epoch = reader.GetString()!;
            }
            else
            {
                reader.Read();
            }
        }
    }
}
