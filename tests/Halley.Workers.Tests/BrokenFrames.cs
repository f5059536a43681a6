using Halley.Protocol.Links;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>What does not fit ends the link, with a reason, and nothing else.</summary>
public sealed class BrokenFrames
{
    // In hexadecimal, without their lengths.
    [Theory]
    [InlineData("00", "a worker sends no frame of type 0")]
    [InlineData("04", "a worker sends no frame of type 4")]
    [InlineData("44", "a frame of type Follow is too short or too long")]
    [InlineData("45000000", "a frame of type Unfollow is too short or too long")]
    [InlineData("450000000000", "a frame of type Unfollow is too short or too long")]
    [InlineData("440500000001FFFFFFFFFFFFFFFF000000000000000061", "the number 5 is not the next free one")]
    [InlineData("8100000000FF", "it calls what cannot be called")]
    [InlineData("8200000000", "it answers what was not asked")]
    [InlineData("42776879", "why")]
    public void A_worker_that_sends_them_is_given_up(string frame, string reason)
    {
        using var world = new World();

        world.Workers[0].Down.Receive(Framed(frame));

        Assert.Equal(reason, world.Workers[0].WhyDeskEnded);
        Assert.Null(world.Workers[1].WhyDeskEnded);
    }

    [Theory]
    [InlineData("41", "the main process sends no frame of type 65")]
    [InlineData("02", "a frame of type Opened is too short or too long")]
    [InlineData(
        "02000000000100000000000000010000000000000000000000000000000000000000000000000000000000",
        "a frame of type Opened does not fit what was said before")]
    [InlineData("0300000000", "a frame of type Refused is too short or too long")]
    [InlineData("030000000002", "a frame of type Refused does not fit what was said before")]
    [InlineData("0400000000", "a frame of type Message is too short or too long")]
    [InlineData(
        "0700000000000000000000000000000000000000000000", "a frame of type Ended does not fit what was said before")]
    public void A_main_process_that_sends_them_loses_the_worker(string frame, string reason)
    {
        using var world = new World();

        world.Workers[0].Up.Receive(Framed(frame));

        Assert.Equal(reason, world.Workers[0].WhyEnded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1 << 21)]
    public void A_length_that_no_frame_has_ends_the_link(int length)
    {
        using var world = new World();

        world.Workers[0].Down.Receive(BitConverter.GetBytes(length));

        Assert.Equal("a wrong length", world.Workers[0].WhyDeskEnded);
    }

    [Fact]
    public void A_message_out_of_its_order_ends_the_link()
    {
        using var world = new World(workers: 1);
        _ = world.Workers[0].Subscribe("news");
        world.Run();
        world.Publish("news", "one");
        world.Workers[0].Step();
        var again = Convert.FromHexString(
            "0400000000" + "01" + "0500000000000000" + "0100000000000000" + "00" + "0000000000000000" + "00000000"
                + "00" + "61");

        world.Workers[0].Up.Receive([.. BitConverter.GetBytes(again.Length), .. again]);

        Assert.Equal("a frame of type Message does not fit what was said before", world.Workers[0].WhyEnded);
    }

    [Fact]
    public void A_worker_that_does_not_read_is_given_up_before_the_memory_is_full()
    {
        using var world = new World(options: new LinkOptions(1 << 20, MaxQueuedBytes: 100_000));
        var (slow, quick) = (world.Workers[0], world.Workers[1]);
        _ = slow.Subscribe("news");
        var client = quick.Subscribe("news");
        world.Run();
        for (var n = 0; n < 20; n++)
        {
            world.Broker.Publish("news"u8, new Publication(new byte[10_000])).Now();
            slow.Step(bytes: 0);
            while (quick.Step())
            {
            }
        }

        Assert.Equal("the other side does not read: 100000 bytes wait for it", slow.WhyDeskEnded);
        Assert.Equal(20, client.Offsets.Count());
        Assert.Equal(1, world.Subscribers("news"));
    }

    [Fact]
    public void A_worker_says_that_it_is_ready_and_what_it_logs()
    {
        using var world = new World();
        world.Workers[0].Main.SayReady();
        world.Workers[0].Main.SayLog(3, "Engine", "full", [new("Address", "::1"), new("Port", "80")]);
        world.Workers[0].Main.SayLog(3, "Engine", new string('x', 100_000), []);
        world.Run();

        Assert.True(world.Workers[0].IsReady);
        Assert.Equal("3 Engine full Address=::1 Port=80", world.Workers[0].LogLines[0]);
        Assert.Equal("3 Engine ".Length + 8192, world.Workers[0].LogLines[1].Length);
        Assert.Equal([1, 2, 3], world.Workers[0].Setup!.Options);
    }

    [Fact]
    public void Nothing_is_said_on_a_link_that_has_ended()
    {
        var link = new MemoryLink(new ManualDispatcher());
        link.End("over");
        link.End("again");
        link.Send(new Frames.Unfollow(1));

        Assert.False(link.CarryTo(link));
        Assert.Equal("over", link.WhyEnded);
    }

    private static byte[] Framed(string hexadecimal)
    {
        var frame = Convert.FromHexString(hexadecimal);
        return [.. BitConverter.GetBytes(frame.Length), .. frame];
    }
}
