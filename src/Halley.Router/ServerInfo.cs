using System.Text;
using System.Text.Json;
using Halley.Protocol;

namespace Halley.Router;

/// <summary>Reads the answers to <c>/info</c> of several servers, and writes one for all of them.</summary>
public static class ServerInfo
{
    /// <summary>Reads a number out of an answer.</summary>
    /// <returns>False where it is no such answer.</returns>
    public static bool TryReadNumber(ReadOnlySpan<byte> info, ReadOnlySpan<byte> name, out long number)
    {
        number = 0;
        try
        {
            var reader = new Utf8JsonReader(info);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name))
                {
                    return reader.Read() && reader.TryGetInt64(out number);
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // It is no server of this kind that answers there.
        }

        return false;
    }

    /// <param name="missing">The names of those that did not answer, which need no escaping.</param>
    internal static ReadOnlySpan<byte> Write(long channels, long subscribers, IReadOnlyCollection<string> missing)
    {
        var body = new ByteBuffer();
        body.Write("{\"version\": \"0.2.5\", \"channels\": "u8);
        body.WriteDecimal(channels);
        body.Write(", \"subscribers\": "u8);
        body.WriteDecimal(subscribers);
        if (missing.Count > 0)
        {
            body.Write(", \"missing\": [\""u8);
            body.Write(Encoding.UTF8.GetBytes(string.Join("\", \"", missing)));
            body.Write("\"]"u8);
        }

        body.Write("}\n"u8);
        return body.Written;
    }
}
