using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis;

// What is published from here.
public sealed partial class RedisBroker
{
    private async Task<PublishResult> Publish(byte[] name, Publication publication, bool mayCreate)
    {
        var retention = publication.Retention ?? _hub.RetentionOf(name);
        var keep = retention?.Messages ?? _options.HistorySize;
        var slack = retention is null ? (int)((keep + 1L) / 2) - 1 : 0;
        var life = retention?.TimeToLive is { } time ? (long)Math.Ceiling(time.TotalSeconds) * 1000 : 0;
        RedisKey[] keys = _keys.WithClock(name);
        RedisValue[] arguments =
        [
            keep, Math.Max(0, slack), life, _keys.TopicOf(name), MessageFields.Write(publication),
            _options.IsCluster ? 1 : 0,
        ];
        var told = _options.TellOf?.Invoke(name, publication);
        if (publication.IdempotencyKey is not null)
        {
            keys = [.. keys, _keys.Publication(name, publication)];
            arguments = [.. arguments, (long)_options.IdempotencyWindow.TotalMilliseconds, publication.Fingerprint()];
        }
        else if (told is not null)
        {
            keys = [.. keys, keys[0]];
            arguments = [.. arguments, 0, 0];
        }

        if (told is not null)
        {
            keys = [.. keys, .. _staged is null ? told.Receivers.SelectMany(_keys.Events) : [_keys.Staged(name)]];
            arguments = [.. arguments, told.Text, _options.OutboxLimits.Events];
        }

        if (told is not null && _staged is not null)
        {
            arguments = [.. arguments, .. StagedEvents.ArgumentsFor(told)];
            await _staged.Watch(name).ConfigureAwait(false);
        }

        RedisResult result;
        try
        {
            result = await Run(Script.Publish, name, mayCreate, _options.IdleTimeout, arguments, keys).ConfigureAwait(
                false);
        }
        catch (BrokerException refused) when (
            refused.InnerException is RedisServerException { Message: var why } && why.Contains(
                "OOM ", StringComparison.Ordinal))
        {
            return new PublishResult(PublishStatus.OutOfMemory, default);
        }

        if (result.IsNull)
        {
            return new PublishResult(PublishStatus.ChannelClosed, default);
        }

        if (IsWord(result))
        {
            return new PublishResult(
                (string)result! == "reused" ? PublishStatus.KeyReused : PublishStatus.TooManyChannels, default);
        }

        var parts = (RedisResult[])result!;
        var isRepeat = (long)parts[6] == 1;
        if (!isRepeat)
        {
            _hub.CountPublished();
        }

        if (told is not null && _staged is not null)
        {
            _staged.Move(name);
        }
        else if (told is not null)
        {
            Outbox.WasAdded();
        }

        if ((long)parts[4] == 1)
        {
            WasCreated(name);
        }

        if (_replicas is not null)
        {
            await _replicas.Confirm(name, (string)parts[5]!).ConfigureAwait(false);
        }

        return new PublishResult(
            PublishStatus.Published,
            new StreamPosition((long)parts[0], (long)parts[1]),
            new MessageStamp((long)parts[2], (int)parts[3]),
            isRepeat);
    }
}
