using Halley.Broker;
using Halley.Outbox;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Webhooks;

/// <summary>
/// Tells one receiver its events, in their order: a request at a time, the next one when it has answered with 200 to
/// 299. Until then the same events are sent again, after a wait that grows. It has no thread of its own, and nobody
/// waits for it.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>The bytes of events in a request; one alone may have more.</summary>
    private const int MaxBatchBytes = 1 << 20;

    // Over Redis, events that other nodes added make no noise here.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly WebhookSection _webhook;
    private readonly IReadOnlyList<string> _secrets;
    private readonly IOutbox _outbox;
    private readonly WebhookClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _added = new(0, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly WebhookBackoff _backoff = new(Random.Shared.NextDouble);
    private Task _running = Task.CompletedTask;
    private long _expired;
    private bool _isFull;

    /// <exception cref="ConfigurationException">The file with its secret cannot be read.</exception>
    public WebhookSender(
        WebhookSection webhook, IOutbox outbox, WebhookClient client, TimeProvider time, ILogger logger)
    {
        _webhook = webhook;
        _secrets = webhook.ReadSecrets();
        _outbox = outbox;
        _client = client;
        _time = time;
        _logger = logger;
    }

    public string Name => _webhook.Name;

    public WebhookCounts Counts { get; } = new();

    public void Start()
    {
        _outbox.Added += Wake;
        _running = Run();
    }

    /// <summary>Ends after the request under way; what is not delivered stays in the queue.</summary>
    public void Dispose()
    {
        _outbox.Added -= Wake;
        _ending.Cancel();
        _running.GetAwaiter().GetResult();
        _ending.Dispose();
        _added.Dispose();
    }

    private void Wake()
    {
        // Two that come at once may both find it at zero: one of them is enough.
        try
        {
            if (_added.CurrentCount == 0)
            {
                _added.Release();
            }
        }
        catch (SemaphoreFullException)
        {
        }
    }

    private async Task Run()
    {
        await Task.Yield();
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var wait = await TellSome().ConfigureAwait(false);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, _ending.Token).ConfigureAwait(false);
                }
                else if (wait < TimeSpan.Zero)
                {
                    await _added.WaitAsync(LookEvery, _ending.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                // The server ends.
            }
            catch (Exception unexpected)
            {
                // A fault of ours: its events wait, and all others go on.
                _logger.WebhookBroken(unexpected, Name);
                await WaitAfterFault().ConfigureAwait(false);
            }
        }

        await Leave().ConfigureAwait(false);
    }

    private async Task WaitAfterFault()
    {
        try
        {
            await Task.Delay(WebhookBackoff.Most, _time, _ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Tells some events, where there are any.</summary>
    /// <returns>The wait until the next ones; negative for until there are some.</returns>
    private async Task<TimeSpan> TellSome()
    {
        try
        {
            if (await _outbox.Read(Name, _webhook.Batch).ConfigureAwait(false) is not { } batch)
            {
                Counts.Waiting = null;
                return -LookEvery;
            }

            Counts.Waiting = batch.Waiting;
            Counts.NotToldLost = batch.Lost;
            LogWhetherFull(batch.Lost > 0);
            return batch.Events.Count == 0 ? -LookEvery : await Tell(batch).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Where events lie cannot be asked now, which it logs itself.
            return LookEvery;
        }
    }

    private async Task<TimeSpan> Tell(OutboxBatch batch)
    {
        var old = (_time.GetUtcNow() - _webhook.Keep).ToUnixTimeMilliseconds();
        if (batch.Events.TakeWhile(one => one.Added < old).Count() is var expired and > 0)
        {
            await _outbox.Remove(Name, batch, expired).ConfigureAwait(false);
            _expired += expired;
            Counts.CountLost(expired);
            _logger.WebhookGaveUp(Name, expired);
            return TimeSpan.Zero;
        }

        var count = CountFor(batch.Events);
        var body = WebhookBody.Of(batch.Events.Take(count), _expired, _time.GetUtcNow());
        var signature = WebhookSignature.Of(body, _secrets, _time.GetUtcNow());
        var why = await _client.Post(_webhook.Url, body, signature, _webhook.Timeout, _ending.Token)
            .ConfigureAwait(false);
        if (why is not null)
        {
            return Failed(why);
        }

        if (_backoff.Reset())
        {
            _logger.WebhookIsBack(Name);
        }

        _expired = 0;
        Counts.CountDelivered(count);
        Counts.CountLost(WebhookBody.LostIn(batch.Events.Take(count)));
        await _outbox.Remove(Name, batch, count).ConfigureAwait(false);
        return TimeSpan.Zero;
    }

    private TimeSpan Failed(string why)
    {
        _ending.Token.ThrowIfCancellationRequested();
        Counts.CountFailed();
        if (!_backoff.HasFailed)
        {
            _logger.WebhookFails(Name, why);
        }

        return _backoff.Next();
    }

    private static int CountFor(IReadOnlyList<OutboxEvent> events)
    {
        var (count, bytes) = (0, 0);
        while (count < events.Count && (count == 0 || bytes + events[count].Text.Length <= MaxBatchBytes))
        {
            bytes += events[count++].Text.Length;
        }

        return count;
    }

    private void LogWhetherFull(bool isFull)
    {
        if (isFull && !_isFull)
        {
            _logger.WebhookQueueFull(Name);
        }

        _isFull = isFull;
    }

    private async Task Leave()
    {
        try
        {
            await _outbox.Leave(Name).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // The lease ends by itself.
        }
    }
}
