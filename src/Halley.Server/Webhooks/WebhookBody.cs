using System.Text;
using System.Text.Json;
using Halley.Outbox;
using Halley.Protocol;

namespace Halley.Server.Webhooks;

/// <summary>The body of a request: <c>{"events":[…]}</c>, each event with its id.</summary>
internal static class WebhookBody
{
    private static ReadOnlySpan<byte> Lost => "{\"event\":\"events_lost\""u8;

    /// <param name="expired">The number of events before these that were given up; 0 for none.</param>
    public static byte[] Of(IEnumerable<OutboxEvent> events, long expired, DateTimeOffset now)
    {
        var body = new ByteBuffer(1024);
        body.Write("{\"events\":["u8);
        var isFirst = true;
        if (expired > 0)
        {
            var time = now.ToUnixTimeMilliseconds();
            Write(new OutboxEvent($"expired-{time}", time, OutboxEntry.Lost(expired, time)));
        }

        foreach (var one in events)
        {
            Write(one);
        }

        body.Write("]}"u8);
        return body.Written.ToArray();

        void Write(OutboxEvent one)
        {
            body.Write(isFirst ? "{\"id\":\""u8 : ",{\"id\":\""u8);
            body.Write(Encoding.ASCII.GetBytes(one.Id));
            body.Write("\","u8);
            body.Write(one.Text.AsSpan(1));
            isFirst = false;
        }
    }

    /// <summary>Adds up the lost events that some events report.</summary>
    public static long LostIn(IEnumerable<OutboxEvent> events) =>
        events.Where(one => one.Text.AsSpan().StartsWith(Lost)).Sum(CountOf);

    private static long CountOf(OutboxEvent one)
    {
        using var json = JsonDocument.Parse(one.Text);
        return json.RootElement.GetProperty("count"u8).GetInt64();
    }
}
