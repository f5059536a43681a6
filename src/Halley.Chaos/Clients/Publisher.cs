using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Chaos.Clients;

/// <summary>A publisher over HTTP, at one address of a server.</summary>
internal sealed class Publisher(HttpMessageInvoker http, IPEndPoint address, string target)
{
    // Without an answer until then, it does not know whether its message was published.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> PublishAsync(string channel, string text)
    {
        var path = target.Replace("{channel}", channel, StringComparison.Ordinal);
        var isInTarget = path.Contains("{message}", StringComparison.Ordinal);
        path = path.Replace("{message}", text, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(
            isInTarget ? HttpMethod.Get : HttpMethod.Post, $"http://{address}{path}");
        if (!isInTarget)
        {
            request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var answer = await http.SendAsync(request, patience.Token).ConfigureAwait(false);

            // Read to its end: the connection serves the next one.
            await answer.Content.CopyToAsync(Stream.Null, patience.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException
            or OperationCanceledException)
        {
            return false;
        }
    }
}
