using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WebIm.Data;

namespace WebIm.Tests;

/// <summary>Somebody's browser: cookies, and what the page would ask.</summary>
internal sealed class Person : IDisposable
{
    private readonly HttpClient _http;

    public Person(Uri messenger)
    {
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies }) { BaseAddress = messenger };
    }

    public CookieContainer Cookies { get; } = new();

    public User User { get; private set; } = null!;

    public async Task Register(string name, string password = "correct horse")
    {
        User = await Post<User>("register", new { name, shown = $"The {name}", password });
    }

    /// <summary>A conversation of two, empty.</summary>
    public async Task<string> Befriend(Person other) =>
        (await Post<Conversation>("contacts", new { name = other.User.Name })).Id;

    public async Task<Message> Send(string conversation, string text, string? clientId = null)
    {
        var answer = await Post<JsonElement>(
            $"conversations/{conversation}/messages", new { text, clientId = clientId ?? Guid.NewGuid().ToString() });
        return answer.GetProperty("message").Deserialize<Message>(JsonSerializerOptions.Web)!;
    }

    public async Task<Conversation> See(string conversation)
    {
        var overview = await Get<JsonElement>("conversations");
        return overview.GetProperty("conversations").Deserialize<Conversation[]>(JsonSerializerOptions.Web)!.Single(
            one => one.Id == conversation);
    }

    public async Task<T> Get<T>(string path) => (await Answer<T>(await _http.GetAsync($"/api/{path}")))!;

    public async Task<T> Post<T>(string path, object body) =>
        (await Answer<T>(await _http.PostAsJsonAsync($"/api/{path}", body)))!;

    public async Task Post(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/{path}", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Something that is refused: the status, and the sentence that the person reads.</summary>
    public async Task<(int Status, string Sentence)> Refused(string path, object? body = null)
    {
        using var answer = await (
            body is null
                ? _http.GetAsync($"/api/{path}")
                : _http.PostAsync($"/api/{path}", body as HttpContent ?? JsonContent.Create(body)));
        Assert.False(answer.IsSuccessStatusCode, $"/api/{path} was not refused");
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)answer.StatusCode, error.GetProperty("error").GetString()!);
    }

    public Task<HttpResponseMessage> Ask(HttpRequestMessage request) => _http.SendAsync(request);

    public void Dispose() => _http.Dispose();

    private static async Task<T?> Answer<T>(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.True(
                answer.IsSuccessStatusCode,
                $"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} "
                    + $"{await answer.Content.ReadAsStringAsync()}");
            return await answer.Content.ReadFromJsonAsync<T>();
        }
    }
}
