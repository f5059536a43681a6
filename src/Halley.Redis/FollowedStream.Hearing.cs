using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>The part that hears the stream over pub/sub: messages, its end, and that it was cleared.</summary>
internal sealed partial class FollowedStream
{
    private void Hear(RedisValue heard)
    {
        ReadOnlySpan<byte> bytes = (byte[])heard!;
        lock (_lock)
        {
            if (_hasEnded || bytes.Length < 2)
            {
                return;
            }

            switch (bytes[0])
            {
                case (byte)'m' when MessageFields.TryReadHeard(bytes, out var epoch, out var message):
                    if (_join.Hear(epoch, message) != Joined.Whole)
                    {
                        _source.DoElsewhere(Read);
                    }

                    break;
                case (byte)'e':
                    HearEnd(new Numbers(bytes[2..]));
                    break;
                case (byte)'c':
                    var numbers = new Numbers(bytes[2..]);
                    if (_join.Position is { } position && numbers.Next() == position.Epoch)
                    {
                        _source.Followed.Clear(Id, numbers.Next() + 1);
                    }

                    break;
                default:
                    // Of a version that is not known here: it is missing.
                    _source.DoElsewhere(Read);
                    break;
            }
        }
    }

    private void HearEnd(Numbers numbers)
    {
        if (_join.Position is { } position && numbers.Next() == position.Epoch)
        {
            var last = new StreamPosition(position.Epoch, numbers.Next() + 1);
            var farewell = numbers.Rest is [(byte)'1', .. var words] ? words.ToArray() : null;
            End(() => _source.Followed.End(Id, new Ending(CloseReason.ChannelClosed, last, farewell)));
        }
    }
}
