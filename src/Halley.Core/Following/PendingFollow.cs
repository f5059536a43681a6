using Halley.Access;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Following;

/// <summary>A channel that was asked for and has not come whole, and the requests that wait for it.</summary>
internal sealed class PendingFollow(byte[] name, bool mayCreate, ClientBlock creator)
{
    private readonly List<(TaskCompletionSource<FollowResult> Answer, bool MayCreate)> _waiting = [];

    public byte[] Name { get; } = name;

    public bool MayCreate { get; } = mayCreate;

    /// <summary>The client that asked for it first.</summary>
    public ClientBlock Creator { get; } = creator;

    /// <summary>The stream's position, once it is known; kept messages may still be missing.</summary>
    public StreamPosition? Position { get; set; }

    public Losses Losses { get; set; }

    /// <summary>The kept messages that have come.</summary>
    public List<CopiedMessage> Kept { get; } = [];

    /// <summary>The number of kept messages that are still to come.</summary>
    public int Missing { get; set; }

    public Task<FollowResult> Wait(bool mayCreate)
    {
        var answer = new TaskCompletionSource<FollowResult>();
        _waiting.Add((answer, mayCreate));
        return answer.Task;
    }

    public void Fail(BrokerException why) => _waiting.ForEach(one => one.Answer.SetException(why));

    public void Answer(in FollowResult result)
    {
        foreach (var (answer, couldCreate) in _waiting)
        {
            // A request that may create it asks again, for itself.
            var isForAnother = result.Status == AttachStatus.NoSuchChannel && couldCreate && !MayCreate;
            answer.SetResult(isForAnother ? new FollowResult(AttachStatus.ChannelClosed) : result);
        }
    }
}
