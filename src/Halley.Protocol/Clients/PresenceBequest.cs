using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Halley.Protocol.Clients;

/// <summary>
/// A client as it is left to another process, which says that it has gone should its own one die. Any thread.
/// </summary>
internal static class PresenceBequest
{
    /// <summary>The name of what is left: a session's client is there once for each of its channels.</summary>
    public static byte[] KeyOf(PresentClient present) =>
        Encoding.ASCII.GetBytes(present.Id + present.Key.ToString("x32", CultureInfo.InvariantCulture));

    public static byte[] Write(PresentClient present) => JsonBytes.Write(writer =>
    {
        writer.WriteString("key"u8, present.Key.ToString("x32", CultureInfo.InvariantCulture));
        writer.WriteString("client"u8, present.Id);
        writer.WriteString("user"u8, present.User);
        writer.WriteNumber("since"u8, present.Since.ToUnixTimeMilliseconds());
        writer.WriteBoolean("session"u8, present.IsSession);
        WriteInfo("info"u8, present.Info);
        WriteInfo("channel_info"u8, present.ChannelInfo);
        writer.WriteStartArray("channels"u8);
        foreach (var channel in present.Channels)
        {
            writer.WriteBase64StringValue(channel);
        }

        writer.WriteEndArray();

        void WriteInfo(ReadOnlySpan<byte> name, byte[]? info)
        {
            if (info is not null)
            {
                writer.WriteBase64String(name, info);
            }
        }
    });

    /// <summary>Reads what another process, maybe of another release, has written.</summary>
    /// <param name="now">A timestamp.</param>
    /// <returns>Null where that is no bequest.</returns>
    public static PresentClient? TryRead(byte[] written, long now)
    {
        try
        {
            return Read(written, now);
        }
        catch (Exception wrong) when (
            wrong is JsonException or KeyNotFoundException or FormatException or OverflowException
                or InvalidOperationException)
        {
            return null;
        }
    }

    private static PresentClient Read(byte[] written, long now)
    {
        using var json = JsonDocument.Parse(written);
        var root = json.RootElement;
        var key = root.GetProperty("key"u8).GetString() ?? "";
        return new PresentClient(
            UInt128.Parse(key, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            root.GetProperty("user"u8).GetString() ?? "",
            InfoOf("info"u8),
            [.. root.GetProperty("channels"u8).EnumerateArray().Select(channel => channel.GetBytesFromBase64())])
        {
            Id = root.GetProperty("client"u8).GetString() ?? "",
            Since = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("since"u8).GetInt64()),
            ChannelInfo = InfoOf("channel_info"u8),
            ArrivedAt = now,
            IsSession = root.GetProperty("session"u8).GetBoolean(),
            IsAnnounced = true,
        };

        byte[]? InfoOf(ReadOnlySpan<byte> name) =>
            root.TryGetProperty(name, out var info) ? info.GetBytesFromBase64() : null;
    }
}
