using System.Runtime.CompilerServices;

namespace Halley.Protocol.Transports;

/// <summary>Writes what a message is in some form: the inside of a JSON string, the lines of an event.</summary>
public delegate void MessageForm(ChannelIdentity channel, Message message, ByteBuffer output);

/// <summary>
/// The forms of large messages, made once and shared by all answers that have them, whatever each has around them:
/// callbacks, boundaries, other messages that were missed. Kept as long as an answer waits to be sent that has them.
/// Any thread.
/// </summary>
public static class LargeMessages
{
    /// <summary>
    /// Bytes of payload. A smaller message is sooner copied than kept track of, as long as its client has few.
    /// </summary>
    public const int Least = 4096;

    /// <summary>
    /// The same for a client that has more than <see cref="FewOwn"/> of its own: one that missed much.
    /// </summary>
    public const int LeastOfMany = 512;

    /// <summary>
    /// Bytes that a client may have of its own before they are few no more: a thousand that do not read what they
    /// missed then take what is around their messages, and not the messages.
    /// </summary>
    public const int FewOwn = 16 * 1024;

    // Each thread's buffer to write a form in. It grows to the largest message, and the next collection takes it.
    [ThreadStatic]
    private static WeakReference<ByteBuffer>? Scratch;

    private static readonly ConditionalWeakTable<Message, Forms> Made = new();

    /// <summary>Writes a message in a form, or shares what was written before.</summary>
    /// <param name="form">
    /// Always the same instance for the same form. Of a message, it must always write the same.
    /// </param>
    public static void Write(ChannelIdentity channel, Message message, MessageForm form, ByteBuffer output)
    {
        if (!IsShared(message, output))
        {
            form(channel, message, output);
            return;
        }

        var forms = Made.GetOrCreateValue(message);
        if (forms.Find(form) is not { } bytes)
        {
            // Two at once make it twice, and nobody waits for the other.
            var written = RentScratch();
            form(channel, message, written);
            var isPayload = written.Written.SequenceEqual(message.Payload);
            bytes = forms.Keep(form, isPayload ? message.SharedPayload : written.Written.ToArray());
        }

        output.Share(bytes);
    }

    /// <summary>Writes a message's payload as it is.</summary>
    public static void WritePayload(Message message, ByteBuffer output)
    {
        if (IsShared(message, output))
        {
            output.Share(message.SharedPayload);
        }
        else
        {
            output.Write(message.Payload);
        }
    }

    private static ByteBuffer RentScratch()
    {
        Scratch ??= new WeakReference<ByteBuffer>(null!);
        if (!Scratch.TryGetTarget(out var scratch))
        {
            Scratch.SetTarget(scratch = new ByteBuffer(kept: int.MaxValue));
        }

        scratch.Clear();
        return scratch;
    }

    private static bool IsShared(Message message, ByteBuffer output) =>
        output.CanShare && message.Payload.Length >= (output.Length <= FewOwn ? Least : LeastOfMany);

    /// <summary>The forms that one message has been written in.</summary>
    private sealed class Forms
    {
        private readonly List<(MessageForm Form, WeakReference<byte[]> Bytes)> _made = [];

        public byte[]? Find(MessageForm form)
        {
            lock (_made)
            {
                foreach (var made in _made)
                {
                    if (made.Form == form)
                    {
                        return made.Bytes.TryGetTarget(out var bytes) ? bytes : null;
                    }
                }

                return null;
            }
        }

        public byte[] Keep(MessageForm form, byte[] bytes)
        {
            lock (_made)
            {
                if (Find(form) is { } earlier)
                {
                    return earlier;
                }

                _made.RemoveAll(made => made.Form == form);
                _made.Add((form, new WeakReference<byte[]>(bytes)));
                return bytes;
            }
        }
    }
}
