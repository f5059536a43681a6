using System.Text;
using System.Text.Json;

namespace Halley.Server.Configuration;

/// <summary>
/// The shared part of the readers of lists in a halley.json: keys and values one by one, and mistakes told with their
/// line.
/// </summary>
internal readonly ref struct ListReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;

    public bool TryReadKey(ref Utf8JsonReader reader, HashSet<string> seen, out string key, out string at)
    {
        (key, at) = ("", "");
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        key = reader.GetString()!;
        at = Here(ref reader);
        reader.Read();
        return seen.Add(key)
            ? true
            : throw new ConfigurationException($"{at}: {key} stands here twice; leave one of the two");
    }

    public string Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ =>
            throw new ConfigurationException(
                $"{Here(ref reader)}: a value wants to be text, a number, true or false here"),
    };

    public void RequireList(ref Utf8JsonReader reader, string key, string example)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {key} wants a list: {example}");
        }
    }

    public void RequireObject(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {what} begins with {{");
        }
    }

    public static void Require(bool isRight, string at, string key, string value, string wants)
    {
        if (!isRight)
        {
            throw new ConfigurationException($"{at}: {key} is \"{HiddenSecrets.In(value)}\"; it wants {wants}");
        }
    }

    public static ConfigurationException Unknown(string at, string key, string of, IEnumerable<string> keys) =>
        new($"{at}: {key} is no key of {(of[0] is 'e' ? "an" : "a")} {of}; "
            + (NearMiss.Of(key, keys) is { } near ? $"did you mean {near}?" : $"there are {string.Join(", ", keys)}"));

    public string Here(ref Utf8JsonReader reader) => lines.At(_utf8, reader.TokenStartIndex);
}
