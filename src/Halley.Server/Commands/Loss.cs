namespace Halley.Server.Commands;

/// <summary>Describes in words what a subscriber has lost, and why.</summary>
internal static class Loss
{
    public static string OfGap(StreamMessage gap) =>
        (gap.From == gap.To ? $"message {gap.From} is lost: " : $"messages {gap.From} to {gap.To} are lost: ")
            + gap.Reason switch
            {
                "evicted" => "newer ones took the place (front.channel_buffer_size)",
                "expired" => "kept no longer than their publisher wanted",
                "cleared" => "a publisher cleared the channel",
                "limit" => "there was no room to keep them (shared_memory_size, or a limit of their publisher's)",
                var other => Printable.Text(other),
            };

    /// <param name="asked">The offset that was asked for.</param>
    public static string OfReset(StreamMessage reset, long asked) => reset.Reason switch
    {
        "epoch" =>
            "the channel began anew: it was closed or forgotten, or the server started again; what came before is lost",
        "ahead" => $"the channel has not come as far as {asked}",
        var other => $"the place {asked} means nothing there: {Printable.Text(other)}",
    } + $"; going on at {reset.Seq}";
}
