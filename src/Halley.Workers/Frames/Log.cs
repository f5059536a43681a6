using System.Text;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A line for the log, which the main process alone writes.</summary>
/// <param name="fields">What the line is made of: names and values by turns, each ended by a zero byte.</param>
internal readonly ref struct Log(
    byte level, ReadOnlySpan<byte> source, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> line) : IFrame
{
    public byte Level { get; } = level;

    public ReadOnlySpan<byte> Source { get; } = source;

    public ReadOnlySpan<byte> Fields { get; } = fields;

    public ReadOnlySpan<byte> Line { get; } = line;

    public static Log Read(ref FrameReader reader) =>
        new(reader.ReadByte(), reader.ReadBytes(), reader.ReadBytes(), reader.ReadRest());

    /// <summary>Fields as the frame has them.</summary>
    public static byte[] Join(IEnumerable<KeyValuePair<string, string>> fields) =>
        Encoding.UTF8.GetBytes(string.Concat(
            fields.SelectMany(field => (string[])[field.Key, field.Value])
                .Select(text => text.Replace('\0', ' ') + '\0')));

    /// <summary>Splits what <see cref="Join"/> joined.</summary>
    public List<KeyValuePair<string, string>> Split()
    {
        var texts = Encoding.UTF8.GetString(Fields).Split('\0');
        var fields = new List<KeyValuePair<string, string>>();
        for (var i = 0; i + 1 < texts.Length; i += 2)
        {
            fields.Add(new(texts[i], texts[i + 1]));
        }

        return fields;
    }

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Log);
        output.WriteByte(Level);
        output.WriteBytes(Source);
        output.WriteBytes(Fields);
        output.Write(Line);
    }
}
