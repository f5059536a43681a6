using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>
/// A subscriber of one channel by one transport, that comes back with its place whenever it is cut off or hears
/// nothing.
/// </summary>
/// <param name="address">Where the transport is served: another place each time, where there are several.</param>
/// <param name="silence">Hearing nothing for that long, it comes anew.</param>
internal abstract class Subscriber(Hearing hearing, Func<IPEndPoint> address, TimeSpan silence)
{
    protected const int BufferSize = 32 * 1024;
    private const int LongestMessage = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The last refusal: an answer that is none of a subscriber's. Null for none.</summary>
    public string? Refusal { get; protected set; }

    protected Hearing Hearing => hearing;

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var silent = CancellationTokenSource.CreateLinkedTokenSource(over);
            silent.CancelAfter(silence);
            try
            {
                await ListenAsync(silent).ConfigureAwait(false);
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or WebSocketException
                or SocketException or OperationCanceledException)
            {
                // It comes back.
            }
            catch (InvalidDataException wrong)
            {
                hearing.Protest(wrong.Message);
            }

            await Task.WhenAny(Task.Delay(Pause, over)).ConfigureAwait(false);
        }
    }

    /// <summary>Comes with the place that it has, and hears what it is told until that ends.</summary>
    /// <param name="silent">Cancelled when nothing has been heard for too long.</param>
    /// <exception cref="InvalidDataException">It is told what no server should tell.</exception>
    protected abstract Task ListenAsync(CancellationTokenSource silent);

    /// <summary>Puts off the end of the silence: something has been heard.</summary>
    protected void HasHeard(CancellationTokenSource silent) => silent.CancelAfter(silence);

    protected Uri Target(string scheme, string path) => new($"{scheme}://{address()}{path}");

    /// <summary>A buffer with room for more: itself, or a larger one with what it has.</summary>
    protected static byte[] Grown(byte[] buffer, int length)
    {
        if (length < buffer.Length)
        {
            return buffer;
        }

        if (length >= LongestMessage)
        {
            throw new InvalidDataException($"A message has more than {LongestMessage} bytes.");
        }

        Array.Resize(ref buffer, 2 * buffer.Length);
        return buffer;
    }

    /// <summary>Takes the lines that are whole; what is left moves to the front.</summary>
    /// <returns>The length of what is left.</returns>
    protected static int TakeLines(byte[] buffer, int length, Taken take)
    {
        var rest = buffer.AsSpan(0, length);
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            take(rest[..end].TrimEnd((byte)'\r'));
            rest = rest[(end + 1)..];
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    protected delegate void Taken(ReadOnlySpan<byte> line);
}
