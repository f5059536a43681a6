using System.Buffers.Binary;
using System.Text;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>A client of the protocol: says frames of commands, and hears frames.</summary>
internal sealed class CentrifugoCaller(RecordingExchange exchange, CentrifugoServer server)
{
    private int _read;

    public RecordingExchange Exchange => exchange;

    public bool IsEnded => exchange.IsEnded;

    /// <summary>What the close frame said: code and reason; 0 while there was none.</summary>
    public (int Code, string Reason) End { get; private set; }

    /// <summary>Says a frame.</summary>
    public CentrifugoCaller Say(string frame)
    {
        exchange.Say(frame);
        server.Dispatcher.RunAll();
        return this;
    }

    /// <summary>The text frames since the last call, a line each.</summary>
    public string Heard()
    {
        server.Dispatcher.RunAll();
        var bytes = exchange.BodyBytes;
        var frames = new List<string>();
        while (_read < bytes.Length)
        {
            var length = (int)bytes[_read + 1];
            var at = _read + 2;
            if (length == 126)
            {
                length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
                at += 2;
            }
            else if (length == 127)
            {
                length = (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at));
                at += 8;
            }

            var content = bytes.AsSpan(at, length);
            if ((bytes[_read] & 15) == 8)
            {
                End = (BinaryPrimitives.ReadUInt16BigEndian(content), Encoding.UTF8.GetString(content[2..]));
            }
            else
            {
                frames.Add(Encoding.UTF8.GetString(content));
            }

            _read = at + length;
        }

        return string.Join('\n', frames);
    }

    /// <summary>Says a frame, and hears what comes of it.</summary>
    public string Ask(string frame) => Say(frame).Heard();

    /// <summary>The close frame that the server has ended with.</summary>
    public (int Code, string Reason) Ended()
    {
        Heard();
        Assert.True(IsEnded);
        return End;
    }
}
