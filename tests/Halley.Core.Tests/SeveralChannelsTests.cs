using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>Whoever resumes in several channels after one stamp misses nothing in any.</summary>
public sealed class SeveralChannelsTests : IDisposable
{
    private const int Messages = 2000;

    private readonly Hub _hub = new(new HubOptions { HistorySize = Messages }, new ManualTime());
    private readonly Channel[] _channels;

    public SeveralChannelsTests() => _channels = [_hub.FindOrCreate("a"u8)!, _hub.FindOrCreate("b"u8)!];

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void What_is_to_come_before_a_message_is_known_when_that_comes()
    {
        var several = new SeveralChannels(
            [.. _channels.Select(channel => new AttachResult(default, channel, channel.Position, []))]);
        _channels[1].Publish();
        _channels[1].Publish();
        _channels[0].Publish();
        var last = _channels[0].Read(Replay.From(1))[0];
        Assert.Equal([(1, 1L), (1, 2L)], several.Before(last.Stamp).Select(pair => (pair.Place, pair.Message.Offset)));

        Assert.Equal(1, several.Pass("b"u8, 1));
        Assert.Equal([(1, 2L)], several.Before(last.Stamp).Select(pair => (pair.Place, pair.Message.Offset)));
    }

    [Fact]
    public async Task What_is_read_while_others_publish_has_all_before_its_newest()
    {
        var cancel = TestContext.Current.CancellationToken;
        var publishing = _channels.Select(channel => Task.Run(() => Repeat(channel), cancel)).ToList();
        List<List<Message>> reads = [];
        while (!publishing.TrueForAll(task => task.IsCompleted))
        {
            reads.Add([.. ReadAll()]);
        }

        await Task.WhenAll(publishing);
        var all = ReadAll().ToList();
        Assert.Equal(2 * Messages, all.Count);
        Assert.All(reads.Where(read => read.Count > 0), read =>
        {
            var newest = read.Max(message => message.Stamp);
            Assert.Equal(all.Count(message => message.Stamp <= newest), read.Count);
        });
    }

    private static void Repeat(Channel channel)
    {
        for (var i = 0; i < Messages; i++)
        {
            channel.Publish();
        }
    }

    private IEnumerable<Message> ReadAll() =>
        SeveralChannels.Read([.. _channels.Select(channel => (channel, Replay.From(1)))]).Select(pair => pair.Message);
}
