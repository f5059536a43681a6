namespace Halley.Protocol.Clients;

/// <summary>The limits on what one user may take, of each process; 0 is as much as everybody together may.</summary>
/// <param name="Connections">Answers that are held at a time.</param>
/// <param name="PublishesPerSecond">And ten times as many at once, after a while without any.</param>
public sealed record ClientLimits(int Connections, int PublishesPerSecond)
{
    public static ClientLimits None { get; } = new(0, 0);
}
