namespace Halley.Protocol.Tests;

public class ByteBufferTests
{
    private readonly ByteBuffer _buffer = new(capacity: 2);

    [Fact]
    public void It_grows_as_needed()
    {
        _buffer.Write("ab"u8);
        _buffer.WriteByte((byte)'c');
        _buffer.WriteDecimal(-42);
        _buffer.Write(default);
        Assert.Equal("abc-42", _buffer.Written.Latin1());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void Numbers_are_written_in_full(long number, string text)
    {
        _buffer.WriteDecimal(number);
        Assert.Equal(text, _buffer.Written.Latin1());
    }

    [Fact]
    public void A_writer_may_ask_for_room_and_say_how_much_it_used()
    {
        "hello"u8.CopyTo(_buffer.GetSpan(5));
        _buffer.Advance(4);
        "o!"u8.CopyTo(_buffer.GetMemory(2).Span);
        _buffer.Advance(2);
        Assert.Equal("hello!", _buffer.Written.Latin1());
    }

    [Fact]
    public void What_is_taken_out_of_the_middle_leaves_no_gap()
    {
        _buffer.Write("abcdef"u8);
        _buffer.Remove(1, 3);
        Assert.Equal("aef", _buffer.Written.Latin1());
        _buffer.Remove(0, 3);
        Assert.Equal(0, _buffer.Length);
    }

    [Fact]
    public void It_is_used_again_after_it_was_cleared()
    {
        _buffer.Write(new byte[1_000_000]);
        _buffer.Clear();
        Assert.Equal(0, _buffer.Length);
        Assert.True(_buffer.GetMemory().Length < 1_000_000, "What only something large needed is given back.");
        _buffer.Write("x"u8);
        Assert.Equal("x", _buffer.Written.Latin1());
    }
}
