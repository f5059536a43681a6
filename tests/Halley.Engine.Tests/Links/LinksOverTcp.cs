using System.Net;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests.Links;

/// <summary>Links that one engine dials and another accepts, as between machines.</summary>
public sealed class LinksOverTcp : IDisposable
{
    private static readonly LinkOptions Options = new(MaxFrameBytes: 100, long.MaxValue);

    private readonly Engine _one = New();
    private readonly Engine _other = New();

    [Fact]
    public async Task A_node_that_listens_hears_who_dials_and_answers()
    {
        var (dialled, accepted) = (new Echo(), new Echo());
        var address = _other.ListenForLinks(new IPEndPoint(IPAddress.Loopback, 0), Options, accepted.Open);
        _one.Start();
        _other.Start();

        Assert.True(_one.TryDial(address, _one.Dispatchers[0], Options, link =>
        {
            link.Send(new Text(3));
            return dialled.Open(link);
        }));

        // Each sends back one less, until there is nothing left.
        Assert.Equal([3, 1], await accepted.Until(1));
        Assert.Equal([2, 0], await dialled.Until(0));
    }

    [Fact]
    public async Task Where_nobody_listens_the_link_ends_and_says_so()
    {
        using var port = new ReservedPort();
        var dialled = new Echo();
        _one.Start();
        Assert.True(_one.TryDial(port.OnLoopback, _one.Dispatchers[0], Options, dialled.Open));

        Assert.Equal("nobody listens there", await dialled.Ended);
        Assert.True(dialled.Link!.WasRefused);
    }

    [Fact]
    public async Task Longer_frames_are_taken_once_the_handler_allows_them()
    {
        var (dialled, accepted) = (new Echo(), new Echo { AllowsMore = true });
        var address = _other.ListenForLinks(new IPEndPoint(IPAddress.Loopback, 0), Options, accepted.Open);
        _one.Start();
        _other.Start();
        _one.TryDial(address, _one.Dispatchers[0], Options, link =>
        {
            link.Send(new Text(1));
            link.Send(new Text(1, Length: 500));
            link.Send(new Text(0, Length: 2000));
            return dialled.Open(link);
        });

        Assert.Equal("a frame has no length from 1 to 1000", await accepted.Ended);
        Assert.Equal([1, 1], await accepted.Until(1));
    }

    [Fact]
    public void An_address_that_another_program_uses_is_refused()
    {
        var address = _one.ListenForLinks(new IPEndPoint(IPAddress.Loopback, 0), Options, new Echo().Open);

        Assert.Throws<ListenException>(() => _other.ListenForLinks(address, Options, new Echo().Open));
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    private static Engine New() => new(new EngineOptions { Reactors = 2 }, [], TimeProvider.System, NullLogger<Engine>.Instance);

    private readonly record struct Text(byte Number, int Length = 1) : IFrame
    {
        public void Write(ByteBuffer output)
        {
            output.GetSpan(Length)[..Length].Fill(Number);
            output.Advance(Length);
        }
    }

    private sealed class Echo : ILinkHandler
    {
        private readonly Lock _lock = new();
        private readonly List<byte> _heard = [];
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool AllowsMore { get; init; }

        public Link? Link { get; private set; }

        public Task<string> Ended => _ended.Task.WaitAsync(RawHttpClient.Patience);

        public Echo Open(Link link)
        {
            Link = link;
            return this;
        }

        public string? OnFrame(ReadOnlySpan<byte> frame)
        {
            lock (_lock)
            {
                _heard.Add(frame[0]);
            }

            if (AllowsMore)
            {
                Link!.MaxFrameBytes = 1000;
            }
            else if (frame[0] > 0)
            {
                Link!.Send(new Text((byte)(frame[0] - 1)));
            }

            return null;
        }

        public void OnEnded(string reason) => _ended.SetResult(reason);

        /// <summary>What was heard, once a number has come.</summary>
        public async Task<byte[]> Until(byte last)
        {
            await Eventually.TrueAsync(() => Heard().Contains(last), $"{last} comes");
            return Heard();
        }

        private byte[] Heard()
        {
            lock (_lock)
            {
                return [.. _heard];
            }
        }
    }
}
