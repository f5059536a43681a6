using System.Globalization;
using System.Text.Json;

namespace Halley.Server.Commands;

/// <summary>Answers of the API's <c>explain</c> as lines, each thing that happened once.</summary>
internal sealed class ExplainedLines(TextWriter output)
{
    private readonly Dictionary<string, TimedNumber> _told = [];
    private readonly List<string> _verdicts = [];
    private bool _hasSaidNobody;

    /// <summary>Prints what has not been printed.</summary>
    /// <param name="isLast">Whether nothing follows: then what is to be concluded comes at once.</param>
    public void Print(JsonElement answer, bool isLast)
    {
        var clients = answer.GetProperty("clients"u8).EnumerateArray().ToList();
        if (clients.Count == 0 && (isLast || !_hasSaidNobody))
        {
            _hasSaidNobody = true;
            output.WriteLine("no such client is connected; new ones are watched from now on");
        }

        _verdicts.Clear();
        foreach (var client in clients)
        {
            Print(client);
            _verdicts.AddRange(client.GetProperty("verdicts"u8).EnumerateArray().Select(
                verdict => $"{NameOf(client)}: {Printable.Text(verdict.GetString()!)}"));
        }

        if (isLast)
        {
            PrintVerdicts();
        }
    }

    /// <summary>Prints what is to be concluded of the clients printed last.</summary>
    public void PrintVerdicts() => _verdicts.ForEach(output.WriteLine);

    private void Print(JsonElement client)
    {
        var place = client.GetProperty("place"u8).GetString()!;
        var events = client.GetProperty("events"u8).EnumerateArray().ToList();
        if (!_told.TryGetValue(place, out var told) || IsAnother(events, told))
        {
            told = default;
            output.WriteLine(
                $"{NameOf(client)} is client {TextOf(client, "client")}, by {TextOf(client, "transport")}");
        }

        foreach (var happened in events)
        {
            var at = TimedNumber.Of(happened);
            if (at.Number > told.Number)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateTimeOffset.FromUnixTimeMilliseconds(at.Time).ToLocalTime():HH:mm:ss.fff} {NameOf(client)} "
                        + $"{TextOf(happened, "event"),-9} {TextOf(happened, "text")}"));
                told = at;
            }
        }

        _told[place] = told;
    }

    // A server that started again gives the same places to others, and counts their events anew.
    private static bool IsAnother(List<JsonElement> events, TimedNumber told) =>
        events.Count > 0
        && (TimedNumber.Of(events[^1]).Number < told.Number
            || events.Select(TimedNumber.Of).Any(at => at.Number == told.Number && at.Time != told.Time));

    // An address tells connections apart also where nobody was asked who they are.
    private static string NameOf(JsonElement client) =>
        TextOf(client, "user") is { Length: > 0 } user ? $"{user}@{TextOf(client, "address")}"
        : TextOf(client, "address") is { Length: > 0 } address ? address
        : TextOf(client, "client");

    private static string TextOf(JsonElement json, string name) =>
        Printable.Text(json.GetProperty(name).GetString() ?? "");

    /// <summary>An event's number among those of its connection, and its time.</summary>
    private readonly record struct TimedNumber(long Number, long Time)
    {
        public static TimedNumber Of(JsonElement happened) =>
            new(happened.GetProperty("number"u8).GetInt64(), happened.GetProperty("time"u8).GetInt64());
    }
}
