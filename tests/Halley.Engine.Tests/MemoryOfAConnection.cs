using System.Runtime.CompilerServices;
using Halley.Engine.Connections;

namespace Halley.Engine.Tests;

/// <summary>A million connections may be parked: each is one object, as small as it was measured to be.</summary>
public sealed class MemoryOfAConnection
{
    // Bytes, with the header: 24 of a timer, 32 of a subscription, 24 of a held answer, 40 of what sends and receives.
    private const int Size = 136;

    [Fact]
    public void A_connection_is_one_object_of_136_bytes()
    {
        var connections = new object[1000];
        _ = RuntimeHelpers.GetUninitializedObject(typeof(Connection));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < connections.Length; i++)
        {
            connections[i] = RuntimeHelpers.GetUninitializedObject(typeof(Connection));
        }

        // Rounded down: the runtime may make something of its own meanwhile.
        Assert.Equal(Size, (GC.GetAllocatedBytesForCurrentThread() - before) / connections.Length);
    }
}
