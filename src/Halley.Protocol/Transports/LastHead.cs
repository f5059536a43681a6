using Halley.Protocol.Http;

namespace Halley.Protocol.Transports;

/// <summary>The head of the answer to the last message, for all that waited for it. Any thread.</summary>
internal struct LastHead
{
    private volatile Tuple<Message, ResponseHead>? _last;

    /// <param name="make">Makes the head of an answer in that format.</param>
    public ResponseHead For<TFormat>(Message message, TFormat format, Func<TFormat, Message, ResponseHead> make)
    {
        var last = _last;
        if (last?.Item1 != message)
        {
            last = new Tuple<Message, ResponseHead>(message, make(format, message));
            _last = last;
        }

        return last.Item2;
    }
}
