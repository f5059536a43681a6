using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>
/// A publisher by Centrifugo's server API. A message without an answer is sent again with the same key, to the next
/// server where there are several.
/// </summary>
internal sealed class ApiPublisher(
    HttpMessageInvoker http, IReadOnlyList<IPEndPoint> addresses, int number, string target) : IPublisher
{
    // Together shorter than keys are remembered.
    private const int Attempts = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Of this run: a server that runs already may know the keys of another.
    private static readonly string Run = $"{Guid.NewGuid():N}";

    private int _next = number;

    public async Task<bool> PublishAsync(string channel, string text)
    {
        var body = Encoding.UTF8.GetBytes(
            $"{{\"channel\":\"{channel}\",\"data\":{text},\"idempotency_key\":\"{Run}-{text}\"}}");
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryAsync(body).ConfigureAwait(false))
            {
                return true;
            }

            _next++;
            await Task.Delay(Pause).ConfigureAwait(false);
        }

        return false;
    }

    public void Dispose()
    {
        // The connections are everybody's.
    }

    private async Task<bool> TryAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://{addresses[_next % addresses.Count]}{target}")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };
        using var patience = new CancellationTokenSource(RequestPublisher.Patience);
        try
        {
            using var answer = await http.SendAsync(request, patience.Token).ConfigureAwait(false);
            var said = await answer.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode && IsResult(said);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException
            or OperationCanceledException or JsonException)
        {
            return false;
        }
    }

    // An error has the same status.
    private static bool IsResult(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("result", out _);
    }
}
