using Halley.Channels;
using Halley.Protocol.Dialects.Centrifugo.Differences;
using Halley.Protocol.Dialects.Centrifugo.Filters;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Sessions;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The place of a session that wants some of a channel's messages, or what is different in each. Not both: a difference
/// is from the message before, which may have been left out.
/// </summary>
/// <param name="filter">Which messages it wants; null for all, as differences.</param>
/// <param name="info">What others in the channel may see of its client besides; null for nothing.</param>
internal sealed class SelectivePlace(CentrifugoSession session, TagsFilter? filter, byte[]? info)
    : SessionPlace(session)
{
    private TransportFormat? _form;

    // The message that its client has, and the next one differs from.
    private Message? _last;

    /// <inheritdoc/>
    public override TransportFormat? Form => _form;

    /// <inheritdoc/>
    public override byte[]? Info => info;

    /// <summary>
    /// Says what is told here, and chooses of what was missed: what is wanted, or all of it, whole.
    /// </summary>
    public void Begin(in AttachResult attached, SubscribeResult answer)
    {
        answer.Delta = filter is null;
        if (answer.Publications is null)
        {
            return;
        }

        if (filter is not null)
        {
            answer.Publications = [.. attached.Missed.Where(filter.Matches).Select(PublicationForm.Of)];
            return;
        }

        var isText = session.Carrier.Codec.IsText;
        answer.Publications = [.. attached.Missed.Select(message => Difference.Whole(message, isText))];
        _last = attached.Missed[^1];
    }

    /// <inheritdoc/>
    protected override void Deliver(Message message)
    {
        if (filter is not null)
        {
            if (filter.Matches(message))
            {
                base.Deliver(message);
            }

            return;
        }

        if (_last is { } before && before.Offset == message.Offset - 1)
        {
            Difference.Note(message, before);
            _form = session.Carrier.Differences;
        }
        else
        {
            _form = session.Carrier.WholeForDifferences;
        }

        _last = message;
        base.Deliver(message);
    }
}
