using Halley.Access;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Following;

/// <summary>A channel that was asked for and has not come, or not whole; and who waits for it.</summary>
internal sealed class PendingFollow(byte[] name, bool mayCreate, ClientBlock creator)
{
    private readonly List<(TaskCompletionSource<FollowResult> Answer, bool MayCreate)> _waiting = [];

    public byte[] Name { get; } = name;

    public bool MayCreate { get; } = mayCreate;

    /// <summary>The subscriber that it was asked for first.</summary>
    public ClientBlock Creator { get; } = creator;

    /// <summary>Where the stream stands, once that is known; what is kept may still be missing.</summary>
    public StreamPosition? Position { get; set; }

    public Losses Losses { get; set; }

    /// <summary>What is kept, as far as it has come.</summary>
    public List<CopiedMessage> Kept { get; } = [];

    /// <summary>How many messages are still to come.</summary>
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
            // Who could have created it asks again, for itself.
            var isForAnother = result.Status == AttachStatus.NoSuchChannel && couldCreate && !MayCreate;
            answer.SetResult(isForAnother ? new FollowResult(AttachStatus.ChannelClosed) : result);
        }
    }
}
