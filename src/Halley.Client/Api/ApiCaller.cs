using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Halley.Client.Api;

/// <summary>Asks the HTTP API, and asks again where that can help and can do no harm. Any thread.</summary>
internal sealed class ApiCaller(HttpClient http, HalleyClientOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly ApiAttempt _attempt = new(http, options);

    /// <param name="isRepeatable">Whether to ask twice is the same as once.</param>
    /// <exception cref="HalleyException">The last of the attempts failed.</exception>
    public async Task<TAnswer> CallAsync<TWords, TAnswer>(
        string command,
        TWords words,
        JsonTypeInfo<TWords> wordsType,
        JsonTypeInfo<TAnswer> answerType,
        bool isRepeatable,
        CancellationToken ended)
        where TAnswer : class
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(words, wordsType);
        var began = options.TimeProvider.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            TimeSpan wait;
            try
            {
                return await _attempt.SendAsync(command, bytes, answerType, ended).ConfigureAwait(false);
            }
            catch (HalleyException error) when (MayHelp(error) && (isRepeatable || !error.MayHaveHappened))
            {
                wait = (error.RetryAfter ?? TimeSpan.Zero) + (pause * Random.Shared.NextDouble());
                if (wait >= options.RetryTimeout
                    || options.TimeProvider.GetElapsedTime(began) + wait >= options.RetryTimeout)
                {
                    throw;
                }
            }

            await Task.Delay(wait, options.TimeProvider, ended).ConfigureAwait(false);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    private static bool MayHelp(HalleyException error) =>
        error.Code == HalleyErrorCode.NoAnswer
        || error.RetryAfter is not null
        || (error.Code != HalleyErrorCode.AnswerTooLarge && error.Status is
            HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests
            or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout);
}
