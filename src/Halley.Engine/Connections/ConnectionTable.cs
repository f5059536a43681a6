using System.Diagnostics;

namespace Halley.Engine.Connections;

/// <summary>
/// Finds a connection by the key of an event: a slot, and the generation of its connection, so that a late event of a
/// closed connection does not reach the next one. In pages, so that growing copies nothing. Belongs to one reactor.
/// </summary>
internal sealed class ConnectionTable
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;

    private readonly List<Connection?[]> _pages = [];
    private readonly Stack<int> _free = new();
    private int _used;
    private uint _generation;

    public int Count => _used - _free.Count;

    /// <summary>The number of slots that were ever used, from 0 on.</summary>
    public int Slots => _used;

    /// <summary>Gives a connection a slot and a generation.</summary>
    /// <returns>The key its events will carry.</returns>
    public ulong Add(Connection connection)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _used++;
            if (slot >> PageBits == _pages.Count)
            {
                _pages.Add(new Connection?[PageSize]);
            }
        }

        // Never all ones in the upper half: such keys are the reactor's own.
        _generation = (_generation + 1) & 0x7FFF_FFFF;
        _pages[slot >> PageBits][slot & (PageSize - 1)] = connection;
        return ((ulong)_generation << 32) | (uint)slot;
    }

    /// <returns>Null when that connection is closed.</returns>
    public Connection? Find(ulong key)
    {
        var slot = (int)(uint)key;
        var connection = _pages[slot >> PageBits][slot & (PageSize - 1)];
        return connection?.Key == key ? connection : null;
    }

    /// <returns>Null when the slot is free.</returns>
    public Connection? At(int slot) => _pages[slot >> PageBits][slot & (PageSize - 1)];

    /// <summary>Walks the slots from one on, also those that come to be meanwhile.</summary>
    /// <returns>For each slot its connection, or null.</returns>
    public IEnumerable<Connection?> From(uint slot)
    {
        for (long next = slot; next < _used; next++)
        {
            yield return At((int)next);
        }
    }

    public void Remove(Connection connection)
    {
        Debug.Assert(Find(connection.Key) == connection, "a connection is removed once");
        var slot = (int)(uint)connection.Key;
        _pages[slot >> PageBits][slot & (PageSize - 1)] = null;
        _free.Push(slot);
    }

    /// <summary>Picks some connections at random; one perhaps twice.</summary>
    public IEnumerable<Connection> Sample(Random random, int count)
    {
        for (var i = 0; i < count && _used > 0; i++)
        {
            var slot = random.Next(_used);
            if (_pages[slot >> PageBits][slot & (PageSize - 1)] is { } connection)
            {
                yield return connection;
            }
        }
    }

    public IEnumerable<Connection> All() => _pages.SelectMany(page => page).OfType<Connection>();
}
