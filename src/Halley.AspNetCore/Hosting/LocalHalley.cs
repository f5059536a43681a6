using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Halley.Broker;
using Halley.Protocol.Http;
using Halley.Tracing;

namespace Halley.AspNetCore.Hosting;

/// <summary>The application's own way to its channels.</summary>
internal sealed class LocalHalley(HalleyHost host) : IHalley
{
    /// <inheritdoc/>
    public ValueTask<HalleyPosition> PublishAsync(string channel, string text) =>
        PublishAsync(channel, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public async ValueTask<HalleyPosition> PublishAsync(
        string channel, ReadOnlyMemory<byte> payload, string? idempotencyKey = null)
    {
        if (idempotencyKey is not null && !IdempotencyKey.IsOne(Encoding.UTF8.GetBytes(idempotencyKey)))
        {
            throw new HalleyException(IdempotencyKey.Fault);
        }

        // Kept by the channel: the caller may use its array again.
        var publication = new Publication(payload.ToArray())
        {
            IdempotencyKey = idempotencyKey is null ? null : Encoding.ASCII.GetBytes(idempotencyKey),
            Labels = MessageLabels.WithTrace(null, TraceContext.Of(Activity.Current)),
        };
        var result = await PublishAsync(NameOf(channel), publication).ConfigureAwait(false);
        return result.Status switch
        {
            PublishStatus.Published => new HalleyPosition(result.Position.Epoch, result.Position.Offset),
            PublishStatus.TooManyChannels => throw new HalleyException(
                "There are as many channels as HalleyOptions.MaxChannels allows: nothing was published."),
            PublishStatus.OutOfMemory => throw new HalleyException(
                "Channels keep as much as HalleyOptions.MaxStoredBytes allows: nothing was published."),
            PublishStatus.KeyReused => throw new HalleyException(IdempotencyKey.Reused),
            PublishStatus.TooManyKeys => throw new HalleyException(IdempotencyKey.TooMany),
            _ => throw new HalleyException("The channel was closed meanwhile: nothing was published."),
        };
    }

    /// <inheritdoc/>
    public async Task<HalleyPosition> PublishStreamAsync(
        string channel, IAsyncEnumerable<string> pieces, CancellationToken cancellation = default)
    {
        var last = default(HalleyPosition);
        await foreach (var piece in pieces.WithCancellation(cancellation).ConfigureAwait(false))
        {
            last = await PublishAsync(channel, piece).ConfigureAwait(false);
        }

        return last;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<HalleyItem> SubscribeAsync(
        string channel,
        HalleyPosition? position = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var name = NameOf(channel);
        var place = position is { } last ? new StreamPosition(last.Epoch, last.Offset + 1) : (StreamPosition?)null;
        while (true)
        {
            // A reader that is far behind is detached, and comes back from where it was.
            var subscriber = new LocalSubscriber(name, place, host);
            subscriber.Begin();
            await using (subscriber.ConfigureAwait(false))
            {
                await foreach (var item in subscriber.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    place = new StreamPosition(item.Position.Epoch, item.Position.Offset + 1);
                    yield return item;
                }

                // One that heard nothing before it was detached comes back from where it began.
                place ??= subscriber.Began;
            }
        }
    }

    /// <inheritdoc/>
    public int CountSubscribers(string channel) => host.Hub.Find(NameOf(channel))?.SubscriberCount ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Present(string channel)
    {
        var name = NameOf(channel);
        return
        [
            .. host.Clients.All
                .Where(client => client.User.Length > 0
                    && client.Channels.Any(other => other.AsSpan().SequenceEqual(name)))
                .Select(client => client.User),
        ];
    }

    /// <inheritdoc/>
    public int Disconnect(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return host.Clients.Disconnect(client => client.User == user);
    }

    private async ValueTask<PublishResult> PublishAsync(byte[] name, Publication publication)
    {
        var publishing = MessageTracing.Publish(host.Broker, name, publication);
        if (publishing.IsCompletedSuccessfully)
        {
            return publishing.Result;
        }

        // The application goes on upon the thread pool: a broker may answer on the one thread that writes its file.
        var published = publishing.AsTask();
        await published.ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
            .ConfigureAwait(false);
        try
        {
            return await published.ConfigureAwait(false);
        }
        catch (BrokerException refused)
        {
            throw new HalleyException(refused.Message, refused);
        }
    }

    private static byte[] NameOf(string channel)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        var name = Encoding.UTF8.GetBytes(channel);
        return name.Length <= 255
            ? name
            : throw new ArgumentException("The name of a channel has at most 255 bytes of UTF-8.", nameof(channel));
    }
}
