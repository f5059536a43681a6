using System.Diagnostics;
using System.Text;
using Halley.Load.Native;
using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>Kept-alive connections to where messages are published, each with one under way at most.</summary>
internal sealed class Publishers : IReader, IDisposable
{
    /// <summary>Without any answer for so long, the server is taken for gone.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly Poller _poller;
    private readonly Payload _payload;
    private readonly UrlTemplate _url;
    private readonly PublishRequest _push;
    private readonly PublishRequest? _broadcast;
    private readonly int[] _descriptors;
    private readonly bool[] _isUnderWay;
    private readonly byte[][] _partial;
    private readonly Dictionary<int, int> _indexOf = [];
    private readonly byte[] _accepted;
    private readonly byte[] _message;
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[64 * 1024];

    public Publishers(Poller poller, PublishPlan plan, int connections, Payload payload)
    {
        (_poller, _payload) = (poller, payload);
        _url = UrlTemplate.Parse("--publish", plan.Publish);
        _push = new PublishRequest(_url, plan);
        _broadcast = plan.Broadcast.Length > 0
            ? new PublishRequest(UrlTemplate.Parse("--broadcast-url", plan.Broadcast), plan)
            : null;
        _accepted = Encoding.UTF8.GetBytes(plan.Accepted);
        _message = new byte[payload.Size];
        _request = new byte[(2 * payload.Size) + 8192 + plan.Publish.Length + plan.Body.Length + plan.Headers.Sum(
            line => line.Length + 2)];
        _descriptors = new int[connections];
        _isUnderWay = new bool[connections];
        _partial = Enumerable.Repeat(Array.Empty<byte>(), connections).ToArray();
        for (var i = 0; i < connections; i++)
        {
            Connect(i);
        }
    }

    public int Connections => _descriptors.Length;

    public bool CanBroadcast => _broadcast is not null;

    public int UnderWay { get; private set; }

    public long AnsweredCount { get; private set; }

    /// <summary>Called with the connection's index when its message has been taken by the server.</summary>
    public Action<int>? Answered { get; set; }

    public bool IsUnderWay(int connection) => _isUnderWay[connection];

    /// <param name="channel">The channel's index, or <see cref="Payload.Everybody"/>.</param>
    public void Push(int connection, int channel, int number)
    {
        Debug.Assert(!_isUnderWay[connection], "one at a time");
        _payload.Write(channel, number, Stopwatch.GetTimestamp(), _message);
        var length = channel == Payload.Everybody
            ? _broadcast!.Write(_request, 0, _message)
            : _push.Write(_request, channel, _message);
        _isUnderWay[connection] = true;
        UnderWay++;
        if (!Connector.TrySend(_descriptors[connection], _request.AsSpan(0, length)))
        {
            throw Gone();
        }
    }

    /// <summary>Returns when nothing is under way.</summary>
    /// <exception cref="LoadException">Some were not answered.</exception>
    public void Drain()
    {
        if (!_poller.RunUntil(() => UnderWay == 0, AnswerLimit))
        {
            throw NotAnswered();
        }
    }

    public void Read(int descriptor)
    {
        var connection = _indexOf[descriptor];
        var partial = _partial[connection];
        partial.CopyTo(_answer, 0);
        var got = Connector.Receive(descriptor, _answer.AsSpan(partial.Length));
        if (got < 0)
        {
            return;
        }

        if (got == 0 && !_isUnderWay[connection])
        {
            Reconnect(connection);
            return;
        }

        var answer = _answer.AsSpan(0, partial.Length + Math.Max(got, 0));
        if (!TryReadAnswer(answer, isAll: got == 0, out var closes))
        {
            _partial[connection] = got == 0 || answer.Length == _answer.Length ? throw Gone() : answer.ToArray();
            return;
        }

        _partial[connection] = [];
        _isUnderWay[connection] = false;
        UnderWay--;
        AnsweredCount++;
        if (closes)
        {
            Reconnect(connection);
        }

        Answered?.Invoke(connection);
    }

    public void Dispose()
    {
        for (var i = 0; i < _descriptors.Length; i++)
        {
            Disconnect(i);
        }
    }

    public LoadException NotAnswered() =>
        new($"{UnderWay} messages were published to {_url.Text} and not answered within {AnswerLimit.TotalSeconds} s");

    /// <summary>False: it has not arrived whole.</summary>
    /// <exception cref="LoadException">The message was refused.</exception>
    private bool TryReadAnswer(ReadOnlySpan<byte> answer, bool isAll, out bool closes)
    {
        var rest = answer;
        closes = false;
        if (!HttpHead.TryTake(ref rest, out var head))
        {
            return false;
        }

        var content = rest;
        var body = head.ToBody();
        closes = head.Closes || body.EndsWithConnection;
        var isWhole = false;
        for (Piece piece; !isWhole && (piece = body.Take(ref rest, out _)) != Piece.None;)
        {
            isWhole = piece == Piece.End;
        }

        if (!isWhole && !(isAll && body.EndsWithConnection))
        {
            return false;
        }

        return head.IsSuccess && content.IndexOf(_accepted) >= 0
            ? true
            : throw new LoadException("The server refused a message with: "
                + $"{Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 400)]).ReplaceLineEndings(" ").Trim()}; "
                + "are --publish and its limits right?");
    }

    private static LoadException Gone() =>
        new("The server closed a publisher's connection without an answer: has it ended?");

    private void Connect(int connection)
    {
        var descriptor = Connector.Connect(_url.Address, source: null);
        _descriptors[connection] = descriptor;
        _indexOf[descriptor] = connection;
        _poller.Add(descriptor, this);
    }

    private void Disconnect(int connection)
    {
        _poller.Remove(_descriptors[connection]);
        Libc.Close(_descriptors[connection]);
    }

    private void Reconnect(int connection)
    {
        Disconnect(connection);
        Connect(connection);
    }
}
