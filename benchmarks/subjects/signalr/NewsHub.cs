using Microsoft.AspNetCore.SignalR;

namespace SignalR;

/// <summary>A client invokes Join with a channel's name and is then sent "message" for each that is published there.</summary>
internal sealed class NewsHub : Hub
{
    public Task Join(string channel) => Groups.AddToGroupAsync(Context.ConnectionId, channel);
}
