using Halley.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHalley();
var app = builder.Build();
app.UseDefaultFiles().UseStaticFiles();
app.MapHalley("/push");
app.MapPost("/say", async (string text, IHalley halley) => $"{await halley.PublishAsync("news", text)}");
app.Run();
