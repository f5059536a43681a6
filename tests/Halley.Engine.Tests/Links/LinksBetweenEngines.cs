using System.Buffers.Binary;
using Halley.Engine.Links;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Specifications.Hosts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests.Links;

/// <summary>Two engines, as of two processes, that speak over a pair of sockets.</summary>
public sealed class LinksBetweenEngines : IDisposable
{
    private const int Senders = 4;
    private const int FramesOfEach = 500;

    private readonly Engine _one = New();
    private readonly Engine _other = New();
    private bool _hasOneStopped;

    [Fact]
    public async Task Frames_of_any_size_arrive_whole_and_in_the_order_each_thread_said_them()
    {
        var (sender, receiver) = Connect(maxFrameBytes: 1 << 20);
        await sender.Opened;
        Parallel.For(0, Senders, number =>
        {
            var random = new Random(number);
            for (var n = 0; n < FramesOfEach; n++)
            {
                // Most are small, some are larger than any buffer on the way.
                var length = n % 50 == 0 ? random.Next(300_000) : random.Next(200);
                sender.Link!.Send(new Numbered((byte)number, n, length));
            }
        });

        await Eventually.TrueAsync(() => receiver.Frames == Senders * FramesOfEach, "all frames arrive");
        Assert.Null(receiver.Wrong);
    }

    [Fact]
    public async Task When_one_side_ends_the_other_is_told()
    {
        var (one, other) = Connect(maxFrameBytes: 1000);
        await one.Opened;
        await other.Opened;
        one.Link!.End("enough");

        Assert.Equal("enough", await one.Ended);
        Assert.Equal("the other side ended", await other.Ended);
    }

    [Fact]
    public async Task A_frame_that_is_too_long_ends_the_link()
    {
        var (one, other) = Connect(maxFrameBytes: 1000);
        await one.Opened;
        one.Link!.Send(new Numbered(0, 0, 2000));

        Assert.Equal("a frame has no length from 1 to 1000", await other.Ended);
    }

    [Fact]
    public async Task An_engine_that_stops_ends_its_links()
    {
        var (one, other) = Connect(maxFrameBytes: 1000);
        await one.Opened;
        await other.Opened;
        _one.Dispose();
        _hasOneStopped = true;

        Assert.Equal("the node stops", await one.Ended);
        Assert.Equal("the other side ended", await other.Ended);
    }

    public void Dispose()
    {
        if (!_hasOneStopped)
        {
            _one.Dispose();
        }

        _other.Dispose();
    }

    private static Engine New()
    {
        var engine = new Engine(
            new EngineOptions { Reactors = 2 }, [], TimeProvider.System, NullLogger<Engine>.Instance);
        engine.Start();
        return engine;
    }

    private (Side One, Side Other) Connect(int maxFrameBytes)
    {
        var (own, given) = LinkSocket.OpenPair();
        LinkSocket.DoNotBlock(given);
        var (one, other) = (new Side(), new Side());
        var options = new LinkOptions(maxFrameBytes, long.MaxValue);
        _one.OpenLink(own, options, one.Open);
        _other.OpenLink(given, options, other.Open);
        return (one, other);
    }

    private readonly record struct Numbered(byte Sender, int Number, int Length) : IFrame
    {
        public void Write(ByteBuffer output)
        {
            output.WriteByte(Sender);
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), Number);
            output.Advance(4);
            output.GetSpan(Length)[..Length].Fill(Sender);
            output.Advance(Length);
        }
    }

    private sealed class Side : ILinkHandler
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int[] _next = new int[Senders];
        private int _frames;

        public Link? Link { get; private set; }

        public Task Opened => _opened.Task.WaitAsync(Testing.RawHttpClient.Patience);

        public Task<string> Ended => _ended.Task.WaitAsync(Testing.RawHttpClient.Patience);

        public int Frames => Volatile.Read(ref _frames);

        /// <summary>The first frame that was not what it should have been.</summary>
        public string? Wrong { get; private set; }

        public Side Open(Link link)
        {
            Link = link;
            _opened.SetResult();
            return this;
        }

        public string? OnFrame(ReadOnlySpan<byte> frame)
        {
            var (sender, number) = (frame[0], BinaryPrimitives.ReadInt32LittleEndian(frame[1..]));
            if (number != _next[sender]++ || frame[5..].ContainsAnyExcept(sender))
            {
                Wrong ??= $"{sender} {number}";
            }

            Interlocked.Increment(ref _frames);
            return null;
        }

        public void OnEnded(string reason) => _ended.SetResult(reason);
    }
}
