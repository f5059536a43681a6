using Microsoft.AspNetCore.SignalR;
using SignalR;

// A hub with groups, as its documentation has it, and POST /publish?channel= beside it.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSignalR();
var app = builder.Build();

app.MapHub<NewsHub>("/hub");
app.MapPost("/publish", async (string channel, IHubContext<NewsHub> hub, HttpRequest request) =>
{
    using var reader = new StreamReader(request.Body);
    await hub.Clients.Group(channel).SendAsync("message", await reader.ReadToEndAsync());
    return TypedResults.NoContent();
});

app.Run();
