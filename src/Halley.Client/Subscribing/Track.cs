using System.Text.Json;

namespace Halley.Client.Subscribing;

/// <summary>
/// A subscriber's position in its channel, and what follows from each thing the server says: nothing is handed on
/// twice, and what is missing is told. It knows no connection, and no thread.
/// </summary>
internal sealed class Track(string channel, StreamPosition? from)
{
    private const string Unknown = "unknown";

    /// <summary>The incarnation of the channel; empty as long as the server named none.</summary>
    public string Epoch { get; private set; } = from?.Epoch ?? "";

    /// <summary>The offset wanted next; 0: whatever comes from now on.</summary>
    public long Next { get; private set; } = from?.Offset + 1 ?? 0;

    public StreamPosition Position => At(Math.Max(Next - 1, 0));

    /// <summary>Adds what the subscriber is to be told.</summary>
    /// <exception cref="JsonException">Numbers that cannot be: what follows cannot be trusted.</exception>
    public Verdict Take(WireEvent said, ICollection<ChannelItem> items)
    {
        switch (said.Type)
        {
            case "data" or "broadcast":
                Message(said, items);
                return Verdict.Continue;
            case "exact":
                Exact(said, items);
                return Verdict.Told;
            case "gap":
                Gap(said, items);
                return Verdict.Told;
            case "reset":
                Reset(said, said.Reason ?? "epoch", items);
                return Verdict.Told;
            case "noop":
                return IsBehind(said) ? Verdict.Behind : Verdict.Continue;
            case "close":
                return Verdict.Closed;
            case "401" or "404":
                return Verdict.Unauthorized;
            case "429":
                return Verdict.Busy;
            default:
                // A type of a later server.
                return Verdict.Continue;
        }
    }

    private void Message(WireEvent said, ICollection<ChannelItem> items)
    {
        RequireOffset(said.Seq);
        if (Next > 0 && said.Seq < Next)
        {
            // A duplicate: more was replayed than was missed.
            return;
        }

        if (Next > 0)
        {
            Lose(Next, said.Seq - 1, Unknown, items);
        }

        Next = said.Seq + 1;
        items.Add(new ChannelMessage(channel, Position, said.Content ?? "", said.Type == "broadcast"));
    }

    private void Exact(WireEvent said, ICollection<ChannelItem> items)
    {
        if (Epoch.Length > 0 && Epoch != EpochOf(said))
        {
            Reset(said, "epoch", items);
            return;
        }

        RequireOffset(said.Seq);
        Epoch = EpochOf(said);
        if (Next == 0)
        {
            Next = said.Seq;
        }

        Lose(Next, said.Seq - 1, Unknown, items);
    }

    private void Gap(WireEvent said, ICollection<ChannelItem> items)
    {
        RequireOffset(said.From);
        RequireOffset(said.To);
        Epoch = EpochOf(said);
        if (Next > 0)
        {
            Lose(Next, said.From - 1, Unknown, items);
        }

        Lose(said.From, said.To, said.Reason ?? Unknown, items);
    }

    private void Reset(WireEvent said, string reason, ICollection<ChannelItem> items)
    {
        RequireOffset(said.Seq);
        Epoch = EpochOf(said);
        Next = said.Seq;
        items.Add(new ChannelReset(channel, Position, reason));
    }

    /// <summary>Tells what is not known yet of messages that are lost; nothing where all were heard.</summary>
    private void Lose(long first, long last, string reason, ICollection<ChannelItem> items)
    {
        first = Math.Max(first, Next);
        if (last < first)
        {
            return;
        }

        Next = last + 1;
        items.Add(new ChannelGap(channel, Position, first, reason));
    }

    private bool IsBehind(WireEvent heartbeat) =>
        Next > 0
        && heartbeat.Top is { } top
        && (top >= Next || (heartbeat.Epoch is { } epoch && epoch != Epoch));

    private StreamPosition At(long offset) => new(Epoch, offset);

    private static string EpochOf(WireEvent said) =>
        StreamPosition.TryParse($"{said.Epoch}:0", out var place) && place.Epoch.Length > 0
            ? place.Epoch
            : throw new JsonException($"A {said.Type} without an epoch.");

    private static void RequireOffset(long offset)
    {
        if (offset is < 1 or >= 1L << 53)
        {
            throw new JsonException($"An offset that cannot be: {offset}.");
        }
    }
}
