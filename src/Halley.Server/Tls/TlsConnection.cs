using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Halley.Server.Tls;

/// <summary>
/// The TLS of one connection, and what Kestrel asks about it: that it is there, and which HTTP was agreed on.
/// </summary>
/// <remarks>Kestrel's own (UseHttps) wants a host's services, of which it uses nothing that is needed here.</remarks>
internal sealed class TlsConnection : IDuplexPipe, ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    // Waits without a buffer of its own: most connections wait.
    private static readonly StreamPipeReaderOptions Reading = new(leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions Writing = new(leaveOpen: true);

    private readonly SslStream _stream;

    private TlsConnection(SslStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, Reading);
        Output = PipeWriter.Create(stream, Writing);
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ApplicationProtocol => _stream.NegotiatedApplicationProtocol.Protocol;

    /// <inheritdoc/>
    /// <remarks>Nobody is asked for one.</remarks>
    public X509Certificate2? ClientCertificate
    {
        get => null;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
        Task.FromResult<X509Certificate2?>(null);

    /// <summary>Makes the handshake, and has the connection served with TLS.</summary>
    /// <param name="within">The time for the handshake; and for saying the end, when all is over.</param>
    public static async Task ServeAsync(
        ConnectionContext connection, ConnectionDelegate next, Certificates certificates, TimeSpan within)
    {
        var plain = connection.Transport;
        await using var stream = new SslStream(new DuplexStream(plain), leaveInnerStreamOpen: true);
        if (!await TryBeginAsync(stream, connection, certificates, within).ConfigureAwait(false))
        {
            return;
        }

        var tls = new TlsConnection(stream);
        connection.Features.Set<ITlsConnectionFeature>(tls);
        connection.Features.Set<ITlsApplicationProtocolFeature>(tls);
        connection.Transport = tls;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await tls.EndAsync(within).ConfigureAwait(false);
            connection.Transport = plain;
        }
    }

    private static async Task<bool> TryBeginAsync(
        SslStream stream, ConnectionContext connection, Certificates certificates, TimeSpan within)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(within);
        try
        {
            await stream.AuthenticateAsServerAsync(
                static (_, hello, certificates, _) =>
                    ValueTask.FromResult(((Certificates)certificates!).For(hello.ServerName)),
                certificates,
                patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failed) when (
            failed is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // What went wrong was said to the client, as far as TLS says it.
            return false;
        }
    }

    // Without the words for the end, the client could not tell it from a cut.
    private async Task EndAsync(TimeSpan within)
    {
        try
        {
            await Input.CompleteAsync().ConfigureAwait(false);
            await Output.CompleteAsync().ConfigureAwait(false);
            await _stream.ShutdownAsync().WaitAsync(within).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or TimeoutException)
        {
            // Nobody is there to hear it.
        }
    }
}
