using System.Text.Json;
using WebIm.Api;

namespace WebIm.Tests;

/// <summary>
/// What a page does: gets a channel from the messenger, and follows it at Halley. Here as a stream, a line for each
/// message.
/// </summary>
internal sealed class Window : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken);
    private StreamReader _lines = null!;

    private Window() => _patience.CancelAfter(TimeSpan.FromSeconds(30));

    public static async Task<Window> Open(Person person, string? channel = null) =>
        await Follow(await Channel(person, channel));

    /// <summary>A channel, as soon as Halley is there.</summary>
    public static async Task<ChannelAnswer> Channel(Person person, string? channel = null)
    {
        ChannelAnswer? answer = null;
        await Patience.Until("a live connection", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/channel")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { channel }),
            };
            using var given = await person.Ask(request);
            answer = given.IsSuccessStatusCode
                ? await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<ChannelAnswer>(given.Content)
                : null;
            return answer is not null;
        });
        return answer!;
    }

    public static async Task<Window> Follow(ChannelAnswer channel)
    {
        var window = new Window();
        var stream = await window._http.GetStreamAsync(
            $"{channel.Url}stream?cname={channel.Channel}&token={channel.Token}&seq={channel.Seq}",
            window._patience.Token);
        window._lines = new StreamReader(stream);
        return window;
    }

    /// <summary>Waits for an event of a type that is as wanted; others are passed over.</summary>
    public async Task<JsonElement> Until(string type, Func<JsonElement, bool>? isWanted = null)
    {
        while (await _lines.ReadLineAsync(_patience.Token) is { } line)
        {
            var message = JsonDocument.Parse(line).RootElement;
            if (message.GetProperty("type").GetString() != "data")
            {
                continue;
            }

            var told = JsonDocument.Parse(message.GetProperty("content").GetString()!).RootElement;
            if (told.GetProperty("type").GetString() == type && (isWanted is null || isWanted(told)))
            {
                return told;
            }
        }

        throw new IOException($"The channel ended before {type} was told.");
    }

    /// <summary>Waits until the channel was closed, or Halley died.</summary>
    public async Task UntilClosed()
    {
        try
        {
            while (await _lines.ReadLineAsync(_patience.Token) is not null)
            {
            }
        }
        catch (IOException)
        {
            // In the middle of the answer: it was killed.
        }
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _http.Dispose();
        _patience.Dispose();
    }
}
