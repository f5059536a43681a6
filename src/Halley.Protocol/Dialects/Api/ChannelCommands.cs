using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Broker;
using Halley.Channels;

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

/// <summary>The channels whose names begin with a prefix, in the order they were created, a page at a time.</summary>
internal sealed class ChannelsCommand(int maxNameBytes, IBroker broker)
    : BrokerCommand("channels", "prefix", "limit", "cursor")
{
    private const int MostChannels = 10_000;
    private const int UsualChannels = 100;

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var prefix = Encoding.UTF8.GetBytes(arguments.Text("prefix") ?? "");
        var limit = (int)arguments.Integer("limit", 1, MostChannels, UsualChannels);
        var after = CursorOf(arguments);
        if (prefix.Length > maxNameBytes)
        {
            throw arguments.Refuse("prefix is longer than the name of a channel may be.");
        }

        var rest = (await broker.List(prefix).ConfigureAwait(false)).Where(
            channel => channel.State.Position.Epoch > after);
        var page = rest.Take(limit + 1).ToList();
        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray("channels"u8);
            foreach (var channel in page.Take(limit))
            {
                writer.WriteStartObject();
                writer.WriteString("channel"u8, Encoding.UTF8.GetString(channel.Name));
                ChannelCommand.Write(channel.State, writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (page.Count > limit)
            {
                writer.WriteString(
                    "cursor"u8, page[limit - 1].State.Position.Epoch.ToString(CultureInfo.InvariantCulture));
            }
        });
    }

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
internal sealed class HistoryRemoveCommand(int maxNameBytes, IBroker broker) : BrokerCommand(
    "history_remove", "channel")
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
            : throw new ApiFault(ApiError.UnknownChannel, "There is no such channel.");
    }
}

/// <summary>Version, and how many of everything there are, over all processes that share the channels.</summary>
internal sealed class InfoCommand(string version, IBroker broker) : BrokerCommand("info")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var counts = await broker.Count().ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            writer.WriteString("version"u8, version);
            writer.WriteNumber("channels"u8, counts.Channels);
            writer.WriteNumber("subscriptions"u8, counts.Subscribers);
            writer.WriteNumber("subscribers"u8, counts.Receivers);
            writer.WriteNumber("published"u8, counts.Published);
            writer.WriteNumber("stored"u8, counts.Stored);
        });
    }
}
