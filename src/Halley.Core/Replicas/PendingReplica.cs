namespace Halley.Replicas;

/// <summary>A replica that was asked for and has not come, or not whole; and the requests that wait for it.</summary>
internal sealed class PendingReplica(byte[] name, bool mayCreate)
{
    private readonly List<(Postponement Request, bool MayCreate)> _waiting = [];

    public byte[] Name { get; } = name;

    public bool MayCreate { get; } = mayCreate;

    /// <summary>The replica, once its place in the stream is known; what is kept may still be missing.</summary>
    public Replica? Replica { get; set; }

    /// <summary>How many messages are still to come before it can be used.</summary>
    public int Missing { get; set; }

    public void Wait(Postponement request, bool mayCreate)
    {
        request.Ask();
        _waiting.Add((request, mayCreate));
    }

    /// <summary>Lets all who waited go on.</summary>
    public void Answer(FindStatus status)
    {
        foreach (var (request, couldCreate) in _waiting)
        {
            // Who could have created it asks again, for itself.
            var isForAnother = status == FindStatus.NoSuchChannel && couldCreate && !MayCreate;
            request.Answer(Name, isForAnother ? FindStatus.Asked : status);
        }
    }
}
