using System.Net;

namespace Halley.Chaos.Servers;

/// <summary>The halley.json of a server of our own: every dialect, and as much kept as a subscriber may miss.</summary>
internal static class OwnConfiguration
{
    /// <param name="more">Further sections, each with a comma behind it.</param>
    public static string Text(IPEndPoint front, IPEndPoint admin, IPEndPoint own, string more) => $$"""
        {
          {{more}}
          "logger": { "level": "info" },
          "drain": { "within": 1 },
          "front": {
            "listen": "{{front}}", "polling_timeout": 1, "channel_timeout": 60, "channel_buffer_size": 2000
          },
          "admin": { "listen": "{{admin}}" },
          "listeners": [{
            "listen": "{{own}}",
            "endpoints": [
              {
                "location": "/ps/stream", "kind": "streaming", "channels_path": "$arg_id",
                "ping_message_interval": "2s"
              },
              {
                "location": "/ps/events", "kind": "eventsource", "channels_path": "$arg_id",
                "ping_message_interval": "2s"
              },
              {
                "location": "/ps/ws", "kind": "websocket", "channels_path": "$arg_id", "ping_message_interval": "2s"
              },
              {
                "location": "/ps/poll", "kind": "long-polling", "channels_path": "$arg_id",
                "longpolling_connection_ttl": "2s"
              },
              {
                "location": "/ps/pub", "kind": "publisher", "channels_path": "$arg_id", "store_messages": true,
                "allow": ["127.0.0.1"]
              },
              { "location": "/nchan/sub", "kind": "nchan_subscriber", "nchan_channel_id": "$arg_id" },
              {
                "location": "/nchan/pub", "kind": "nchan_publisher", "nchan_channel_id": "$arg_id",
                "nchan_message_buffer_length": 2000, "nchan_message_timeout": "10m", "allow": ["127.0.0.1"]
              },
              {
                "location": "/connection/", "kind": "centrifugo", "auth": "none", "ping_interval": "3s",
                "pong_timeout": "2s"
              },
              { "location": "= /emulation", "kind": "centrifugo", "auth": "none" },
              { "location": "/api", "kind": "centrifugo-api", "allow": ["127.0.0.1"] }
            ]
          }]
        }
        """;
}
