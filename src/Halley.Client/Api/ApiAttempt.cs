using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Halley.Client.Api;

/// <summary>One request to the HTTP API, and what came of it.</summary>
internal sealed class ApiAttempt(HttpClient http, HalleyClientOptions options)
{
    /// <returns>The answer.</returns>
    /// <exception cref="HalleyException">There was none, or a refusal.</exception>
    public async Task<TAnswer> SendAsync<TAnswer>(
        string command, ReadOnlyMemory<byte> words, JsonTypeInfo<TAnswer> answerType, CancellationToken ended)
        where TAnswer : class
    {
        using var patience = new CancellationTokenSource(options.RequestTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ended);
        HttpStatusCode? status = null;
        try
        {
            using var request = RequestOf(command, words);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            status = answer.StatusCode;
            await answer.Content.LoadIntoBufferAsync(options.MaxAnswerBytes, either.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? Parse(body, answerType) ?? throw NotOurs(answer.StatusCode)
                : throw RefusalOf(answer, body);
        }
        catch (OperationCanceledException silence) when (!ended.IsCancellationRequested)
        {
            throw NoAnswer($"No whole answer within {options.RequestTimeout.TotalSeconds:0.###} s.", silence);
        }
        catch (HttpRequestException tooLarge)
            when (tooLarge.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded && status is not null)
        {
            throw new HalleyException(
                HalleyErrorCode.AnswerTooLarge,
                $"The answer has more than {options.MaxAnswerBytes} bytes: {nameof(options.MaxAnswerBytes)}.",
                tooLarge)
            {
                Status = status,
                MayHaveHappened = true,
            };
        }
        catch (HttpRequestException loss)
        {
            throw NoAnswer(loss.Message, loss, mayHaveHappened: !IsBeforeAnythingWasSent(loss));
        }
        catch (IOException loss)
        {
            throw NoAnswer(loss.Message, loss);
        }
    }

    private HttpRequestMessage RequestOf(string command, ReadOnlyMemory<byte> words)
    {
        var content = new ReadOnlyMemoryContent(words);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, Addresses.Below(options.ApiAddress, command))
        {
            Content = content,
        };
        if (options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private HalleyException RefusalOf(HttpResponseMessage answer, byte[] body)
    {
        var said = Parse(body, ApiJson.Default.RefusedAnswer)?.Error;
        var isOurs = said is { Code: not null };
        return new HalleyException(
            said?.Code ?? HalleyErrorCode.BadAnswer,
            said?.Message ?? $"The API was answered for with the status {(int)answer.StatusCode}.")
        {
            Status = answer.StatusCode,
            RetryAfter = RetryAfterField.Read(answer.Headers.RetryAfter, options.TimeProvider),
            // A proxy's 502 or 504 says nothing about the server behind it.
            MayHaveHappened = isOurs
                ? said!.Code == HalleyErrorCode.OutcomeUnknown
                : (int)answer.StatusCode >= 500,
        };
    }

    private static TAnswer? Parse<TAnswer>(byte[] body, JsonTypeInfo<TAnswer> type)
        where TAnswer : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An answer that says it is well, and then something else than was asked.</summary>
    public static HalleyException NotOurs(HttpStatusCode? status = null) => new(
        HalleyErrorCode.BadAnswer, "What answered is no Halley: a proxy, perhaps.")
    {
        Status = status,
        MayHaveHappened = true,
    };

    private static HalleyException NoAnswer(string message, Exception inner, bool mayHaveHappened = true) =>
        new(HalleyErrorCode.NoAnswer, message, inner) { MayHaveHappened = mayHaveHappened };

    private static bool IsBeforeAnythingWasSent(HttpRequestException loss) => loss.HttpRequestError is
        HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError;
}
