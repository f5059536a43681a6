namespace Halley.Load.Measures;

/// <summary>To which channels a run publishes.</summary>
internal enum Audience
{
    /// <summary>The first channel, always.</summary>
    One,

    /// <summary>Any channel, evenly.</summary>
    Random,

    /// <summary>All: one message to everybody where the server can, else one to each channel in turn.</summary>
    All,
}

/// <summary>The settings of a run.</summary>
internal sealed record RunSettings
{
    public required int Subscribers { get; init; }

    /// <summary>Subscriber i listens to channel i modulo this.</summary>
    public required int Channels { get; init; }

    public Audience To { get; init; } = Audience.Random;

    /// <summary>
    /// The number of messages to publish; where <see cref="Seconds"/> is set, that many seconds' worth at the rate.
    /// </summary>
    public long Messages { get; init; } = 1000;

    /// <summary>Messages published a second; 0: as fast as they are answered.</summary>
    public double Rate { get; init; }

    public double Seconds { get; init; }

    /// <summary>Messages to everybody, before the others.</summary>
    public int Broadcasts { get; init; }

    /// <summary>The share of subscribers that leave and come back; 0: none.</summary>
    public double Drop { get; init; }

    /// <summary>Whether those who come back say where they were, so that they get what they missed.</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Messages published to channels of those who are away, and again when they are back.</summary>
    public long Missed { get; init; } = 1000;

    /// <summary>Publishers' connections.</summary>
    public int Publishers { get; init; } = 16;

    /// <summary>Client processes; 0: as many as the limit of descriptors needs.</summary>
    public int Clients { get; init; }

    /// <summary>Without any delivery for so long, what has not come is lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
