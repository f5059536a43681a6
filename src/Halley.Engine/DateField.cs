using System.Text;

namespace Halley.Engine;

/// <summary>
/// The Date field of the answers of one reactor: written anew when the second has changed, and looked at once a tick.
/// </summary>
internal sealed class DateField(TimeProvider time)
{
    private readonly byte[] _field = Encoding.ASCII.GetBytes("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    private long _second;
    private uint _tick = uint.MaxValue;

    /// <summary>The field with its line end.</summary>
    /// <param name="tick">The reactor's current one.</param>
    public ReadOnlySpan<byte> At(uint tick)
    {
        if (_tick != tick)
        {
            _tick = tick;
            Update();
        }

        return _field;
    }

    private void Update()
    {
        var now = time.GetUtcNow();
        if (now.ToUnixTimeSeconds() != _second)
        {
            _second = now.ToUnixTimeSeconds();
            now.TryFormat(_field.AsSpan("Date: ".Length), out _, "R");
        }
    }
}
