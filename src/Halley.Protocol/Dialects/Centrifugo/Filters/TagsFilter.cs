using System.Globalization;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Filters;

/// <summary>
/// A condition on the messages of a channel, by their tags. All subscribers that want the same have one filter, which
/// answers for a message once. Any thread.
/// </summary>
internal sealed class TagsFilter(FilterNode condition)
{
    /// <summary>The most conditions of a filter, with the values of their lists: a message meets all of them.</summary>
    public const int MostParts = 1_000;

    private Verdict _last = new(null, false);

    public bool Matches(Message message)
    {
        var last = _last;
        if (last.Message != message)
        {
            last = new Verdict(message, Matches(condition, MessageTags.Of(message)));
            _last = last;
        }

        return last.IsWanted;
    }

    /// <summary>Whether a condition is one, and not too long.</summary>
    public static bool IsOne(FilterNode condition)
    {
        var parts = 0;
        return IsOne(condition, ref parts);
    }

    public static bool Matches(FilterNode condition, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        switch (condition.Op)
        {
            case "and":
                return condition.Nodes!.TrueForAll(node => Matches(node, tags));
            case "or":
                return condition.Nodes!.Exists(node => Matches(node, tags));
            case "not":
                return !Matches(condition.Nodes![0], tags);
            default:
                return Compares(condition, ValueOf(condition.Key, tags));
        }
    }

    private static bool IsOne(FilterNode node, ref int parts)
    {
        parts += 1 + (node.Values?.Count ?? 0);
        var (nodes, values) = (node.Nodes?.Count ?? 0, node.Values?.Count ?? 0);
        if (parts > MostParts)
        {
            return false;
        }

        switch (node.Op)
        {
            case "and" or "or" when nodes > 0:
            case "not" when nodes == 1:
                foreach (var inner in node.Nodes!)
                {
                    if (!IsOne(inner, ref parts))
                    {
                        return false;
                    }
                }

                return true;
            case "":
                return node.Comparison switch
                {
                    "eq" or "neq" or "sw" or "ew" or "ct" or "gt" or "gte" or "lt" or "lte" =>
                        node.Key.Length > 0 && node.Value.Length > 0 && values == 0,
                    "in" or "nin" => node.Key.Length > 0 && node.Value.Length == 0 && values > 0,
                    "ex" or "nex" => node.Value.Length == 0 && values == 0,
                    _ => false,
                };
            default:
                return false;
        }
    }

    // Where there is no such tag, it is neither equal nor greater nor in a list.
    private static bool Compares(FilterNode node, string? value) => node.Comparison switch
    {
        "eq" => value == node.Value,
        "neq" => value != node.Value,
        "in" => value is not null && node.Values!.Contains(value),
        "nin" => value is null || !node.Values!.Contains(value),
        "ex" => value is not null,
        "nex" => value is null,
        "sw" => value?.StartsWith(node.Value, StringComparison.Ordinal) == true,
        "ew" => value?.EndsWith(node.Value, StringComparison.Ordinal) == true,
        "ct" => value?.Contains(node.Value, StringComparison.Ordinal) == true,
        "gt" => Order(value, node.Value) > 0,
        "gte" => Order(value, node.Value) >= 0,
        "lt" => Order(value, node.Value) < 0,
        _ => Order(value, node.Value) <= 0,
    };

    // Null where one of them is no number: then no order holds.
    private static int? Order(string? value, string other)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(value, Style, CultureInfo.InvariantCulture, out var one)
            && decimal.TryParse(other, Style, CultureInfo.InvariantCulture, out var two)
            ? one.CompareTo(two)
            : null;
    }

    private static string? ValueOf(string key, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i].Key == key)
            {
                return tags[i].Value;
            }
        }

        return null;
    }

    private sealed record Verdict(Message? Message, bool IsWanted);
}
