using System.Net.ServerSentEvents;
using KestrelSse;

// Server-sent events as the documentation of minimal APIs has them: GET /events?channel= subscribes, POST
// /publish?channel= publishes its body.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<Channels>();
var app = builder.Build();

app.MapGet("/events", async (string channel, Channels channels, HttpResponse response, CancellationToken ended) =>
{
    response.ContentType = "text/event-stream";
    response.Headers.CacheControl = "no-cache,no-store";
    // TypedResults.ServerSentEvents would send the head with the first event only; the page wants to know that it is
    // connected.
    using var subscription = channels.Subscribe(channel);
    await response.Body.FlushAsync(ended);
    await SseFormatter.WriteAsync(subscription.ReadAll(ended), response.Body, ended);
});

app.MapPost("/publish", async (string channel, Channels channels, HttpRequest request) =>
{
    using var reader = new StreamReader(request.Body);
    channels.Publish(channel, await reader.ReadToEndAsync());
    return TypedResults.NoContent();
});

app.Run();
