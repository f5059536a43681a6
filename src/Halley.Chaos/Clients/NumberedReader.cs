using System.Globalization;
using System.Text.Json;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>
/// Reads what an original iComet tells: numbered messages, and no word of what is missing. A number that is missing can
/// be seen, and counts as told.
/// </summary>
internal static class NumberedReader
{
    private const string NoEpoch = "-";

    /// <summary>Takes one object, or several in an array.</summary>
    public static void Take(Hearing hearing, ReadOnlySpan<byte> json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json.ToArray());
            if (parsed.RootElement.ValueKind == JsonValueKind.Array)
            {
                foreach (var one in parsed.RootElement.EnumerateArray())
                {
                    Take(hearing, one);
                }
            }
            else
            {
                Take(hearing, parsed.RootElement);
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("This is not what an iComet tells subscribers.", wrong);
        }
    }

    private static void Take(Hearing hearing, JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        var seq = message.GetProperty("seq") is { ValueKind: JsonValueKind.Number } number
            ? number.GetInt64()
            : long.Parse(message.GetProperty("seq").GetString()!, CultureInfo.InvariantCulture);
        switch (type)
        {
            case "data":
                if (seq > hearing.Place.Next)
                {
                    hearing.Tell(hearing.IsServed ? Notice.Gap : Notice.Exact, NoEpoch, seq);
                }

                hearing.Hear(message.GetProperty("content").GetString(), seq);
                break;
            case "next_seq":
                hearing.Tell(Notice.Reset, NoEpoch, seq);
                break;
        }
    }
}
