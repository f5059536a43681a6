namespace Halley.Server.Webhooks;

/// <summary>The events that a receiver wants.</summary>
[Flags]
internal enum WebhookEvents
{
    None = 0,

    /// <summary>A channel has its first subscriber.</summary>
    Occupied = 1,

    /// <summary>A channel has had no subscriber for a while.</summary>
    Vacated = 2,

    /// <summary>Somebody came to a channel whose comings and goings are published.</summary>
    Joined = 4,

    /// <summary>Somebody left such a channel.</summary>
    Left = 8,

    /// <summary>A message was published.</summary>
    Published = 16,
}

/// <summary>The words for them, in a halley.json and in what is sent.</summary>
internal static class WebhookWords
{
    private static readonly (string Word, WebhookEvents Event)[] All =
    [
        ("channel_occupied", WebhookEvents.Occupied),
        ("channel_vacated", WebhookEvents.Vacated),
        ("member_joined", WebhookEvents.Joined),
        ("member_left", WebhookEvents.Left),
        ("publication", WebhookEvents.Published),
    ];

    public static string Wants { get; } = string.Join(", ", All.Select(one => one.Word));

    public static bool IsOne(string word) => All.Any(one => one.Word == word);

    public static WebhookEvents Parse(string word) => All.First(one => one.Word == word).Event;

    public static string Of(WebhookEvents one) => All.First(known => known.Event == one).Word;
}
