using System.Net;
using System.Text;
using Halley.Load.Native;

namespace Halley.Load.Clients;

/// <summary>Kept-alive connections to the admin port, each with one push under way at most.</summary>
internal sealed class Publishers : IReader, IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly Poller _poller;
    private readonly Payload _payload;
    private readonly int[] _descriptors;
    private readonly Dictionary<int, int> _indexOf = [];
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[64 * 1024];

    public Publishers(Poller poller, IPEndPoint admin, int connections, Payload payload)
    {
        (_poller, _payload) = (poller, payload);
        _request = new byte[payload.Size + 512];
        _descriptors = new int[connections];
        for (var i = 0; i < connections; i++)
        {
            _descriptors[i] = Connector.Connect(admin, source: null);
            _indexOf[_descriptors[i]] = i;
            _poller.Add(_descriptors[i], this);
        }
    }

    public int Connections => _descriptors.Length;

    public int UnderWay { get; private set; }

    /// <summary>Called with the connection's index when its push has been answered with ok.</summary>
    public Action<int>? Answered { get; set; }

    public void Push(int connection, ReadOnlySpan<byte> channel, int number)
    {
        var length = 0;
        Append("GET /push?cname="u8, ref length);
        Append(channel, ref length);
        Append("&content="u8, ref length);
        _payload.Write(number, _request.AsSpan(length));
        length += _payload.Size;
        Append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: halley-load/1.0\r\n\r\n"u8, ref length);
        UnderWay++;
        Connector.Send(_descriptors[connection], _request.AsSpan(0, length));
    }

    /// <summary>Returns when nothing is under way.</summary>
    public void Drain()
    {
        if (!_poller.RunUntil(() => UnderWay == 0, AnswerLimit))
        {
            throw new LoadException($"{UnderWay} pushes were not answered.");
        }
    }

    // The answer is less than 300 bytes written at once: it always comes whole, and anything else is worth stopping for.
    public void Read(int descriptor)
    {
        var got = Connector.Receive(descriptor, _answer);
        if (got < 0)
        {
            return;
        }

        var answer = _answer.AsSpan(0, got);
        if (!answer.StartsWith("HTTP/1.1 200 "u8) || !answer.EndsWith("\r\n\r\n{\"type\":\"ok\"}\n"u8))
        {
            throw new LoadException($"A push was answered with {Encoding.ASCII.GetString(answer)}");
        }

        UnderWay--;
        var connection = _indexOf[descriptor];
        Answered?.Invoke(connection);
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            _poller.Remove(descriptor);
            Libc.Close(descriptor);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes, ref int length)
    {
        bytes.CopyTo(_request.AsSpan(length));
        length += bytes.Length;
    }
}
