using Microsoft.AspNetCore.SignalR;

namespace SignalR;

/// <summary>A client connects to /hub?channel= and is sent "message" for each that is published there.</summary>
internal sealed class NewsHub : Hub
{
    public override Task OnConnectedAsync()
    {
        var channel = Context.GetHttpContext()?.Request.Query["channel"].ToString();
        return string.IsNullOrEmpty(channel)
            ? Task.CompletedTask
            : Groups.AddToGroupAsync(Context.ConnectionId, channel);
    }
}
