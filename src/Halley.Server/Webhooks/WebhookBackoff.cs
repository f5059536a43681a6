namespace Halley.Server.Webhooks;

/// <summary>
/// The wait before a request is sent again: at random between half and the whole of a time that doubles from a second
/// to a minute.
/// </summary>
/// <param name="dice">From 0 up to, and without, 1.</param>
internal sealed class WebhookBackoff(Func<double> dice)
{
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    private TimeSpan _ceiling;

    public bool HasFailed => _ceiling > TimeSpan.Zero;

    public TimeSpan Next()
    {
        _ceiling = HasFailed ? TimeSpan.FromTicks(Math.Min(Most.Ticks, _ceiling.Ticks * 2)) : Least;
        return _ceiling * (0.5 + (dice() / 2));
    }

    /// <summary>It has worked.</summary>
    /// <returns>Whether it had failed before.</returns>
    public bool Reset()
    {
        var hadFailed = HasFailed;
        _ceiling = TimeSpan.Zero;
        return hadFailed;
    }
}
