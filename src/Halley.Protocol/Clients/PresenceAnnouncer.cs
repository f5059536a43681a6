using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Broker;

namespace Halley.Protocol.Clients;

/// <summary>
/// Publishes who has come and gone, where a namespace says so: each by the process that holds its connection. Twice a
/// second it asks the other processes whether those who have come were with them a moment ago; of these nothing is
/// said. Any thread.
/// </summary>
/// <remarks>
/// A process that dies says nothing. What it has announced it has left to another one (<see cref="IBroker.Bequeath"/>),
/// where there is one to inherit it: the main process of workers, or another node. While a process does not answer,
/// who has come waits: it may be a client that another process is about to inherit. That somebody has gone may be known
/// to two processes, where one died or was silent while it said so; an idempotency key has it said once.
/// </remarks>
public sealed class PresenceAnnouncer : IDisposable
{
    private const string ReturnedQuestion = "clients.returned";

    // In one question, and at once over the broker.
    private const int MostAtOnce = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly PresenceLedger _ledger;
    private readonly IBroker _broker;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private Task _work = Task.CompletedTask;

    // Whether others inherit what is bequeathed, as far as is known.
    private volatile bool _hasHeirs;

    private PresenceAnnouncer(PresenceLedger ledger, Hub hub, TimeProvider time)
    {
        _ledger = ledger;
        _broker = hub.Broker;
        hub.Answers(ReturnedQuestion, HandOver);
        hub.Answers(Hub.WasTakenForDead, ComeAnew);
        hub.Inherits(Inherit);
        _timer = time.CreateTimer(_ => Tick(), null, Interval, Interval);
    }

    /// <summary>Begins to tell, for the clients of this process.</summary>
    /// <returns>Null where no namespace says so.</returns>
    public static PresenceAnnouncer? Begin(
        ChannelNamespaces namespaces, ClientRegistry clients, Hub hub, TimeProvider time)
    {
        if (!namespaces.All.Any(one => one.TellsPresence))
        {
            return null;
        }

        clients.Ledger = new PresenceLedger(namespaces, time);
        return new PresenceAnnouncer(clients.Ledger, hub, time);
    }

    /// <summary>Takes over other namespaces, for those who come or go from now on.</summary>
    public void Change(ChannelNamespaces namespaces) => _ledger.Namespaces = namespaces;

    /// <summary>Says that all have gone that are here still; waits for that no longer than two seconds.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _work = SayFarewell(_work);
        }

        Task.WhenAny(_work, Task.Delay(FarewellTime)).GetAwaiter().GetResult();
    }

    // One at a time, so that a coming is published before its going.
    private void Tick()
    {
        lock (_lock)
        {
            if (_work.IsCompleted)
            {
                _work = Work();
            }
        }
    }

    private async Task Work()
    {
        foreach (var some in _ledger.TakeArrived().Chunk(MostAtOnce))
        {
            var (others, isWhole) = await AskForReturned(some).ConfigureAwait(false);
            await Announce(
                isWhole ? some : _ledger.Doubt(some, others.Select(other => other.Key).ToHashSet()), others)
                .ConfigureAwait(false);
        }

        foreach (var some in _ledger.TakeLeft().Chunk(MostAtOnce))
        {
            await Publish(some, "leave").ConfigureAwait(false);
            Array.ForEach(some, present => _ = TakeBack(present));
        }
    }

    // Of those that cannot be said any more in time, others say it.
    private async Task SayFarewell(Task work)
    {
        await work.ConfigureAwait(false);
        foreach (var some in _ledger.TakeAll().Chunk(MostAtOnce))
        {
            await Publish(some, "leave").ConfigureAwait(false);
            await Task.WhenAll(some.Select(TakeBack)).ConfigureAwait(false);
        }
    }

    private void Inherit(IReadOnlyList<byte[]> left, TimeSpan silence) =>
        _ledger.Inherit(left, silence).ForEach(present => _ = Bequeath(present));

    private byte[]? ComeAnew(byte[] question)
    {
        _ledger.ComeAnew().ForEach(name => _ = Bequeath(name, null));
        return null;
    }

    private async Task<(List<PresentClient> Others, bool IsWhole)> AskForReturned(IReadOnlyList<PresentClient> arrived)
    {
        try
        {
            var question = JsonBytes.Write(writer =>
            {
                writer.WriteStartArray("keys"u8);
                foreach (var present in arrived)
                {
                    writer.WriteStringValue(TextOf(present.Key));
                }

                writer.WriteEndArray();
            });
            var (answers, isWhole) = await _broker.SurveyAll(ReturnedQuestion, question).ConfigureAwait(false);
            return (
                [.. answers.SelectMany(answer => ReadReturned(answer, arrived)).DistinctBy(other => other.Id)],
                isWhole);
        }
        catch (BrokerException)
        {
            // Then they are said to come, although others know them; when those are missed there, they are said to go.
            return ([], IsWhole: true);
        }
    }

    private async Task Announce(IReadOnlyList<PresentClient> arrived, List<PresentClient> others)
    {
        var known = others.ToLookup(other => other.Key);
        var coming = new List<PresentClient>();
        foreach (var same in arrived.GroupBy(present => present.Key))
        {
            var before = new Queue<PresentClient>(known[same.Key]);
            foreach (var present in same)
            {
                if (before.TryDequeue(out var other))
                {
                    _ = Bequeath(other);
                    _ledger.TakeOver(present, other);
                }
                else
                {
                    coming.Add(present);
                }
            }

            foreach (var left in before)
            {
                _ = Bequeath(left);
                _ledger.TakeOver(null, left);
            }
        }

        // Before anybody can ask for one: what is taken back was there before. And whoever is said to have come is said
        // to have gone, whatever becomes of this process.
        var bequeathed = Task.WhenAll(coming.Select(Bequeath));
        coming.ForEach(_ledger.Announced);
        await bequeathed.ConfigureAwait(false);
        await Publish(coming, "join").ConfigureAwait(false);
    }

    private Task Bequeath(PresentClient present) =>
        Bequeath(PresenceBequest.KeyOf(present), PresenceBequest.Write(present));

    private Task TakeBack(PresentClient present) => Bequeath(PresenceBequest.KeyOf(present), null);

    private async Task Bequeath(byte[] name, byte[]? what)
    {
        try
        {
            if (await _broker.Bequeath(name, what).ConfigureAwait(false))
            {
                _hasHeirs = true;
            }
        }
        catch (BrokerException)
        {
            // Should this process die meanwhile, nobody says that it has gone.
        }
    }

    private Task Publish(IReadOnlyList<PresentClient> clients, string what) => Task.WhenAll(clients.SelectMany(client =>
    {
        var publication = new Publication(MessageOf(client, what))
        {
            IdempotencyKey = _hasHeirs && what == "leave" ? FarewellOf(client) : null,
        };
        return client.Channels.Select(channel => Publish(PresenceChannel.Of(channel), publication));
    }));

    private async Task Publish(byte[] channel, Publication publication)
    {
        try
        {
            var result = await _broker.Publish(channel, publication).ConfigureAwait(false);
            if (result.Status == PublishStatus.TooManyKeys)
            {
                await _broker.Publish(channel, publication with { IdempotencyKey = null }).ConfigureAwait(false);
            }
        }
        catch (BrokerException)
        {
            // Who listens hears nothing else either; the lists are right when the broker is back.
        }
    }

    private static byte[] FarewellOf(PresentClient client) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"leave {client.Id} {client.Since.ToUnixTimeMilliseconds()}"));

    private static byte[] MessageOf(PresentClient client, string what) => JsonBytes.Write(writer =>
    {
        writer.WriteStartObject(what);
        writer.WriteString("client"u8, client.Id);
        writer.WriteString("user"u8, client.User);
        writer.WriteNumber("since"u8, client.Since.ToUnixTimeSeconds());
        if (client.Info is { } info)
        {
            writer.WritePropertyName("info"u8);
            writer.WriteRawValue(info);
        }

        if (client.ChannelInfo is { } channelInfo)
        {
            writer.WritePropertyName("channel_info"u8);
            writer.WriteRawValue(channelInfo);
        }

        writer.WriteEndObject();
    });

    // What other processes ask: which of these were here, and are not any more.
    private byte[]? HandOver(byte[] question)
    {
        using var json = JsonDocument.Parse(question);
        var returned = json.RootElement.GetProperty("keys"u8).EnumerateArray()
            .Select(key => _ledger.HandOver(UInt128.Parse(
                key.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
            .OfType<PresentClient>()
            .ToList();
        returned.ForEach(present => _ = TakeBack(present));
        return returned.Count == 0 ? null : JsonBytes.Write(writer =>
        {
            writer.WriteStartArray("clients"u8);
            foreach (var present in returned)
            {
                writer.WriteStartObject();
                writer.WriteString("key"u8, TextOf(present.Key));
                writer.WriteString("client"u8, present.Id);
                writer.WriteNumber("since"u8, present.Since.ToUnixTimeMilliseconds());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static List<PresentClient> ReadReturned(byte[] answer, IReadOnlyList<PresentClient> arrived)
    {
        using var json = JsonDocument.Parse(answer);
        var byKey = arrived.DistinctBy(present => present.Key).ToDictionary(present => TextOf(present.Key));
        return
        [
            .. from client in json.RootElement.GetProperty("clients"u8).EnumerateArray()
               let same = byKey[client.GetProperty("key"u8).GetString()!]
               select new PresentClient(same.Key, same.User, same.Info, same.Channels)
               {
                   Id = client.GetProperty("client"u8).GetString()!,
                   Since = DateTimeOffset.FromUnixTimeMilliseconds(client.GetProperty("since"u8).GetInt64()),
                   ArrivedAt = same.ArrivedAt,
                   IsAnnounced = true,
               },
        ];
    }

    private static string TextOf(UInt128 key) => key.ToString("x32", CultureInfo.InvariantCulture);
}
