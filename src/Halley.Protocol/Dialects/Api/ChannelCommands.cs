using System.Buffers;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>One channel as it is: how many subscribers it has, where its stream stands, how much it keeps.</summary>
internal sealed class ChannelCommand(int maxNameBytes, IBroker broker) : BrokerCommand("channel", "channel")
{
    /// <summary>Writes a channel as it is.</summary>
    public static void Write(in ChannelState state, Utf8JsonWriter writer)
    {
        writer.WriteNumber("subscribers"u8, state.Subscribers);
        writer.WriteNumber("stored"u8, state.Stored);
        writer.WriteString("epoch"u8, state.Position.Epoch.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("offset"u8, state.Position.Offset - 1);
    }

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var state = await broker.Info(arguments.Channel("channel", maxNameBytes)).ConfigureAwait(false);
        return state is { } known
            ? ApiAnswer.With(writer => Write(known, writer))
            : throw new ApiFault(ApiError.UnknownChannel, "There is no such channel.");
    }
}

/// <summary>
/// The channels whose names begin with a prefix, or match a pattern, a page at a time.
/// </summary>
internal sealed class ChannelsCommand(int maxNameBytes, IBroker broker, ApiForm form)
    : BrokerCommand("channels", "prefix", "pattern", "sort", "limit", "cursor")
{
    private static readonly string[] Orders = ["created", "name", "subscribers", "stored"];

    private const int MostChannels = 10_000;

    private static readonly SearchValues<char> Unknown = SearchValues.Create("[]{}\\!");

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var pattern = arguments.Text("pattern") ?? "";
        var prefix = PrefixOf(arguments, pattern);
        var limit = (int)arguments.Integer("limit", 1, MostChannels, form.UsualChannels);
        var after = CursorOf(arguments);
        var order = arguments.Text("sort") ?? Orders[0];
        if (!Orders.Contains(order))
        {
            throw arguments.Refuse($"sort must be one of {string.Join(", ", Orders)}.");
        }

        if (prefix.Length > maxNameBytes)
        {
            throw arguments.Refuse("prefix is longer than the name of a channel may be.");
        }

        // Of what changes, a page is a stretch: its cursor says how many came before.
        var isStretch = order != Orders[0];
        var all = (await broker.List(prefix).ConfigureAwait(false)).Where(channel =>
            (channel.State.Subscribers > 0 || !form.HasEveryChannel) && Matches(pattern, channel.Name));
        var rest = isStretch
            ? Sorted(all, order).Skip((int)Math.Clamp(after, 0, int.MaxValue))
            : all.Where(channel => channel.State.Position.Epoch > after);
        var page = rest.Take(limit + 1).ToList();
        return ApiAnswer.With(writer =>
        {
            form.Write(page.Take(limit), writer);
            if (page.Count > limit)
            {
                var next = isStretch ? Math.Max(after, 0) + limit : page[limit - 1].State.Position.Epoch;
                writer.WriteString("cursor"u8, next.ToString(CultureInfo.InvariantCulture));
            }
        });
    }

    private static IEnumerable<NamedState> Sorted(IEnumerable<NamedState> channels, string order) => order switch
    {
        "subscribers" => channels.OrderByDescending(channel => channel.State.Subscribers),
        "stored" => channels.OrderByDescending(channel => channel.State.Stored),
        _ => channels.OrderBy(
            channel => channel.Name, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))),
    };

    // What stands before the first wildcard spares a look at the other channels.
    private static byte[] PrefixOf(ApiArguments arguments, string pattern)
    {
        if (pattern.AsSpan().ContainsAny(Unknown))
        {
            throw arguments.Refuse("pattern knows * and ? alone.");
        }

        var wildcard = pattern.AsSpan().IndexOfAny('*', '?');
        var beginning = wildcard < 0 ? pattern : pattern[..wildcard];
        var prefix = arguments.Text("prefix") ?? beginning;
        return Encoding.UTF8.GetBytes(prefix);
    }

    private static bool Matches(string pattern, byte[] name) =>
        pattern.Length == 0
            || FileSystemName.MatchesSimpleExpression(pattern, Encoding.UTF8.GetString(name), ignoreCase: false);

    // Channels are created with rising epochs.
    private static long CursorOf(ApiArguments arguments)
    {
        var text = arguments.Text("cursor");
        return text is null ? -1
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch
            : throw arguments.Refuse("cursor must be the cursor of the answer before.");
    }
}

/// <summary>Forgets the messages that a channel keeps; its numbers go on.</summary>
internal sealed class HistoryRemoveCommand(int maxNameBytes, IBroker broker, ApiForm form)
    : BrokerCommand("history_remove", "channel")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var place = await broker.Clear(arguments.Channel("channel", maxNameBytes)).ConfigureAwait(false);
        return place is { } known
            ? ApiAnswer.With(writer =>
            {
                writer.WriteString("epoch"u8, known.Epoch.ToString(CultureInfo.InvariantCulture));
                writer.WriteNumber("offset"u8, known.Offset - 1);
            })
            : form.HasEveryChannel ? ApiAnswer.With(static _ => { })
            : throw new ApiFault(ApiError.UnknownChannel, "There is no such channel.");
    }
}

/// <summary>
/// Version, and how many of everything there are, over all processes that share the channels, or on each server.
/// </summary>
internal sealed class InfoCommand(string version, IBroker broker, NodeSurvey nodes, ApiForm form) : BrokerCommand(
    "info")
{
    /// <inheritdoc/>
    protected override ValueTask<ApiAnswer> Run(ApiArguments arguments) => form.Info(version, broker, nodes);
}
