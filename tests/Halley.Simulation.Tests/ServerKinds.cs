using Halley.Sqlite;

namespace Halley.Simulation.Tests;

/// <summary>The kinds of servers that are simulated, one seed after another.</summary>
internal static class ServerKinds
{
    public static Servers Make(int seed, World world) => ((uint)seed % 8) switch
    {
        0 => new MemoryServers(world.Dice),
        1 => new StoredServers(world, Durability.Disk),
        2 => new StoredServers(world, Durability.Memory),
        _ => new RedisServers(world),
    };
}
