using System.Buffers.Text;
using System.Text;

namespace Halley.Load.Wire;

/// <summary>Bytes with places to fill in, {channel} and {message}, taken apart once.</summary>
internal sealed class TextTemplate
{
    /// <summary>The place for a channel's name in a template.</summary>
    public const string Channel = "{channel}";

    /// <summary>The place for a message's content in a template.</summary>
    public const string Message = "{message}";

    private readonly List<(byte[] Literal, string Place)> _parts = [];
    private readonly byte[] _channelPrefix;

    /// <param name="channelPrefix">Channel 7 is this and "7".</param>
    public TextTemplate(string text, string channelPrefix)
    {
        _channelPrefix = Encoding.UTF8.GetBytes(channelPrefix);
        while (text.Length > 0)
        {
            var (at, place) = First(text);
            _parts.Add((Encoding.UTF8.GetBytes(text[..at]), place));
            text = text[(at + place.Length)..];
        }
    }

    public int LengthFor(int channel, int messageLength)
    {
        var length = 0;
        foreach (var (literal, place) in _parts)
        {
            length += literal.Length + (
                place == Channel ? _channelPrefix.Length + Digits(channel) : place == Message ? messageLength : 0);
        }

        return length;
    }

    /// <returns>The length written.</returns>
    public int Write(Span<byte> destination, int channel, ReadOnlySpan<byte> message)
    {
        var length = 0;
        foreach (var (literal, place) in _parts)
        {
            Append(literal, destination, ref length);
            if (place == Channel)
            {
                Append(_channelPrefix, destination, ref length);
                Utf8Formatter.TryFormat(channel, destination[length..], out var digits);
                length += digits;
            }
            else if (place == Message)
            {
                Append(message, destination, ref length);
            }
        }

        return length;
    }

    private static (int At, string Place) First(string text)
    {
        var channel = text.IndexOf(Channel, StringComparison.Ordinal);
        var message = text.IndexOf(Message, StringComparison.Ordinal);
        return channel >= 0 && (message < 0 || channel < message) ? (channel, Channel)
            : message >= 0 ? (message, Message)
            : (text.Length, "");
    }

    private static int Digits(int number)
    {
        var digits = 1;
        while ((number /= 10) > 0)
        {
            digits++;
        }

        return digits;
    }

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int length)
    {
        bytes.CopyTo(destination[length..]);
        length += bytes.Length;
    }
}
