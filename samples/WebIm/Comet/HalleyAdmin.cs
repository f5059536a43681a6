using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace WebIm.Comet;

/// <param name="Token">What lets a browser into the channel.</param>
/// <param name="Seq">Where to begin: nothing that is pushed after this is missed.</param>
public sealed record Grant(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("seq")] long Seq);

/// <summary>
/// What a backend says to Halley, as it would to iComet: five commands over HTTP on the admin port, which browsers do
/// not reach.
/// </summary>
public sealed class HalleyAdmin(HttpClient http, MessengerOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Creates the channel, or keeps it, and gets its token.</summary>
    /// <exception cref="HttpRequestException">Halley does not answer; so with the others.</exception>
    public async Task<Grant> Sign(string channel)
    {
        using var answer = await Ask("sign", ("cname", channel));
        return (await answer.Content.ReadFromJsonAsync<Grant>())!;
    }

    public async Task Push(string channel, string content)
    {
        using var answer = await Ask("push", ("cname", channel), ("content", content));
    }

    /// <summary>Whether the channel exists, which it does while somebody follows it, and a little longer.</summary>
    public async Task<bool> Check(string channel)
    {
        using var answer = await Ask("check", ("cname", channel));
        return await answer.Content.ReadFromJsonAsync<Dictionary<string, int>>() is { Count: > 0 };
    }

    /// <summary>Ends the channel: who follows it is told so, and its token is void.</summary>
    public async Task Close(string channel)
    {
        try
        {
            using var answer = await Ask("close", ("cname", channel));
        }
        catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // It was gone already.
        }
    }

    /// <summary>
    /// The presence feed: a line for each channel that comes into being ("1 NAME") or goes ("0 NAME"), until the
    /// connection ends.
    /// </summary>
    /// <param name="following">Called once Halley will tell of everything from now on.</param>
    public async IAsyncEnumerable<(string Channel, bool Online)> Presence(
        Func<Task> following, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("psub"));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        await following();
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length > 2 && line[1] == ' ')
            {
                yield return (line[2..], line[0] == '1');
            }
        }
    }

    private async Task<HttpResponseMessage> Ask(string command, params (string Name, string Value)[] parameters)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var form = new FormUrlEncodedContent(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value)));
        try
        {
            var answer = await http.PostAsync(Address(command), form, patience.Token);
            return answer.EnsureSuccessStatusCode();
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new HttpRequestException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Halley did not answer /{command} within {Patience.TotalSeconds} s."));
        }
    }

    private string Address(string command) => $"http://{options.Halley.Admin}/{command}";
}
