using System.Text.Json;
using Halley.Protocol.Explaining;

namespace Halley.Protocol.Clients;

/// <summary>A choice of held connections: those of which all holds that is said. For surveys, as JSON.</summary>
/// <param name="Client">The id of one; null for any.</param>
/// <param name="User">Whose they are; null for anybody's.</param>
/// <param name="Channel">What they listen to; null for anything.</param>
/// <param name="Address">What their address begins with; null for any.</param>
public sealed record ConnectionFilter(string? Client, string? User, byte[]? Channel, string? Address)
{
    internal void Write(Utf8JsonWriter writer)
    {
        WriteText("client"u8, Client);
        WriteText("user"u8, User);
        WriteText("address"u8, Address);
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

    internal static ConnectionFilter Read(JsonElement json) => new(
        TextOf("client"u8, json),
        TextOf("user"u8, json),
        json.TryGetProperty("channel"u8, out var channel) ? channel.GetBytesFromBase64() : null,
        TextOf("address"u8, json));

    private static string? TextOf(ReadOnlySpan<byte> name, JsonElement json) =>
        json.TryGetProperty(name, out var text) ? text.GetString() : null;
}

/// <summary>A host that can say whom it holds answers for. Any thread.</summary>
public interface IConnectedClients
{
    /// <summary>Those that are meant, in the order of their places.</summary>
    /// <param name="after">The place after which they begin; null for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="channels">At most so many channels of each.</param>
    ValueTask<IReadOnlyList<ConnectedClient>> List(ConnectionFilter filter, string? after, int limit, int channels);

    /// <summary>Watches those that are meant for a while longer, and tells what happened to them.</summary>
    /// <returns>Null where as much is watched as may be.</returns>
    ValueTask<IReadOnlyList<TracedClient>?> Explain(ConnectionFilter filter, TimeSpan duration);

    /// <summary>Ends what is held for a connection, by its place, as for a client whose permission ends.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> Disconnect(string id);
}
