using System.Text;

namespace Halley.Load.Clients;

/// <summary>
/// Pushes to many channels over all connections at once, each with its next push as soon as the last is answered. A channel belongs to
/// one connection, so that its numbers 1, 2, 3... are pushed in order.
/// </summary>
internal sealed class PushRun
{
    private readonly Publishers _publishers;
    private readonly byte[][] _channels;
    private readonly int[] _pushed;
    private readonly int[] _turns;
    private readonly int[] _left;

    /// <param name="channels">At least as many as the publishers have connections.</param>
    public PushRun(Publishers publishers, IEnumerable<string> channels)
    {
        _publishers = publishers;
        _channels = [.. channels.Select(Encoding.ASCII.GetBytes)];
        ArgumentOutOfRangeException.ThrowIfLessThan(_channels.Length, publishers.Connections, nameof(channels));
        _pushed = new int[_channels.Length];
        _turns = new int[publishers.Connections];
        _left = new int[publishers.Connections];
    }

    /// <summary>The number of the last message pushed to a channel; 0: none.</summary>
    public int PushedTo(int channel) => _pushed[channel];

    /// <summary>Returns when so many pushes, channel after channel, have been answered.</summary>
    public void Push(int count)
    {
        _publishers.Answered = PushNext;
        for (var connection = 0; connection < _left.Length; connection++)
        {
            _left[connection] = (count / _left.Length) + (connection < count % _left.Length ? 1 : 0);
            PushNext(connection);
        }

        _publishers.Drain();
    }

    private void PushNext(int connection)
    {
        if (_left[connection]-- <= 0)
        {
            return;
        }

        var channel = connection + (_turns[connection]++ * _left.Length);
        if (channel >= _channels.Length)
        {
            (channel, _turns[connection]) = (connection, 1);
        }

        _publishers.Push(connection, _channels[channel], ++_pushed[channel]);
    }
}
