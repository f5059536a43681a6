using System.Text;
using Halley.Engine.Connections;

namespace Halley.Engine.Tests;

/// <summary>The memory that a stranger's bytes lie in until the whole has come.</summary>
public class HeldMemoryTests
{
    private readonly UnfinishedBytes _count = new(1 << 20);

    [Theory]
    [InlineData(100)]
    [InlineData(HeldMemory.LargeFrom - 1)]
    [InlineData(HeldMemory.LargeFrom)]
    [InlineData(3 << 20)]
    public void It_grows_keeps_its_bytes_is_counted_and_given_back(int capacity)
    {
        var memory = new HeldMemory(capacity, _count);
        Assert.InRange(memory.Capacity, capacity, int.MaxValue);
        Assert.Equal(memory.Capacity, _count.Taken);
        memory.Bytes.Fill(7);
        var filled = memory.Capacity;

        memory.Grow(filled + 1);
        memory.Grow(5 << 20);

        Assert.InRange(memory.Capacity, 5 << 20, 8 << 20);
        Assert.True(memory.IsLarge);
        Assert.Equal(memory.Capacity, _count.Taken);
        Assert.Equal(-1, memory.Bytes[..filled].IndexOfAnyExcept((byte)7));
        memory.Bytes[^1] = 1;
        memory.Dispose();
        memory.Dispose();
        Assert.Equal(0, _count.Taken);
        Assert.Equal(0, memory.Bytes.Length);
    }

    [Fact]
    public void A_store_has_memory_only_while_something_is_in_it()
    {
        using var store = new HeldStore(_count);
        Assert.Equal(0, _count.Taken);
        Assert.Empty(store.Written.ToArray());
        for (var i = 0; i < 1000; i++)
        {
            store.Write(Encoding.ASCII.GetBytes(new string((char)('a' + (i % 26)), 997)));
        }

        Assert.Equal(997_000, store.Length);
        Assert.Equal((byte)'l', store.Written[^1]);
        Assert.InRange(_count.Taken, 997_000, 2_000_000);

        store.Clear();

        Assert.Equal((0, 0L), (store.Length, _count.Taken));
    }

    [Fact]
    public void Large_ones_leave_a_quarter_to_small_ones()
    {
        _count.Add(800_000);
        Assert.True(_count.IsOver(isLarge: true));
        Assert.False(_count.IsOver(isLarge: false));
        _count.Add(300_000);
        Assert.True(_count.IsOver(isLarge: false));
        _count.Add(-1_100_000);
        Assert.False(_count.IsOver(isLarge: true));
    }

    [Fact]
    public void What_a_turn_may_do_of_messages_is_shared_and_ends()
    {
        var work = new MessageWork();
        for (var connection = 0; connection < MessageWork.PerTurn / MessageWork.PerConnection; connection++)
        {
            work.BeginConnection();
            Assert.False(work.IsSpent);
            work.Spend(MessageWork.PerConnection);
            Assert.True(work.IsSpent);
        }

        work.BeginConnection();
        Assert.True(work.IsSpent);
        work.BeginTurn();
        work.BeginConnection();
        Assert.False(work.IsSpent);
    }
}
