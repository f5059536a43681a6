using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Chaos.Clients;

/// <summary>Publishes messages, one after another.</summary>
internal interface IPublisher : IDisposable
{
    /// <returns>Whether it was acknowledged.</returns>
    Task<bool> PublishAsync(string channel, string text);
}

/// <summary>A way to publish.</summary>
internal enum PublisherForm
{
    /// <summary>A request with the message in its target, or as its body.</summary>
    Request,

    /// <summary>Centrifugo's server API, with a key by which a message that is sent again is published once.</summary>
    Api,

    /// <summary>A client's command in Centrifugo's protocol.</summary>
    Session,
}

/// <summary>A way to publish, and where.</summary>
/// <param name="Listener">Which of a server's addresses it is on.</param>
/// <param name="Target">
/// A path, with <c>{channel}</c> and <c>{message}</c> where it is one of a request; where the message does not stand
/// there, it is posted.
/// </param>
internal sealed record PublisherKind(string Listener, string Target, PublisherForm Form = PublisherForm.Request)
{
    /// <param name="addresses">Of the listener.</param>
    /// <param name="number">Which of them it begins with, where there are several.</param>
    public IPublisher Open(HttpMessageInvoker http, IReadOnlyList<IPEndPoint> addresses, int number) => Form switch
    {
        PublisherForm.Api => new Sessions.ApiPublisher(http, addresses, number, Target),
        PublisherForm.Session => new Sessions.SessionPublisher(http, addresses[number % addresses.Count], Target),
        _ => new RequestPublisher(http, addresses[number % addresses.Count], Target),
    };
}

/// <summary>A publisher over HTTP, at one address of a server.</summary>
internal sealed class RequestPublisher(HttpMessageInvoker http, IPEndPoint address, string target) : IPublisher
{
    /// <summary>Without an answer until then, it does not know whether its message was published.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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

    public void Dispose()
    {
        // The connections are everybody's.
    }
}
