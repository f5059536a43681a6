namespace Halley.Sqlite;

/// <summary>
/// The channels that are in use, by name. What was done since the last <see cref="Accept"/> can be undone. On the
/// writer's thread.
/// </summary>
internal sealed class ChannelCache
{
    private readonly Dictionary<byte[], StoredChannel> _channels = new(NameComparer.Instance);
    private readonly List<(StoredChannel Channel, Step Step)> _steps = [];

    private enum Step
    {
        Added,
        Touched,
        Removed,
    }

    public int Count => _channels.Count;

    public StoredChannel? Find(ReadOnlySpan<byte> name) =>
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var channel) ? channel : null;

    public bool Has(StoredChannel channel) => Find(channel.Name) == channel;

    public void Add(StoredChannel channel)
    {
        _channels.Add(channel.Name, channel);
        _steps.Add((channel, Step.Added));
    }

    /// <summary>To be called before a channel's fields are changed.</summary>
    public void Touch(StoredChannel channel)
    {
        if (!channel.IsTouched)
        {
            channel.Touch();
            _steps.Add((channel, Step.Touched));
        }
    }

    public void Remove(StoredChannel channel)
    {
        _channels.Remove(channel.Name);
        _steps.Add((channel, Step.Removed));
    }

    /// <summary>Forgets a channel that the file has whole. Between two batches.</summary>
    public void Evict(StoredChannel channel) => _channels.Remove(channel.Name);

    public void Accept()
    {
        foreach (var (channel, _) in _steps)
        {
            channel.Accept();
        }

        _steps.Clear();
    }

    public void Undo()
    {
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            var (channel, step) = _steps[i];
            switch (step)
            {
                case Step.Added:
                    _channels.Remove(channel.Name);
                    break;
                case Step.Removed:
                    _channels.Add(channel.Name, channel);
                    break;
                default:
                    channel.Undo();
                    break;
            }
        }

        _steps.Clear();
    }
}
