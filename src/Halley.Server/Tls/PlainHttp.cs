using System.Text;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Connections;

namespace Halley.Server.Tls;

/// <summary>Tells who speaks HTTP where TLS is spoken.</summary>
internal static class PlainHttp
{
    // Of a record that begins a handshake (RFC 8446, 5.1).
    private const byte Handshake = 22;

    private static readonly RequestError Error =
        new("400 Bad Request", "This port speaks HTTPS: the address begins with https");

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {Error.Status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + $"Content-Length: {Error.Explanation.Length + 1}\r\nConnection: close\r\n\r\n{Error.Explanation}\n");

    /// <summary>Looks at the first byte; whoever begins no handshake is answered.</summary>
    /// <param name="within">The time for it to come.</param>
    /// <param name="whenRefused">Called for who is answered.</param>
    /// <returns>Whether a handshake begins.</returns>
    public static async Task<bool> IsHandshakeAsync(
        ConnectionContext connection, TimeSpan within, Action<RequestError> whenRefused)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(within);
        var input = connection.Transport.Input;
        try
        {
            var read = await input.ReadAsync(patience.Token).ConfigureAwait(false);
            var isHandshake = !read.Buffer.IsEmpty && read.Buffer.FirstSpan[0] == Handshake;
            if (isHandshake || read.Buffer.IsEmpty)
            {
                input.AdvanceTo(read.Buffer.Start);
                return isHandshake;
            }

            // Read to its end, or the connection would be reset before the answer is.
            input.AdvanceTo(read.Buffer.End);
            whenRefused(Error);
            await connection.Transport.Output.WriteAsync(Answer, patience.Token).ConfigureAwait(false);
            return false;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
