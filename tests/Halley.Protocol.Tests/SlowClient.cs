using System.Text.Json;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>
/// A client that takes what it is sent when the test says so, and checks what is written for it when it is written:
/// every message once and in order, or word of exactly those that are missing. It comes back when it is cut off.
/// </summary>
/// <param name="isTold">Whether it asks to be told what it misses.</param>
internal sealed class SlowClient(ICometNode node, PublishedStream stream, bool isTold, int maxQueued)
{
    private RecordingExchange _answer = null!;
    private int _read;
    private long _expected = 1;

    // The offset that it wants next after what it has taken.
    private long _wanted = 1;

    // What was published before it came: it is not told what was never kept of that unless it asks.
    private long _cameAt;
    private bool _hasHeard;

    /// <summary>The offset of the message that is to be written for it next.</summary>
    public long Expected => _expected;

    public bool IsBehind => _answer.IsBehind;

    public int Untaken => _answer.Untaken;

    public int TimesCut { get; private set; }

    /// <summary>The messages that it was told are lost since they were too many for it.</summary>
    public int Skipped { get; private set; }

    public void Come()
    {
        var epoch = isTold ? $"&epoch={stream.Channel.Epoch}" : "";
        (_read, _expected, _cameAt, _hasHeard) = (0, _wanted, stream.Next, false);
        _answer = node.Front.Ask(
            $"GET /stream?cname=a&seq={_wanted}{epoch}",
            exchange: new RecordingExchange(node.Dispatcher) { TakesSlowly = true, MaxQueued = maxQueued });
        Look();
    }

    /// <summary>Takes all that waits.</summary>
    public void Take()
    {
        Look();
        _wanted = _expected;
        _answer.Take();
        Look();
    }

    /// <summary>Looks at what was written since, and comes back where it was cut off.</summary>
    public void Look()
    {
        var written = _answer.Body;
        foreach (var line in written[_read..].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Check(JsonDocument.Parse(line).RootElement);
        }

        _read = written.Length;
        if (_answer.IsEnded)
        {
            Assert.True(_answer.WasTooSlow);
            TimesCut++;
            Come();
        }
    }

    private void Check(JsonElement said)
    {
        var seq = said.GetProperty("seq").GetInt64();
        switch (said.GetProperty("type").GetString())
        {
            case "data":
                Pass(seq);
                Assert.Equal(stream.ContentOf(seq), said.GetProperty("content").GetString());
                (_expected, _hasHeard) = (seq + 1, true);
                break;
            case "gap":
                Assert.True(isTold);
                var (from, to) = (said.GetProperty("from").GetInt64(), said.GetProperty("to").GetInt64());
                Assert.Equal(_expected, from);
                Assert.InRange(to, from, stream.Next - 1);
                Assert.Equal(to + 1, seq);
                var isSlow = said.GetProperty("reason").GetString() == "slow";
                Skipped += isSlow ? (int)(to - from + 1) : 0;
                Assert.True(isSlow || !stream.KeepsAny(from, to), "what is told to be lost is there");
                _expected = to + 1;
                break;
            case "exact":
                Assert.Equal(_expected, seq);
                break;
            default:
                Assert.Equal("next_seq", said.GetProperty("type").GetString());
                break;
        }
    }

    // One who is not told may miss what was lost before it came: in front, and what was never kept, or not for long.
    private void Pass(long seq)
    {
        Assert.InRange(seq, _expected, stream.Next - 1);
        for (var missing = _expected; missing < seq; missing++)
        {
            Assert.False(isTold);
            Assert.True(
                missing < _cameAt && (!_hasHeard || stream.WasHardlyKept(missing)), $"{missing} is lost untold");
        }
    }
}

/// <summary>What was published to a channel.</summary>
/// <param name="historySize">The number of messages that the channel keeps of publishers who do not say.</param>
internal sealed class PublishedStream(Channel channel, int historySize)
{
    private readonly Dictionary<long, string> _contents = [];
    private readonly HashSet<long> _hardlyKept = [];

    public Channel Channel => channel;

    public long Next => channel.Position.Offset;

    public void Publish(Hub hub, int length, Retention? retention = null)
    {
        var offset = Next;
        _contents[offset] = offset + new string('x', length);
        if (retention is null ? historySize == 0 : retention.Messages == 0 || retention.TimeToLive is not null)
        {
            _hardlyKept.Add(offset);
        }

        var publication = new Publication(_contents[offset].Utf8()) { Retention = retention };
        Assert.Equal(PublishStatus.Published, hub.Broker.Publish("a"u8, publication).Now().Status);
    }

    public string ContentOf(long offset) => _contents[offset];

    /// <summary>Whether a message was never kept, or for a short time only.</summary>
    public bool WasHardlyKept(long offset) => _hardlyKept.Contains(offset);

    public bool KeepsAny(long from, long to) =>
        channel.Read(Replay.From(1)).Any(message => message.Offset >= from && message.Offset <= to);
}
