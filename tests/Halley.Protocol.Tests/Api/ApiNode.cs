using System.Text.Json;
using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>A hub with the HTTP API and no socket.</summary>
internal sealed class ApiNode : IDisposable
{
    public ApiNode(HubOptions? limits = null, ApiForm? form = null)
    {
        Hub = new Hub(limits ?? new HubOptions(), Time);
        Api = new ApiDialect(
            255, "1.2.3", Hub, Hub.Broker, form ?? ApiForm.Halley, () => Task.FromResult(Reloaded));
    }

    /// <summary>What a reload comes to.</summary>
    public Reloaded Reloaded { get; set; } = new([], []);

    public ManualTime Time { get; } = new();

    public ManualDispatcher Dispatcher { get; } = new();

    public Hub Hub { get; }

    public ApiDialect Api { get; }

    /// <summary>What a command is answered with; all that follows from it has been told by then.</summary>
    public RecordingExchange Post(string command, string body, string fields = "") =>
        Ask($"POST /api/{command}", body, fields);

    public RecordingExchange Ask(string request, string body = "", string fields = "")
    {
        var exchange = Api.Ask(request, body, new RecordingExchange(Dispatcher), fields);
        Dispatcher.RunAll();
        return exchange;
    }

    /// <summary>The object of an answer that succeeded.</summary>
    public JsonElement Done(string command, string body)
    {
        var answer = Post(command, body);
        Assert.Equal("200 OK", answer.Status);
        return JsonElement.Parse(answer.Body);
    }

    /// <summary>The code and the sentence of an answer that was refused.</summary>
    public (string Status, string Code, string Message) Refused(string command, string body)
    {
        var answer = Post(command, body);
        var error = JsonElement.Parse(answer.Body).GetProperty("error");
        return (answer.Status, error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }

    public string Epoch(string channel) =>
        Hub.Find(channel.Utf8())!.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => Hub.Dispose();
}
