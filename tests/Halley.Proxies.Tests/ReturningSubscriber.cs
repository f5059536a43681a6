using System.Net.WebSockets;
using Halley.Chaos.Ledgers;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// A subscriber that comes through a proxy by one transport, and comes back with its place whenever it is cut off or
/// hears nothing.
/// </summary>
internal sealed class ReturningSubscriber(ProxyBeforeNodes proxy, ToldTransport transport, Hearing hearing)
{
    // Heartbeats come every two seconds.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    /// <summary>Ends with what no subscriber should ever be told.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var (epoch, seq) = hearing.Place;
                await using var subscriber = await transport.OpenAsync(proxy, hearing.Channel, epoch, seq);
                while (true)
                {
                    hearing.Take(await subscriber.NextAsync().WaitAsync(Silence, over));
                }
            }
            catch (HttpRequestException refused) when ((int?)refused.StatusCode is < 500)
            {
                throw new InvalidDataException(
                    $"{hearing.Channel} by {transport.Name}: {refused.StatusCode}.", refused);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or WebSocketException
                or OperationCanceledException or TimeoutException)
            {
                // It comes back.
            }

            await Task.WhenAny(Task.Delay(50, over));
        }
    }
}
