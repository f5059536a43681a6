namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The kind of an nchan location.</summary>
public enum NchanKind
{
    /// <summary>POST publishes, GET tells of the channel, DELETE deletes it.</summary>
    Publisher,

    /// <summary>GET subscribes, by whichever transport the request asks for.</summary>
    Subscriber,

    /// <summary>GET subscribes and POST publishes.</summary>
    Pubsub,

    /// <summary>Tells of a group of channels, changes its limits, deletes it.</summary>
    Group,
}

/// <summary>The words of halley.json for the kinds.</summary>
public static class NchanKinds
{
    public static IReadOnlyDictionary<string, NchanKind> ByName { get; } = new Dictionary<string, NchanKind>
    {
        ["nchan_publisher"] = NchanKind.Publisher,
        ["nchan_subscriber"] = NchanKind.Subscriber,
        ["nchan_pubsub"] = NchanKind.Pubsub,
        ["nchan_group"] = NchanKind.Group,
    };

    internal static string[] Publishers { get; } = ["nchan_publisher", "nchan_pubsub"];

    internal static string[] Subscribers { get; } = ["nchan_subscriber", "nchan_pubsub"];

    internal static string[] OfChannels { get; } = ["nchan_publisher", "nchan_subscriber", "nchan_pubsub"];
}
