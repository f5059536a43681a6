using System.Text.Json;

namespace Halley.Protocol;

/// <summary>An object as JSON.</summary>
public static class JsonBytes
{
    /// <param name="write">Writes what is in it.</param>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ByteBuffer(256);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return output.Written.ToArray();
    }
}
