using System.Text;
using Halley.Access;
using Halley.Following;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>
/// A worker's end of the link to the main process: carries its broker's calls, and passes on what comes of the streams
/// that it follows.
/// </summary>
public sealed class MainLink : ILinkHandler, IStreamSource, IDisposable
{
    // Characters; with room for what they are in UTF-8.
    private const int MaxLineLength = 8 * 1024;

    private readonly Hub _hub;
    private readonly FollowedChannels _followed;
    private readonly Action<string> _whenEnded;
    private readonly PendingCalls _calls = new();
    private Link? _link;
    private byte[] _lastPayload = [];
    private SilenceTimeout? _silence;
    private Pulse? _pulse;

    /// <param name="hub">The hub, whose channels come from the main process from now on.</param>
    /// <param name="idleTimeout">The time that the main process keeps an unused channel.</param>
    /// <param name="whenEnded">Is called with the reason why the link ended; the process can then only end.</param>
    public MainLink(Hub hub, TimeSpan idleTimeout, TimeProvider time, Action<string> whenEnded)
    {
        _hub = hub;
        _followed = new FollowedChannels(hub, this, idleTimeout, time);
        _whenEnded = whenEnded;
        hub.Use(new LinkBroker(this, _followed, hub), isWorker: true);
    }

    /// <summary>
    /// Ends this process's connections within a time, as the main process asks for; to be set before the link.
    /// Called on the link's dispatcher; must return at once.
    /// </summary>
    public Action<TimeSpan>? WhenToldToDrain { get; set; }

    /// <summary>Sets the link; once, before anything else is called.</summary>
    public ILinkHandler Open(Link link)
    {
        _link = link;
        return this;
    }

    /// <summary>Reports that this process listens.</summary>
    public void SayReady() => _link!.Send(new Ready(Environment.ProcessId));

    /// <summary>
    /// Begins to report that it lives, as long as every one of its dispatchers has its turns; once, after the engine
    /// has started.
    /// </summary>
    /// <param name="silenceTimeout">
    /// The silence of the main process after which this one ends; zero for no limit.
    /// </param>
    public void Live(IReadOnlyList<IDispatcher> dispatchers, TimeSpan silenceTimeout, TimeProvider time)
    {
        _silence = new SilenceTimeout(silenceTimeout);
        _pulse = Pulse.Start(dispatchers, Beat, time);
    }

    /// <summary>Reports why this process cannot listen.</summary>
    public void SayFailed(string why) => _link!.Send(new Failed(Encoding.UTF8.GetBytes(why)));

    /// <summary>Reports that none of this process's connections has anything under way. Any thread.</summary>
    public void SayDrained() => _link!.Send(default(Drained));

    /// <summary>Sends a line for the log. Any thread.</summary>
    /// <param name="level">As Microsoft.Extensions.Logging counts them.</param>
    /// <param name="fields">What the line is made of, by name.</param>
    public void SayLog(
        int level, string source, string line, IEnumerable<KeyValuePair<string, string>> fields) =>
        _link!.Send(new Log(
            (byte)level,
            Encoding.UTF8.GetBytes(source),
            Log.Join(fields.Select(field => KeyValuePair.Create(field.Key, Shorten(field.Value)))),
            Encoding.UTF8.GetBytes(Shorten(line))));

    /// <inheritdoc/>
    public void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator) =>
        _link!.Send(new Follow(
            id, mayCreate, idleTimeout is { } timeout ? (long)timeout.TotalSeconds : -1, creator.Number, name));

    /// <inheritdoc/>
    public void Unfollow(uint id) => _link!.Send(new Unfollow(id));

    /// <inheritdoc/>
    public void AskPosition(uint id) => _link!.Send(new AskPosition(id));

    /// <inheritdoc/>
    public void Count(uint id, int by) => _link!.Send(new Count(id, by));

    /// <inheritdoc/>
    public string? OnFrame(ReadOnlySpan<byte> frame)
    {
        _silence?.Reset();
        var reader = new FrameReader(frame);
        var type = (FrameType)reader.ReadByte();
        var isRight = true;
        switch (type)
        {
            case FrameType.Message:
                var (id, message) = MessageFrame.Read(ref reader, ref _lastPayload);
                isRight = reader.IsWhole && _followed.Append(id, message);
                break;
            case FrameType.Opened:
                var opened = Opened.Read(ref reader);
                isRight = reader.IsWhole
                    && _followed.Open(
                        opened.Id, new StreamPosition(opened.Epoch, opened.Next), opened.Losses, opened.Kept);
                break;
            case FrameType.Refused:
                var refused = Refused.Read(ref reader);
                isRight = reader.IsWhole && _followed.Refuse(refused.Id, refused.Status);
                break;
            case FrameType.Position:
                var position = Position.Read(ref reader);
                _followed.AnswerPosition(position.Id, position.Next);
                break;
            case FrameType.Cleared:
                var cleared = Cleared.Read(ref reader);
                _followed.Clear(cleared.Id, cleared.Before);
                break;
            case FrameType.Ended:
                var ended = Ended.Read(ref reader);
                isRight = reader.IsWhole && _followed.End(ended.Id, ended.Ending);
                break;
            case FrameType.FollowFailed:
                var failed = BrokerFailure.Read(type, ref reader);
                _followed.Fail(failed.Number, failed.Why);
                break;
            case FrameType.Presence:
                var presence = PresenceFrame.Read(ref reader);
                _hub.Presence.Tell(presence.Name, presence.IsHere);
                break;
            case FrameType.Answer:
                isRight = _calls.Answer(ref reader);
                break;
            case FrameType.CallFailed:
                isRight = _calls.Fail(BrokerFailure.Read(type, ref reader));
                break;
            case FrameType.Call:
                isRight = Answer(ref reader);
                break;
            case FrameType.MainAlive:
                break;
            case FrameType.Drain:
                WhenToldToDrain?.Invoke(TimeSpan.FromMilliseconds(Drain.Read(ref reader).Milliseconds));
                break;
            default:
                return $"the main process sends no frame of type {(byte)type}";
        }

        return !reader.IsWhole ? $"a frame of type {type} is too short or too long"
            : isRight ? null : $"a frame of type {type} does not fit what was said before";
    }

    /// <inheritdoc/>
    public void OnEnded(string reason)
    {
        _pulse?.Dispose();
        _whenEnded(reason);
    }

    /// <summary>Stops its timers.</summary>
    public void Dispose() => _followed.Dispose();

    // Where the link ends before there is an answer, so does this process.
    internal ValueTask<T> Ask<T>(CallKind kind, Action<ByteBuffer> write, FieldReader<T> read) =>
        _calls.Ask(_link!, kind, write, read, ifEnded: default!);

    internal void FollowPresence() => _link!.Send(default(FollowPresence));

    // The main process calls for one thing alone: this process's answer to a survey.
    private bool Answer(ref FrameReader reader)
    {
        var (number, kind) = (reader.ReadUInt(), (CallKind)reader.ReadByte());
        var (question, argument) = (Encoding.UTF8.GetString(reader.ReadBytes()), reader.ReadBytes().ToArray());
        if (!reader.IsWhole || kind != CallKind.Survey)
        {
            return false;
        }

        var answering = _hub.Answer(question, argument);
        if (answering.IsCompletedSuccessfully)
        {
            Say(number, answering.Result);
        }
        else
        {
            _ = SayLater(number, answering);
        }

        return true;
    }

    private async Task SayLater(uint number, ValueTask<byte[]?> answering) =>
        Say(number, await answering.ConfigureAwait(false));

    private void Say(uint number, byte[]? answer) =>
        _link!.Send(new Answer(number, output => output.WriteAnswers(answer is null ? [] : [answer])));

    private static string Shorten(string text) => text.Length <= MaxLineLength ? text : text[..MaxLineLength];

    private void Beat()
    {
        _link!.Send(new Alive(FrameType.WorkerAlive));
        if (_silence!.CountBeat())
        {
            _link.End("the main process stands still");
        }
    }
}
