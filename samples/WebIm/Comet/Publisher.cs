using System.Text.Json;
using System.Threading.Channels;
using Channels = WebIm.Data.Channels;

namespace WebIm.Comet;

/// <summary>
/// Tells people's windows what happened, in the order it happened. While Halley is away what is to be told waits here,
/// up to a limit; beyond it, the windows are told to read everything from the messenger's store, where it is in any
/// case.
/// </summary>
public sealed class Publisher(
    HalleyAdmin halley, Channels channels, Liveness liveness, ILogger<Publisher> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    private readonly Channel<(IReadOnlyList<long> Users, string Content)> _waiting =
        Channel.CreateUnbounded<(IReadOnlyList<long>, string)>();

    private volatile bool _isIncomplete;

    /// <summary>Queues an event for every window of these people. Returns at once.</summary>
    public void Publish(IReadOnlyList<long> users, object what)
    {
        if (_waiting.Reader.Count < MostWaiting)
        {
            _waiting.Writer.TryWrite((users, JsonSerializer.Serialize(what, Json)));
        }
        else
        {
            _isIncomplete = true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (users, content) in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await Push(() => channels.OfUsers(users), content, stoppingToken);
                if (_isIncomplete && _waiting.Reader.Count == 0)
                {
                    _isIncomplete = false;
                    await Push(channels.Online, """{"type":"sync"}""", stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The messenger stops; what was not told is in the store.
        }
    }

    /// <summary>Pushes to each channel until Halley took it, or the channel is gone.</summary>
    private async Task Push(Func<IReadOnlyList<string>> audience, string content, CancellationToken cancellation)
    {
        var done = new HashSet<string>();
        for (; ; )
        {
            // A push would create a channel that is not there, and its owner would look online: so only while we know
            // which are.
            await liveness.WhenLive(cancellation);
            try
            {
                foreach (var channel in audience().Where(channel => !done.Contains(channel)))
                {
                    await halley.Push(channel, content);
                    done.Add(channel);
                }

                return;
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                logger.HalleyAway(e);
                await Task.Delay(Pause, cancellation);
            }
            catch (HttpRequestException e)
            {
                logger.PushRefused(e);
                return;
            }
        }
    }
}
