using System.Text;
using Halley.Access;
using Halley.Protocol.Links;
using Halley.Replicas;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>A worker's end of the link to the main process: asks it for channels, and lets their replicas hear what it says.</summary>
public sealed class MainLink : ILinkHandler, IReplicaSource
{
    // Characters; with room for what they are in UTF-8.
    private const int MaxLineLength = 8 * 1024;

    private readonly Action<string> _whenEnded;
    private Link? _link;
    private ReplicaTable? _replicas;
    private byte[] _lastPayload = [];
    private Patience? _patience;
    private Pulse? _pulse;

    /// <param name="whenEnded">Told why the link ended; there is nothing left to do then but to end.</param>
    public MainLink(Action<string> whenEnded) => _whenEnded = whenEnded;

    /// <summary>Takes up the link, and the replicas it is for; once, before anything else is called.</summary>
    public ILinkHandler Open(Link link, ReplicaTable replicas)
    {
        _link = link;
        _replicas = replicas;
        return this;
    }

    /// <summary>Says that this process listens.</summary>
    public void SayReady() => _link!.Send(new Ready(Environment.ProcessId));

    /// <summary>From now on says that it lives, as long as every one of its dispatchers has its turns; once, after the engine has started.</summary>
    /// <param name="patience">How long the main process may say nothing, before this one ends with it; zero: for ever.</param>
    public void Live(IReadOnlyList<IDispatcher> dispatchers, TimeSpan patience, TimeProvider time)
    {
        _patience = new Patience(patience);
        _pulse = Pulse.Start(dispatchers, Beat, time);
    }

    /// <summary>Says why it cannot.</summary>
    public void SayFailed(string why) => _link!.Send(new Failed(Encoding.UTF8.GetBytes(why)));

    /// <summary>Lets a line be logged. Any thread.</summary>
    /// <param name="level">As Microsoft.Extensions.Logging counts them.</param>
    public void SayLog(int level, string source, string line) =>
        _link!.Send(new Log((byte)level, Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(line.Length <= MaxLineLength ? line : line[..MaxLineLength])));

    /// <inheritdoc/>
    public void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, bool wantsPlace, ClientBlock creator) =>
        _link!.Send(new Follow(id, mayCreate, wantsPlace, creator.Number, name));

    /// <inheritdoc/>
    public void Unfollow(uint id) => _link!.Send(new Unfollow(id));

    /// <inheritdoc/>
    public void AskPlace(uint id) => _link!.Send(new AskPlace(id));

    /// <inheritdoc/>
    public void AskPosition(uint id) => _link!.Send(new AskPosition(id));

    /// <inheritdoc/>
    public void Count(uint id, int by) => _link!.Send(new Count(id, by));

    /// <inheritdoc/>
    public string? OnFrame(ReadOnlySpan<byte> frame)
    {
        _patience?.Hear();
        var reader = new FrameReader(frame);
        var type = (FrameType)reader.ReadByte();
        var isRight = true;
        switch (type)
        {
            case FrameType.Message:
                var (id, message) = MessageFrame.Read(ref reader, ref _lastPayload);
                isRight = reader.IsWhole && _replicas!.Append(id, message);
                break;
            case FrameType.Opened:
                var opened = Opened.Read(ref reader);
                isRight = reader.IsWhole && _replicas!.Open(opened.Id, new StreamPosition(opened.Epoch, opened.Next), opened.Losses, opened.Places, opened.Kept);
                break;
            case FrameType.Refused:
                var refused = Refused.Read(ref reader);
                isRight = reader.IsWhole && _replicas!.Refuse(refused.Id, refused.Status);
                break;
            case FrameType.Place:
                var place = Place.Read(ref reader);
                _replicas!.Place(place.Id, place.IsGranted);
                break;
            case FrameType.Position:
                var position = Position.Read(ref reader);
                _replicas!.Reach(position.Id, position.Next);
                break;
            case FrameType.Cleared:
                var cleared = Cleared.Read(ref reader);
                _replicas!.Clear(cleared.Id, cleared.Before);
                break;
            case FrameType.Ended:
                var ended = Ended.Read(ref reader);
                isRight = reader.IsWhole && _replicas!.End(ended.Id, ended.Ending);
                break;
            case FrameType.MainAlive:
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

    private void Beat()
    {
        _link!.Send(new Alive(FrameType.WorkerAlive));
        if (_patience!.RunsOut())
        {
            _link.End("the main process stands still");
        }
    }
}
