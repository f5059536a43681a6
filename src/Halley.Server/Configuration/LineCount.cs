namespace Halley.Server.Configuration;

/// <summary>Turns a place in a file's text into FILE:LINE.</summary>
internal sealed class LineCount(string name)
{
    public string At(ReadOnlySpan<byte> utf8, long index) => $"{name}:{utf8[..(int)index].Count((byte)'\n') + 1}";
}
