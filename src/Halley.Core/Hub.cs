namespace Halley;

/// <summary>The channels of this node: find, create, expire.</summary>
public sealed class Hub : IDisposable
{
    public Hub(HubOptions options, TimeProvider time) => _ = (options, time);

    /// <summary>Stops the hub's clock.</summary>
    public void Dispose()
    {
    }
}
