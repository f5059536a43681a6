using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Protocol.Options;
using Halley.Server.Webhooks;

namespace Halley.Server.Configuration;

/// <summary>Reads the <c>webhooks</c> of a halley.json. A mistake is told with its line.</summary>
internal readonly ref struct WebhooksReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    /// <summary>The most receivers: every publication is compared with each.</summary>
    private const int Most = 16;

    private const int MostBatch = 1000;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestKeep = TimeSpan.FromDays(30);

    private static readonly string[] Keys =
        ["name", "url", "secret", "secret_file", "events", "prefixes", "batch", "timeout", "keep"];

    private readonly ListReader _list = new(utf8, lines);

    /// <summary>Reads the list that the reader stands at.</summary>
    /// <exception cref="ConfigurationException">Something in it means nothing, or is missing.</exception>
    public void Read(ref Utf8JsonReader reader, List<WebhookSection> webhooks)
    {
        _list.RequireList(
            ref reader, "webhooks", "[{\"name\": \"app\", \"url\": \"http://127.0.0.1/halley\", …}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var next = ReadOne(ref reader);
            if (webhooks.Exists(other => other.Name == next.Name))
            {
                throw new ConfigurationException(
                    $"{next.Origin}: there is a webhook with the name \"{next.Name}\" already");
            }

            webhooks.Add(next);
            if (webhooks.Count > Most)
            {
                throw new ConfigurationException($"{next.Origin}: there may be {Most} webhooks");
            }
        }
    }

    private WebhookSection ReadOne(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "a webhook");
        var one = new WebhookSection { Origin = _list.Here(ref reader) };
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "name":
                    one.Name = Text(ref reader, key, at, IsName, "letters, digits, \".\", \"_\" and \"-\", 1 to 50");
                    break;
                case "url":
                    one.Url = Text(
                        ref reader, key, at, IsUrl, "http:// or https:// with a host, without user and password");
                    break;
                case "secret":
                    // Not repeated: it may be right but for a letter.
                    var secret = _list.Scalar(ref reader);
                    one.Secrets.Add(JwtSection.IsSecret(secret)
                        ? secret
                        : throw new ConfigurationException(
                            $"{at}: {key} has {Encoding.UTF8.GetByteCount(secret)} bytes; "
                                + $"it wants {WebhookSection.WantsSecret}"));
                    break;
                case "secret_file":
                    one.SecretFile = _list.Scalar(ref reader);
                    break;
                case "events":
                    _list.RequireList(ref reader, key, "[\"channel_occupied\", \"channel_vacated\"]");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        var word = Text(ref reader, key, at, WebhookWords.IsOne, WebhookWords.Wants);
                        one.Events |= WebhookWords.Parse(word);
                    }

                    break;
                case "prefixes":
                    _list.RequireList(ref reader, key, "[\"chat:\"]");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        one.Prefixes.Add(Encoding.UTF8.GetBytes(_list.Scalar(ref reader)));
                    }

                    break;
                case "batch":
                    one.Batch = int.Parse(
                        Text(ref reader, key, at, IsBatch, $"a number from 1 to {MostBatch}"),
                        CultureInfo.InvariantCulture);
                    break;
                case "timeout":
                    one.Timeout = Time(ref reader, key, at, LongestTimeout, "a time of at most 20s, such as 5");
                    break;
                case "keep":
                    one.Keep = Time(ref reader, key, at, LongestKeep, "a time of at most 30d, such as \"1d\"");
                    break;
                default:
                    throw ListReader.Unknown(at, key, "webhook", Keys);
            }
        }

        Require(one.Name.Length > 0, "name: what it is called in logs and metrics, and its queue");
        Require(one.Url.Length > 0, "url: where its events are sent");
        Require(
            one.Secrets.Count > 0 || one.SecretFile.Length > 0,
            "secret_file, or secret: what requests are signed with");
        Require(one.Events != WebhookEvents.None, $"events, a list of: {WebhookWords.Wants}");
        Require(one.Prefixes.Count > 0, "prefixes: how the names of its channels begin; [\"\"] is for all");
        return one;

        void Require(bool isThere, string what)
        {
            if (!isThere)
            {
                throw new ConfigurationException($"{one.Origin}: a webhook wants {what}");
            }
        }
    }

    private string Text(
        ref Utf8JsonReader reader, string key, string at, Func<string, bool> isRight, string wants)
    {
        var text = _list.Scalar(ref reader);
        ListReader.Require(isRight(text), at, key, text, wants);
        return text;
    }

    private TimeSpan Time(ref Utf8JsonReader reader, string key, string at, TimeSpan most, string wants)
    {
        var text = _list.Scalar(ref reader);
        ListReader.Require(
            Units.TryParseTime(text, out var time) && time > TimeSpan.Zero && time <= most, at, key, text, wants);
        return time;
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 50 && RedisSection.IsNodeName(text);

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 };

    private static bool IsBatch(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && size is > 0 and <= MostBatch;
}
