using System.Text.Json;

namespace Halley.Protocol.Clients;

/// <summary>A choice of clients: those of whom all holds that is said. For surveys of all processes, as JSON.</summary>
/// <param name="User">Whose they are; null for anybody's.</param>
/// <param name="Client">The id of one; null for any.</param>
/// <param name="TokenId">What the token is called that they showed; null for any.</param>
/// <param name="Channel">What they listen to; null for anything.</param>
public sealed record ClientSelection(string? User, string? Client, string? TokenId, byte[]? Channel)
{
    /// <summary>The name by which the client of the one session calls it; null for any.</summary>
    internal string? Session { get; init; }

    /// <summary>The ids of clients that are not meant, whatever else holds.</summary>
    internal IReadOnlyList<string> Except { get; init; } = [];

    public bool Includes(AdmittedClient client) =>
        (User is null || client.User == User)
        && (Client is null || client.Id == Client)
        && (Session is null || client.Session?.EmulationId == Session)
        && !Except.Contains(client.Id)
        && (TokenId is null || client.Claims?.TokenId == TokenId)
        && (Channel is null || client.Channels.Any(channel => channel.AsSpan().SequenceEqual(Channel)));

    /// <summary>Makes the revocation that goes with it: of tokens, rather than of a connection.</summary>
    internal Revocation ToRevocation() => new(
        User, TokenId, Channel is null ? null : System.Text.Encoding.Latin1.GetString(Channel));

    internal void Write(Utf8JsonWriter writer)
    {
        WriteText("user"u8, User);
        WriteText("client"u8, Client);
        WriteText("token"u8, TokenId);
        WriteText("session"u8, Session);
        if (Except.Count > 0)
        {
            writer.WriteStartArray("except"u8);
            foreach (var id in Except)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
        }

        if (Channel is not null)
        {
            writer.WriteBase64String("channel"u8, Channel);
        }

        void WriteText(ReadOnlySpan<byte> name, string? text)
        {
            if (text is not null)
            {
                writer.WriteString(name, text);
            }
        }
    }

    internal static ClientSelection Read(JsonElement json) => new(
        TextOf("user"u8, json),
        TextOf("client"u8, json),
        TextOf("token"u8, json),
        json.TryGetProperty("channel"u8, out var channel) ? channel.GetBytesFromBase64() : null)
    {
        Session = TextOf("session"u8, json),
        Except = json.TryGetProperty("except"u8, out var ids)
            ? [.. ids.EnumerateArray().Select(id => id.GetString()!)]
            : [],
    };

    private static string? TextOf(ReadOnlySpan<byte> name, JsonElement json) =>
        json.TryGetProperty(name, out var text) ? text.GetString() : null;
}
