namespace Halley.Specifications.Hosts.Told;

/// <summary>
/// The promise on the wire: who sends <c>epoch</c> gets every message once and in order, or is told what it missed. The
/// cases are those that broke other servers, each over every transport of every dialect; <see cref="ToldSubscriber"/>
/// checks each thing told.
/// </summary>
/// <inheritdoc/>
public abstract class ToldOrWholeSpecification(HostStart start) : ToldSpecification(start)
{
    private const int Kept = 20;

    private Task<ServedHost> RememberingAsync() =>
        StartAsync(new HostSetup { Channels = channels => channels.HistorySize = Kept });

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Resume_with_nothing_received_yet(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        subscriber.Leave();

        await PublishAsync(host, "a", "b");
        await subscriber.HearAsync(2);

        Assert.Equal(["a", "b"], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Resume_twice(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        await PublishAsync(host, "a");
        await subscriber.HearAsync(1);
        subscriber.Leave();
        await PublishAsync(host, "b", "c");

        // The first time it leaves without having read the answer.
        await subscriber.OpenAsync();
        subscriber.Leave();
        await subscriber.HearAsync(3);

        Assert.Equal(["a", "b", "c"], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Resume_before_the_server_notices_the_first_disconnect(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        foreach (var round in Enumerable.Range(0, 10))
        {
            await PublishAsync(host, $"{round}");
            if (round % 2 == 0)
            {
                subscriber.Leave();
            }
            else
            {
                // It never notices: the connection is open, and nobody is there.
                subscriber.Forget();
            }

            await subscriber.HearAsync(round + 1);
        }

        Assert.Equal(Numbers(0, 9), subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Resume_by_another_transport_with_the_same_cursor(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        var heard = 0;
        foreach (var other in Wire.Names)
        {
            await PublishAsync(host, $"{++heard}");
            subscriber.Leave();
            subscriber.Wire = Wire.Named(other);
            subscriber.ForgetEventId();
            await subscriber.HearAsync(heard);
        }

        Assert.Equal(Numbers(1, heard), subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Resume_while_publishing_at_full_speed(string wire)
    {
        const int Messages = 1500;
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        var publishing = Task.Run(() => PublishAsync(host, Numbers(1, Messages)), Ended);
        for (var stops = 1; subscriber.Next <= Messages; stops++)
        {
            await subscriber.HearUntilAsync(() => subscriber.Next > Math.Min(Messages, stops * 40));
            subscriber.Leave();
        }

        await publishing;

        // Each content is its offset: what is not among the messages was told to be lost, or the subscriber would have
        // said so.
        Assert.Equal(subscriber.Messages.Select(int.Parse).Order(), subscriber.Messages.Select(int.Parse));
        Assert.Equal(Messages, subscriber.Messages.Count() + LostBy(subscriber));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Away_for_longer_than_the_channel_remembers(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        await PublishAsync(host, "1");
        await subscriber.HearAsync(1);
        subscriber.Leave();

        await PublishAsync(host, Numbers(2, 60));
        await subscriber.HearUntilAsync(() => subscriber.Next == 61);

        Assert.Single(
            subscriber.Heard, line => line.StartsWith("gap 2-", StringComparison.Ordinal)
                && line.EndsWith(" evicted", StringComparison.Ordinal));
        Assert.Equal(60, subscriber.Messages.Count() + LostBy(subscriber));
        Assert.InRange(subscriber.Messages.Count(), Kept + 1, (Kept * 3 / 2) + 1);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Away_while_the_channel_was_cleared(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        subscriber.Leave();
        await PublishAsync(host, "1", "2");
        Assert.Equal("ok 3\n", await AskAsync(host, $"/clear?cname={Channel}"));
        await PublishAsync(host, "3");

        await subscriber.HearAsync(2);

        Assert.Equal(["gap 1-2 cleared", "3"], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_channel_deleted_and_created_again_under_a_waiting_client(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        await PublishAsync(host, "a");
        await subscriber.HearAsync(1);
        await subscriber.OpenUnlessOpenAsync();

        Assert.Equal("ok 2\n", await AskAsync(host, $"/close?cname={Channel}"));
        await PublishAsync(host, "b");
        await subscriber.HearAsync(2);
        subscriber.Leave();
        await subscriber.HearAsync(4);

        // The place it had means the same number of messages in the new one, and others.
        Assert.Equal(["a", "close ", "reset epoch", "b"], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_client_ahead_of_the_server(string wire)
    {
        await using var host = await RememberingAsync();
        await PublishAsync(host, "a", "b");
        var subscriber = await SettledAsync(host, wire);
        subscriber.Leave();
        subscriber.Next = 1000;
        subscriber.ForgetEventId();

        await subscriber.HearAsync(3);
        await PublishAsync(host, "c");
        await subscriber.HearAsync(4);

        Assert.Equal(["reset ahead", "a", "b", "c"], subscriber.Heard);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_slow_reader(string wire)
    {
        await using var host = await RememberingAsync();
        var subscriber = await SettledAsync(host, wire);
        var large = new string('x', 40_000);

        // 8 MB to one that does not read: more than the server lets wait, so its connection ends in the middle.
        await PublishAsync(host, [.. Enumerable.Repeat(large, 200)]);
        while (subscriber.Next <= 200)
        {
            try
            {
                await subscriber.HearUntilAsync(() => subscriber.Next > 200);
            }
            catch (EndOfStreamException)
            {
                subscriber.Leave();
            }
        }

        Assert.Equal(200, subscriber.Messages.Count() + LostBy(subscriber));
        Assert.All(subscriber.Messages, message => Assert.Equal(large, message));
    }

    private static int LostBy(ToldSubscriber subscriber) => subscriber.Heard
        .Where(line => line.StartsWith("gap ", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[1].Split('-'))
        .Sum(range => int.Parse(range[1], null) - int.Parse(range[0], null) + 1);
}
