using System.Text;
using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>
/// The main process's end of the link to one worker: it follows channels for the worker, counts its subscribers, sends
/// it what is published, and carries out its broker's calls. Belongs to the link's dispatcher.
/// </summary>
public sealed class WorkerDesk : ILinkHandler
{
    private readonly Hub _hub;
    private readonly Link _link;
    private readonly LinkedWorkers _all;
    private readonly BrokerDesk _broker;
    private readonly PendingCalls _calls = new();
    private readonly IWorkerWatch _watch;
    private readonly Pulse _pulse;
    private readonly SilenceTimeout _silence;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReady;
    private bool _hasEnded;

    // By the numbers that the worker gave them. It gives the lowest free one, so the list stays as short as it can.
    private readonly List<ChannelFollower?> _followers = [];

    private PresenceFollower? _presence;
    private Task<IReadOnlyList<byte[]>>? _asked;

    // The last message, whose payload may repeat: a broadcast goes to one channel after another.
    private Message? _last;

    /// <param name="setup">The first frame for the worker.</param>
    /// <param name="silenceTimeout">
    /// The silence after which a worker that was ready is ended; zero for no limit.
    /// </param>
    public WorkerDesk(
        Hub hub,
        Link link,
        WorkerSetup setup,
        LinkedWorkers all,
        IWorkerWatch watch,
        TimeSpan silenceTimeout,
        TimeProvider time)
    {
        _hub = hub;
        _link = link;
        _all = all;
        _broker = new BrokerDesk(hub.Broker, link);
        _watch = watch;
        _silence = new SilenceTimeout(silenceTimeout);
        link.Send(new Setup(setup.Key, setup.Options));
        all.Add(this);
        _pulse = Pulse.Start([link.Dispatcher], Beat, time);
    }

    /// <summary>
    /// Tells the worker to end its connections; completes when it has, or has ended itself. Any thread.
    /// </summary>
    internal Task Drain(TimeSpan within)
    {
        _link.Send(new Drain((int)within.TotalMilliseconds));
        return _drained.Task;
    }

    /// <summary>Asks the worker a question of a survey. Any thread.</summary>
    internal ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) => _calls.Ask(
        _link,
        CallKind.Survey,
        output =>
        {
            output.WriteBytes(Encoding.UTF8.GetBytes(question));
            output.WriteBytes(argument);
        },
        BrokerFields.ReadAnswers,
        ifEnded: []);

    internal int Number => _watch.Number;

    /// <summary>Asks the worker, unless what it was asked so before is not answered yet. Any thread.</summary>
    internal Task<IReadOnlyList<byte[]>>? AskUnlessLate(string question)
    {
        if (Volatile.Read(ref _asked) is { IsCompleted: false })
        {
            return null;
        }

        var asked = Survey(question, []).AsTask();
        Volatile.Write(ref _asked, asked);
        return asked;
    }

    /// <inheritdoc/>
    public string? OnFrame(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        var type = (FrameType)reader.ReadByte();
        string? wrong = null;
        switch (type)
        {
            case FrameType.Follow:
                wrong = Follow(Frames.Follow.Read(ref reader));
                break;
            case FrameType.Unfollow:
                Unfollow(Frames.Unfollow.Read(ref reader).Id);
                break;
            case FrameType.AskPosition:
                AskPosition(Frames.AskPosition.Read(ref reader).Id);
                break;
            case FrameType.Count:
                wrong = Count(Frames.Count.Read(ref reader));
                break;
            case FrameType.Call:
                wrong = _broker.TryServe(ref reader) ? null : "it calls what cannot be called";
                break;
            case FrameType.Answer:
                wrong = _calls.Answer(ref reader) ? null : "it answers what was not asked";
                break;
            case FrameType.FollowPresence:
                FollowPresence();
                break;
            case FrameType.Log:
                var log = Log.Read(ref reader);
                _watch.OnLog(
                    log.Level, Encoding.UTF8.GetString(log.Source), Encoding.UTF8.GetString(log.Line), log.Split());
                break;
            case FrameType.Ready:
                _ = Ready.Read(ref reader);
                _isReady = true;
                _silence.Reset();
                _watch.OnReady();
                break;
            case FrameType.Drained:
                _drained.TrySetResult();
                break;
            case FrameType.WorkerAlive:
                _silence.Reset();
                break;
            case FrameType.Failed:
                return Encoding.UTF8.GetString(Failed.Read(ref reader).Why);
            default:
                return $"a worker sends no frame of type {(byte)type}";
        }

        return wrong ?? (reader.IsWhole ? null : $"a frame of type {type} is too short or too long");
    }

    /// <inheritdoc/>
    public void OnEnded(string reason)
    {
        _hasEnded = true;
        _pulse.Dispose();
        foreach (var follower in _followers)
        {
            follower?.Detach();
        }

        _followers.Clear();
        _presence?.Detach();
        _all.Remove(this);
        _calls.End();
        _drained.TrySetResult();
        _hub.Inherit(_broker.Bequeathed, TimeSpan.Zero);
        _watch.OnEnded(reason);
    }

    /// <summary>Sends a message of a channel that is followed.</summary>
    internal void Tell(uint id, Message message, Keeping keeping)
    {
        // The very same bytes, not equal ones.
        var isRepeated = _last is not null && _last.Payload == message.Payload;
        _last = message;
        _link.Send(new MessageFrame(id, message, keeping, isRepeated));
    }

    internal void TellCleared(uint id, long before) => _link.Send(new Cleared(id, before));

    internal void TellEnded(uint id, in Ending ending)
    {
        _followers[(int)id] = null;
        _link.Send(new Ended(id, ending));
    }

    // Frames that came before this beat were handled: a turn begins with its links.
    private void Beat()
    {
        if (_hasEnded)
        {
            return;
        }

        _link.Send(new Alive(FrameType.MainAlive));
        if (_isReady && _silence.CountBeat())
        {
            _watch.OnSilent();
            _link.End("it stands still");
        }
    }

    private ChannelFollower? Find(uint id) => id < _followers.Count ? _followers[(int)id] : null;

    private string? Follow(in Follow wanted)
    {
        if (wanted.Id > _followers.Count || Find(wanted.Id) is not null)
        {
            return $"the number {wanted.Id} is not the next free one";
        }

        if (wanted.Id == _followers.Count)
        {
            _followers.Add(null);
        }

        Follow(
            wanted.Id,
            wanted.Name.ToArray(),
            wanted.MayCreate,
            wanted.IdleSeconds < 0 ? null : TimeSpan.FromSeconds(wanted.IdleSeconds),
            ClientBlock.FromNumber(wanted.Creator));
        return null;
    }

    private void Follow(uint id, byte[] name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator)
    {
        var follower = new ChannelFollower(this, id);
        _followers[(int)id] = follower;

        // Its subscribers may have received more than this process, where that has only a copy itself: then it catches
        // up first.
        var options = new AttachOptions
        {
            Replay = Replay.From(long.MaxValue),
            MayCreate = mayCreate,
            IdleTimeout = idleTimeout,
            Creator = creator,
        };
        var finding = _hub.Broker.Follow(name, options);
        if (finding.IsCompleted)
        {
            Found(finding);
            return;
        }

        var task = finding.AsTask();
        task.GetAwaiter().UnsafeOnCompleted(
            () => _link.Dispatcher.Post(new Work(() => Found(new ValueTask<FollowResult>(task)))));

        void Found(in ValueTask<FollowResult> finished)
        {
            if (Find(id) != follower)
            {
                // The link has ended meanwhile.
                return;
            }

            FollowResult found;
            try
            {
                found = finished.GetAwaiter().GetResult();
            }
            catch (BrokerException why)
            {
                _followers[(int)id] = null;
                _link.Send(new BrokerFailure(FrameType.FollowFailed, id, why));
                return;
            }

            if (found.Channel is { } channel
                && follower.Attach(channel, _link.Dispatcher) is { Status: AttachStatus.Attached } result)
            {
                _link.Send(
                    new Opened(id, result.Position.Epoch, result.Position.Offset, result.Losses, result.Missed.Count));
                follower.TellKept(result.Missed);
            }
            else if (found.Channel is null && found.Status != AttachStatus.ChannelClosed)
            {
                _followers[(int)id] = null;
                _link.Send(new Refused(id, found.Status));
            }
            else
            {
                // Closed between being found and being attached to.
                Follow(id, name, mayCreate, idleTimeout, creator);
            }
        }
    }

    private void FollowPresence()
    {
        var follower = new PresenceFollower(_link);
        if (_presence is null && _hub.Broker.FollowPresence(follower, _link.Dispatcher).Status == AttachStatus.Attached)
        {
            _presence = follower;
        }
    }

    // A frame about a number that has ended here was sent before the worker knew.
    private void Unfollow(uint id)
    {
        if (Find(id) is { } follower)
        {
            follower.Detach();
            TellEnded(id, new Ending(CloseReason.Done, default));
        }
    }

    private void AskPosition(uint id)
    {
        if (Find(id)?.Channel is not { } channel)
        {
            return;
        }

        // Where this channel is a copy, too, it may lag behind its original.
        var asking = _hub.Broker.Info(channel.Name);
        if (asking.IsCompleted)
        {
            Tell(asking);
            return;
        }

        var task = asking.AsTask();
        task.GetAwaiter().UnsafeOnCompleted(
            () => _link.Dispatcher.Post(new Work(() => Tell(new ValueTask<ChannelState?>(task)))));

        void Tell(in ValueTask<ChannelState?> asked)
        {
            try
            {
                _link.Send(new Position(id, (asked.GetAwaiter().GetResult()?.Position ?? channel.Position).Offset));
            }
            catch (BrokerException why)
            {
                _link.Send(new BrokerFailure(FrameType.FollowFailed, id, why));
            }
        }
    }

    private string? Count(in Count change) =>
        Find(change.Id) is not { } follower || follower.TryRecount(change.By)
            ? null
            : "it counts fewer subscribers of a channel than none";
}
