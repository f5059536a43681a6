using Halley.Protocol.Backends;
using Halley.Server.Backends;

namespace Halley.Server.Webhooks;

/// <summary>
/// Posts to receivers as backends are asked, but in places of their own: one that is slow keeps nobody waiting who asks
/// a backend. Redirects are not followed.
/// </summary>
internal sealed class WebhookClient(int receivers) : IDisposable
{
    // Of an answer nothing but the status counts.
    private const int MaxAnswerBytes = 64 << 10;

    private readonly HttpBackend _backend = new(
        new BackendOptions(Math.Max(1, receivers), 0, MaxAnswerBytes, Math.Max(1, receivers)));

    /// <returns>Null where it was taken, else what is wrong.</returns>
    public async Task<string?> Post(
        string url, byte[] body, string signature, TimeSpan timeout, CancellationToken cancellation)
    {
        var answer = await _backend.Ask(
            new BackendRequest(
                "POST",
                url,
                [
                    ("Content-Type", "application/json"), ("User-Agent", $"Halley/{Product.Version}"),
                    (WebhookSignature.Header, signature),
                ],
                body,
                timeout),
            cancellation).ConfigureAwait(false);
        return answer.IsSuccess ? null : answer.Outcome switch
        {
            BackendOutcome.Answered => $"it answers with {answer.Status}",
            BackendOutcome.TimedOut => "it does not answer in time",
            _ => "it cannot be reached, or does not speak HTTP",
        };
    }

    public void Dispose() => _backend.Dispose();
}
