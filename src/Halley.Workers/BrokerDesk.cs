using System.Text;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>
/// Carries out the calls of a worker's <see cref="LinkBroker"/>, with the main process's own broker. On the link's
/// dispatcher; answers from any thread.
/// </summary>
internal sealed class BrokerDesk(IBroker broker, Link link)
{
    private readonly Dictionary<byte[], byte[]> _bequeathed = new(NameComparer.Instance);

    /// <summary>All that the worker has left to others.</summary>
    public IReadOnlyList<byte[]> Bequeathed => [.. _bequeathed.Values];

    /// <summary>Begins one call, and answers it when it is done: usually at once.</summary>
    /// <returns>False where it is no call.</returns>
    public bool TryServe(ref FrameReader reader)
    {
        var (number, kind) = (reader.ReadUInt(), (CallKind)reader.ReadByte());
        switch (kind)
        {
            case CallKind.Publish:
                var target = reader.ReadBytes();
                Answer(
                    number,
                    broker.Publish(target, BrokerFields.ReadPublication(ref reader)),
                    static (output, result) => output.WriteResult(result));
                break;
            case CallKind.PublishToAll:
                Answer(
                    number,
                    broker.PublishToAll(reader.ReadBytes().ToArray(), link.Dispatcher),
                    static (output, reached) => output.WriteLong(reached));
                break;
            case CallKind.Create:
                Answer(
                    number,
                    broker.Create(reader.ReadBytes(), ReadTime(ref reader)),
                    static (output, isThere) => output.WriteBool(isThere));
                break;
            case CallKind.Reserve:
                Answer(
                    number,
                    broker.Reserve(reader.ReadBytes(), ReadTime(ref reader), reader.ReadInt()),
                    static (output, reserved) => output.WriteReservation(reserved));
                break;
            case CallKind.Close:
                Answer(
                    number,
                    broker.Close(reader.ReadBytes(), BrokerFields.ReadOptional(ref reader)),
                    static (output, last) => output.WriteState(last));
                break;
            case CallKind.Clear:
                Answer(number, broker.Clear(reader.ReadBytes()), static (output, place) => output.WritePlace(place));
                break;
            case CallKind.Info:
                Answer(number, broker.Info(reader.ReadBytes()), static (output, state) => output.WriteState(state));
                break;
            case CallKind.List:
                Answer(number, broker.List(reader.ReadBytes()), static (output, states) => output.WriteStates(states));
                break;
            case CallKind.Count:
                Answer(number, broker.Count(), static (output, counts) => output.WriteCounts(counts));
                break;
            case CallKind.Survey:
                var question = Encoding.UTF8.GetString(reader.ReadBytes());
                Answer(
                    number,
                    broker.Survey(question, reader.ReadBytes().ToArray()),
                    static (output, answers) => output.WriteAnswers(answers));
                break;
            case CallKind.SurveyAll:
                var all = Encoding.UTF8.GetString(reader.ReadBytes());
                Answer(
                    number,
                    broker.SurveyAll(all, reader.ReadBytes().ToArray()),
                    static (output, result) => output.WriteSurvey(result));
                break;
            case CallKind.Bequeath:
                Answer(
                    number,
                    Keep(reader.ReadBytes().ToArray(), BrokerFields.ReadOptional(ref reader)),
                    static (output, isKept) => output.WriteBool(isKept));
                break;
            default:
                return false;
        }

        return true;
    }

    // For this process, which may survive the worker; and for others, which may survive both.
    private async ValueTask<bool> Keep(byte[] key, byte[]? what)
    {
        if (what is null)
        {
            _bequeathed.Remove(key);
        }
        else
        {
            _bequeathed[key] = what;
        }

        await broker.Bequeath(key, what).ConfigureAwait(false);
        return true;
    }

    private static TimeSpan ReadTime(ref FrameReader reader) => TimeSpan.FromTicks(reader.ReadLong());

    private void Answer<T>(uint number, ValueTask<T> pending, Action<ByteBuffer, T> write)
    {
        if (pending.IsCompleted)
        {
            Send(pending);
            return;
        }

        var task = pending.AsTask();
        task.GetAwaiter().UnsafeOnCompleted(() => Send(new ValueTask<T>(task)));

        void Send(in ValueTask<T> done)
        {
            try
            {
                var result = done.GetAwaiter().GetResult();
                link.Send(new Answer(number, output => write(output, result)));
            }
            catch (BrokerException why)
            {
                link.Send(new BrokerFailure(FrameType.CallFailed, number, why));
            }
        }
    }
}
