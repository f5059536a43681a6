using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Protocol.Clients;
using Halley.Protocol.Options;

namespace Halley.Server.Configuration;

/// <summary>Reads the <c>namespaces</c> of a halley.json. A mistake is told with its line.</summary>
internal readonly ref struct NamespacesReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    private const int MostMessages = 1_000_000;

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);

    private static readonly string[] Keys =
    [
        "prefix", "history_size", "history_ttl", "subscribe", "publish", "history", "presence", "join_leave",
        "recovery_mode", "slow_consumer", "subscribe_proxy", "publish_proxy", "sub_refresh_proxy",
    ];

    private readonly ListReader _list = new(utf8, lines);

    /// <summary>Reads the list that the reader stands at.</summary>
    /// <exception cref="ConfigurationException">Something in it means nothing, or says two things at once.</exception>
    public void Read(ref Utf8JsonReader reader, List<ChannelNamespace> namespaces)
    {
        _list.RequireList(ref reader, "namespaces", "[{\"prefix\": \"chat:\", \"history_size\": 50}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var at = _list.Here(ref reader);
            var next = ReadOne(ref reader);
            if (namespaces.Exists(other => other.Prefix.AsSpan().SequenceEqual(next.Prefix)))
            {
                throw new ConfigurationException(
                    $"{at}: there is a namespace with the prefix \"{Encoding.UTF8.GetString(next.Prefix)}\" already");
            }

            namespaces.Add(next);
            if (namespaces.Count > ChannelNamespaces.Most)
            {
                throw new ConfigurationException($"{at}: there may be {ChannelNamespaces.Most} namespaces");
            }
        }
    }

    private ChannelNamespace ReadOne(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "a namespace");
        var origin = _list.Here(ref reader);
        var one = new ChannelNamespace([]);
        int? size = null;
        TimeSpan? life = null;
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            var text = _list.Scalar(ref reader);
            switch (key)
            {
                case "prefix":
                    one = one with { Prefix = Encoding.UTF8.GetBytes(text) };
                    break;
                case "history_size":
                    size = SizeOf(text, at);
                    break;
                case "history_ttl":
                    life = LifeOf(text, at);
                    break;
                case "subscribe":
                    one = one with { Subscribe = WhoOf(text, key, at) };
                    break;
                case "publish":
                    one = one with { Publish = WhoOf(text, key, at) };
                    break;
                case "history":
                    one = one with { ReadPast = WhoOf(text, key, at) };
                    break;
                case "presence":
                    one = one with { Presence = WhoOf(text, key, at) };
                    break;
                case "join_leave":
                    ListReader.Require(text is "true" or "false", at, key, text, "true or false");
                    one = one with { TellsPresence = text == "true" };
                    break;
                case "recovery_mode":
                    ListReader.Require(text is "stream" or "cache", at, key, text, "stream or cache");
                    one = one with { RecoversNewest = text == "cache" };
                    break;
                case "slow_consumer":
                    one = one with { SlowConsumers = PolicyOf(text, at) };
                    break;
                case "subscribe_proxy":
                    one = one with { SubscribeProxy = text };
                    break;
                case "publish_proxy":
                    one = one with { PublishProxy = text };
                    break;
                case "sub_refresh_proxy":
                    one = one with { SubRefreshProxy = text };
                    break;
                default:
                    throw ListReader.Unknown(at, key, "namespace", Keys);
            }
        }

        Require(seen.Contains("prefix"), "a namespace wants prefix: how its channels begin; \"\" is for all");
        Require(life is null || size is not null, "history_ttl wants history_size beside it");
        Require(
            !one.TellsPresence || one.Presence is not null,
            "join_leave wants presence beside it: who may listen to that (nobody, users or anyone)");
        Require(
            one.SubRefreshProxy is null || one.SubscribeProxy is not null,
            "sub_refresh_proxy wants subscribe_proxy beside it: who has allowed a subscription is asked again");
        return size is { } messages ? one with { Retention = new Retention(messages, life) } : one;

        void Require(bool isRight, string message)
        {
            if (!isRight)
            {
                throw new ConfigurationException($"{origin}: {message}");
            }
        }
    }

    private static int SizeOf(string text, string at)
    {
        ListReader.Require(
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= MostMessages,
            at,
            "history_size",
            text,
            $"a number of messages from 0 to {MostMessages}");
        return size;
    }

    private static TimeSpan LifeOf(string text, string at)
    {
        ListReader.Require(
            Units.TryParseTime(text, out var life) && life > TimeSpan.Zero && life <= LongestLife,
            at,
            "history_ttl",
            text,
            "a time of at most 365d, such as 60 or \"2h\"");
        return life;
    }

    private static SlowConsumerPolicy PolicyOf(string text, string at)
    {
        ListReader.Require(
            text is "end" or "drop_oldest" or "latest", at, "slow_consumer", text, "end, drop_oldest or latest");
        return text switch
        {
            "drop_oldest" => SlowConsumerPolicy.DropOldest,
            "latest" => SlowConsumerPolicy.Latest,
            _ => SlowConsumerPolicy.End,
        };
    }

    private static WhoMay WhoOf(string text, string key, string at)
    {
        ListReader.Require(
            text is "nobody" or "users" or "anyone", at, key, text, "nobody, users or anyone");
        return text == "nobody" ? WhoMay.Nobody : text == "users" ? WhoMay.Users : WhoMay.Anyone;
    }
}
