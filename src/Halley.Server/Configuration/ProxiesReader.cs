using System.Text.Json;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Options;

namespace Halley.Server.Configuration;

/// <summary>Reads the <c>proxies</c> of a halley.json. A mistake is told with its line.</summary>
internal readonly ref struct ProxiesReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    private const int Most = 100;
    private const int MostHeaders = 50;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    private static readonly string[] Keys =
        ["name", "url", "timeout", "http_headers", "static_headers", "rpc_prefixes"];

    // The question's own, and those about the connection.
    private static readonly string[] Ours =
        ["connection", "content-length", "content-type", "expect", "host", "te", "trailer", "transfer-encoding",
            "upgrade"];

    private readonly ListReader _list = new(utf8, lines);

    /// <summary>Reads the list that the reader stands at.</summary>
    /// <exception cref="ConfigurationException">Something in it means nothing, or is missing.</exception>
    public void Read(ref Utf8JsonReader reader, List<NamedProxy> proxies)
    {
        _list.RequireList(
            ref reader, "proxies", "[{\"name\": \"chat\", \"url\": \"http://127.0.0.1:3000/chat\"}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var at = _list.Here(ref reader);
            var next = ReadOne(ref reader);
            var again = proxies.Find(other => other.Name == next.Name) is not null
                ? $"there is a proxy with the name \"{next.Name}\" already"
                : next.RpcPrefixes.FirstOrDefault(prefix => proxies.Exists(
                    other => other.RpcPrefixes.Contains(prefix))) is { } prefix
                ? $"another proxy has \"{prefix}\" in rpc_prefixes already"
                : proxies.Count == Most ? $"there may be {Most} proxies"
                : null;
            if (again is not null)
            {
                throw new ConfigurationException($"{at}: {again}");
            }

            proxies.Add(next);
        }
    }

    private NamedProxy ReadOne(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "a proxy");
        var origin = _list.Here(ref reader);
        var one = new NamedProxy("", "");
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "name":
                    one = one with
                    {
                        Name = Text(
                            ref reader, key, at, IsName, "letters, digits, \".\", \"_\" and \"-\", 1 to 50"),
                    };
                    break;
                case "url":
                    one = one with
                    {
                        Url = Text(
                            ref reader,
                            key,
                            at,
                            IsUrl,
                            "http:// or https:// with a host, without user, password and variables"),
                    };
                    break;
                case "timeout":
                    var text = _list.Scalar(ref reader);
                    ListReader.Require(
                        Units.TryParseTime(text, out var time) && time > TimeSpan.Zero && time <= LongestTimeout,
                        at, key, text, "a time of at most 1m, such as \"1s\"");
                    one = one with { Timeout = time };
                    break;
                case "http_headers":
                    one = one with
                    {
                        Headers = Texts(
                            ref reader, key, "[\"Cookie\"]", IsField, "the name of a header field, such as Cookie"),
                    };
                    break;
                case "static_headers":
                    one = one with { StaticHeaders = Fields(ref reader, key) };
                    break;
                case "rpc_prefixes":
                    one = one with
                    {
                        RpcPrefixes = Texts(
                            ref reader, key, "[\"chat:\"]", static _ => true, "the beginning of methods"),
                    };
                    break;
                default:
                    throw ListReader.Unknown(at, key, "proxy", Keys);
            }
        }

        Require(one.Name.Length > 0, "name: what namespaces call it");
        Require(one.Url.Length > 0, "url: where it is asked");
        return one;

        void Require(bool isThere, string what)
        {
            if (!isThere)
            {
                throw new ConfigurationException($"{origin}: a proxy wants {what}");
            }
        }
    }

    // Values are not repeated: they may be secrets.
    private List<(string, string)> Fields(ref Utf8JsonReader reader, string key)
    {
        _list.RequireObject(ref reader, $"{key} of a proxy");
        var fields = new List<(string, string)>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (_list.TryReadKey(ref reader, seen, out var name, out var at))
        {
            ListReader.Require(
                IsField(name) && !Ours.Contains(name, StringComparer.OrdinalIgnoreCase),
                at, key, name, $"names of header fields, but none of {string.Join(", ", Ours)}");
            var value = _list.Scalar(ref reader);
            if (value.Any(static letter => letter is < ' ' or > '~') || value.Trim().Length != value.Length)
            {
                throw new ConfigurationException(
                    $"{at}: the value of {name} in {key} wants printable ASCII characters, without space around it");
            }

            fields.Add((name, value));
            RequireFew(fields.Count, at, key);
        }

        return fields;
    }

    private List<string> Texts(
        ref Utf8JsonReader reader, string key, string example, Func<string, bool> isRight, string wants)
    {
        _list.RequireList(ref reader, key, example);
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var at = _list.Here(ref reader);
            texts.Add(Text(ref reader, key, at, isRight, wants));
            RequireFew(texts.Count, at, key);
        }

        return texts;
    }

    private string Text(
        ref Utf8JsonReader reader, string key, string at, Func<string, bool> isRight, string wants)
    {
        var text = _list.Scalar(ref reader);
        ListReader.Require(isRight(text), at, key, text, wants);
        return text;
    }

    private static void RequireFew(int count, string at, string key)
    {
        if (count > MostHeaders)
        {
            throw new ConfigurationException($"{at}: {key} may have {MostHeaders}");
        }
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 50 && RedisSection.IsNodeName(text);

    private static bool IsUrl(string text) => !text.Contains('$')
        && text.All(static letter => letter is > ' ' and <= '~' and not '#' and not '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 };

    private static bool IsField(string text) => text.Length > 0 && text.All(
        static letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter));
}
