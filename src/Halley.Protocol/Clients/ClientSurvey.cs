using System.Globalization;
using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Clients;

/// <summary>
/// Questions to, and commands for, the clients of all processes that share the channels: each answers for its own. Any
/// thread.
/// </summary>
/// <remarks>
/// A process that has ended does not answer, so that its clients are gone with it, and none is counted twice.
/// </remarks>
public sealed class ClientSurvey(IBroker broker)
{
    private const string DisconnectQuestion = "clients.disconnect";
    private const string RevokeQuestion = "clients.revoke";
    private const string ListQuestion = "clients.list";

    /// <summary>The most clients that a process names in a list.</summary>
    public const int MostListed = 10_000;

    /// <summary>Has a process answer for its clients.</summary>
    public static void AnswerFor(ClientRegistry clients, Hub hub)
    {
        hub.Answers(DisconnectQuestion, argument => CountOf(clients.Disconnect(Read(argument).Includes)));
        hub.Answers(RevokeQuestion, argument => Revoke(clients, argument));
        hub.Answers(ListQuestion, argument => List(clients, Read(argument)));
        SessionSurvey.AnswerFor(clients, hub);
    }

    /// <summary>Ends what is held for some clients.</summary>
    /// <returns>How many they were.</returns>
    public async ValueTask<long> Disconnect(ClientSelection selection)
    {
        var answers = await broker.Survey(DisconnectQuestion, Write(selection, until: null)).ConfigureAwait(false);
        return answers.Sum(NumberOf);
    }

    /// <summary>Makes tokens worthless, and ends what is held for those who showed them.</summary>
    /// <param name="until">When it may be forgotten; null for never.</param>
    /// <returns>How many clients were disconnected; null where a process remembers as many as it may.</returns>
    public async ValueTask<long?> Revoke(ClientSelection selection, DateTimeOffset? until)
    {
        var answers = await broker.Survey(RevokeQuestion, Write(selection, until)).ConfigureAwait(false);
        var counts = answers.Select(NumberOf).ToList();
        return counts.Exists(count => count < 0) ? null : counts.Sum();
    }

    /// <summary>
    /// The clients that listen to a channel, as far as they count. Where comings and goings are published, those of
    /// whom a coming was and a going was not.
    /// </summary>
    public async ValueTask<IReadOnlyList<ListedClient>> List(byte[] channel)
    {
        var selection = new ClientSelection(null, null, null, channel);
        var answers = await broker.Survey(ListQuestion, Write(selection, until: null)).ConfigureAwait(false);
        return [.. answers.SelectMany(ReadList).DistinctBy(client => client.Client)];
    }

    private static byte[] Revoke(ClientRegistry clients, byte[] argument)
    {
        using var json = JsonDocument.Parse(argument);
        var selection = ClientSelection.Read(json.RootElement);
        var until = json.RootElement.TryGetProperty("until"u8, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64())
            : (DateTimeOffset?)null;

        // First remembered, then disconnected: whoever comes back at once is refused.
        return CountOf(clients.Revocations.TryAdd(selection.ToRevocation(), until)
            ? clients.Disconnect(selection.Includes)
            : -1);
    }

    private static byte[]? List(ClientRegistry clients, ClientSelection selection)
    {
        IReadOnlyList<ListedClient> found = selection.Channel is { } channel && clients.Ledger?.Tells(channel) == true
            ? clients.Ledger.In(channel, MostListed)
            : [.. clients.All.Where(selection.Includes).Take(MostListed).Select(
                client => ListedClient.Of(client, selection.Channel))];
        return found.Count == 0 ? null : JsonBytes.Write(writer =>
        {
            writer.WriteStartArray("clients"u8);
            foreach (var client in found)
            {
                writer.WriteStartObject();
                writer.WriteString("client"u8, client.Client);
                writer.WriteString("user"u8, client.User);
                writer.WriteNumber("since"u8, client.Since);
                if (client.Info is { } info)
                {
                    writer.WriteBase64String("info"u8, info);
                }

                if (client.ChannelInfo is { } channelInfo)
                {
                    writer.WriteBase64String("channel_info"u8, channelInfo);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static IEnumerable<ListedClient> ReadList(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        foreach (var client in json.RootElement.GetProperty("clients"u8).EnumerateArray())
        {
            yield return new ListedClient(
                client.GetProperty("client"u8).GetString()!,
                client.GetProperty("user"u8).GetString()!,
                client.GetProperty("since"u8).GetInt64(),
                client.TryGetProperty("info"u8, out var info) ? info.GetBytesFromBase64() : null)
            {
                ChannelInfo = client.TryGetProperty("channel_info"u8, out var more) ? more.GetBytesFromBase64() : null,
            };
        }
    }

    private static byte[] Write(ClientSelection selection, DateTimeOffset? until) => JsonBytes.Write(writer =>
    {
        selection.Write(writer);
        if (until is { } end)
        {
            writer.WriteNumber("until"u8, end.ToUnixTimeSeconds());
        }
    });

    private static ClientSelection Read(byte[] argument)
    {
        using var json = JsonDocument.Parse(argument);
        return ClientSelection.Read(json.RootElement);
    }

    private static byte[] CountOf(int count) =>
        System.Text.Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture));

    private static long NumberOf(byte[] answer) => long.Parse(answer, CultureInfo.InvariantCulture);
}

/// <summary>A client, as a process names it.</summary>
/// <param name="Since">When it came, in seconds since 1970.</param>
/// <param name="Info">What others may see of its user, as JSON; null for nothing.</param>
public sealed record ListedClient(string Client, string User, long Since, byte[]? Info)
{
    /// <summary>The info that others in the channel may see besides, as JSON; null for none.</summary>
    public byte[]? ChannelInfo { get; init; }

    internal static ListedClient Of(AdmittedClient client, byte[]? channel) =>
        new(client.Id, client.User, client.Since.ToUnixTimeSeconds(), client.Info)
        {
            ChannelInfo = channel is null ? null : client.Session?.InfoIn(channel),
        };
}
