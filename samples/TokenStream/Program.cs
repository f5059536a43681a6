using Halley.AspNetCore;
using TokenStream;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHalley(options =>
{
    // An answer is kept for an hour after nobody reads it, and whole.
    options.HistorySize = 10_000;
    options.ChannelTimeout = TimeSpan.FromHours(1);
});
builder.Services.AddSingleton<FakeModel>();
var app = builder.Build();
app.UseDefaultFiles().UseStaticFiles();
app.MapHalley("/push");

// The answer is written whether anybody reads it or not: a page that was closed finds it when it comes back.
app.MapPost("/ask", (string question, FakeModel model, IHalley halley, IHostApplicationLifetime lifetime) =>
{
    var id = Guid.NewGuid().ToString("N");
    _ = Task.Run(() => halley.PublishStreamAsync(
        "answer-" + id, model.AnswerAsync(question, lifetime.ApplicationStopping), lifetime.ApplicationStopping));
    return id;
});
app.Run();
