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
    /// <summary>Bytes of payload. A smaller message is sooner copied than kept track of.</summary>
    public const int Least = 4096;

    private static readonly ConditionalWeakTable<Message, Forms> Made = new();

    /// <summary>Writes a message in a form, or shares what was written before.</summary>
    /// <param name="form">
    /// Always the same instance for the same form. Of a message, it must always write the same.
    /// </param>
    public static void Write(ChannelIdentity channel, Message message, MessageForm form, ByteBuffer output)
    {
        if (!output.CanShare || message.Payload.Length < Least)
        {
            form(channel, message, output);
            return;
        }

        var forms = Made.GetOrCreateValue(message);
        if (forms.Find(form) is not { } bytes)
        {
            // Two at once make it twice, and nobody waits for the other.
            var written = new ByteBuffer(message.Payload.Length + Least);
            form(channel, message, written);
            bytes = forms.Keep(form, written.Written.ToArray());
        }

        output.Share(bytes);
    }

    /// <summary>Writes a message's payload as it is.</summary>
    public static void WritePayload(Message message, ByteBuffer output)
    {
        if (message.Payload.Length < Least)
        {
            output.Write(message.Payload);
        }
        else
        {
            output.Share(message.SharedPayload);
        }
    }

    /// <summary>The forms that one message has been written in.</summary>
    private sealed class Forms
    {
        private readonly List<(MessageForm Form, WeakReference<byte[]> Bytes)> _made = [];

        public byte[]? Find(MessageForm form)
        {
            lock (_made)
            {
                return _made.Find(made => made.Form == form).Bytes is { } reference
                    && reference.TryGetTarget(out var bytes) ? bytes : null;
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
