using System.Globalization;
using Halley.Channels;
using Halley.Protocol.Reports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>A report on one channel.</summary>
/// <param name="Published">The number of its last message, and so of the messages it has had.</param>
internal readonly record struct ChannelInfo(byte[] Id, long Published, int Stored, int Subscribers)
{
    private static readonly Field ChannelField = new("channel", FieldKind.Text, xml: "name");
    private static readonly Field PublishedField = new("published_messages");
    private static readonly Field StoredField = new("stored_messages");
    private static readonly Field SubscribersField = new("subscribers", plain: "active_subscribers");

    public static ChannelInfo Of(byte[] id, in ChannelState state) =>
        new(id, state.Position.Offset - 1, state.Stored, state.Subscribers);

    public void Write(Layouts layouts, ReportLanguage language, ByteBuffer output) => layouts.Write(
        language,
        [
            ChannelField.Is(Id),
            PublishedField.Is(Published),
            StoredField.Is(Stored),
            SubscribersField.Is(Subscribers),
        ],
        output);
}

/// <summary>A report on the server.</summary>
/// <param name="Channels">Those whose id does not begin with the wildcard prefix.</param>
/// <param name="Process">What happened lately, and the process that was asked.</param>
internal sealed record ServerInfo(
    long Channels,
    long WildcardChannels,
    long PublishedMessages,
    long StoredMessages,
    long Subscribers,
    ServerShare Process)
{
    private static readonly Field HostName = new("hostname", FieldKind.Text);
    private static readonly Field Time = new("time", FieldKind.Token);
    private static readonly Field ChannelsField = new("channels");
    private static readonly Field WildcardChannelsField = new("wildcard_channels");
    private static readonly Field Published = new("published_messages");
    private static readonly Field Stored = new("stored_messages");
    private static readonly Field MessagesInTrash = new("messages_in_trash");
    private static readonly Field ChannelsInDelete = new("channels_in_delete");
    private static readonly Field ChannelsInTrash = new("channels_in_trash");
    private static readonly Field SubscribersField = new("subscribers");
    private static readonly Field Uptime = new("uptime");

    // A string in JSON: so the original has it.
    private static readonly Field ProcessId = new("pid", FieldKind.Token);

    /// <summary>Lists the fields before a list of channels, in the original's order.</summary>
    public FieldValue[] GroupFields() => [.. Head(), Uptime.Is(Process.Uptime)];

    /// <summary>All of the server, in the original's order.</summary>
    public FieldValue[] SummaryFields() =>
    [
        .. Head(),
        Published.Is(PublishedMessages),
        Stored.Is(StoredMessages),
        MessagesInTrash.Is(Process.MessagesInTrash),
        ChannelsInDelete.Is(Process.ChannelsInDelete),
        ChannelsInTrash.Is(Process.ChannelsInTrash),
        SubscribersField.Is(Subscribers),
        Uptime.Is(Process.Uptime),
    ];

    /// <summary>The one process that serves all.</summary>
    public FieldValue[] WorkerFields() =>
    [
        ProcessId.Is(Process.ProcessId),
        SubscribersField.Is(Subscribers),
        Uptime.Is(Process.Uptime),
    ];

    private FieldValue[] Head() =>
    [
        HostName.Is(Process.HostName),
        Time.Is(Process.Time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)),
        ChannelsField.Is(Channels),
        WildcardChannelsField.Is(WildcardChannels),
    ];
}
