using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Differences;

/// <summary>
/// The difference of a message from the one before it in its channel, worked out once for all who are told it so. Any
/// thread.
/// </summary>
internal sealed class Difference
{
    // To compare longer ones would hold up a reactor for milliseconds.
    private const int MostBytes = 1 << 20;

    private static readonly ConditionalWeakTable<Message, Difference> Known = new();

    private readonly WeakReference<Message> _before;
    private WeakReference<WirePublication>? _asText;
    private WeakReference<WirePublication>? _asBytes;

    private Difference(Message before) => _before = new WeakReference<Message>(before);

    /// <summary>Notes which message comes before another, for those who are told the difference.</summary>
    public static void Note(Message message, Message before) =>
        Known.GetValue(message, _ => new Difference(before));

    /// <summary>A message as its difference from the one before, or whole, where that is not longer.</summary>
    /// <param name="isText">Whether it is for those who read JSON.</param>
    public static WirePublication Of(Message message, bool isText) =>
        Known.TryGetValue(message, out var known) ? known.Of(message, isText, PublicationForm.Of(message))
            : Whole(message, isText);

    /// <summary>A message that is a base for the difference of the next.</summary>
    public static WirePublication Whole(Message message, bool isText)
    {
        var publication = PublicationForm.Of(message);
        if (isText)
        {
            publication.Data = new Payload(BaseOf(message, isText), PayloadForm.Text);
        }

        return publication;
    }

    private WirePublication Of(Message message, bool isText, WirePublication publication)
    {
        ref var made = ref isText ? ref _asText : ref _asBytes;
        if (made is not null && made.TryGetTarget(out var earlier))
        {
            return earlier;
        }

        var whole = BaseOf(message, isText);
        if (_before.TryGetTarget(out var before)
            && before.Payload.Length + whole.Length <= MostBytes
            && FossilDelta.Write(BaseOf(before, isText), whole, isText) is var delta
            && delta.Length < whole.Length
            && (!isText || Utf8.IsValid(delta)))
        {
            publication.Delta = true;
            whole = delta;
        }

        publication.Data = new Payload(whole, isText ? PayloadForm.Text : PayloadForm.Any);
        made = new WeakReference<WirePublication>(publication);
        return publication;
    }

    // What the client has of a message, byte for byte.
    private static byte[] BaseOf(Message message, bool isText)
    {
        if (!isText)
        {
            return new Payload(message).Unescaped();
        }

        var output = new ByteBuffer(message.Payload.Length + 2);
        JsonValue.Write(message, output);
        return output.Written.ToArray();
    }
}
