namespace Halley.Specifications.Hosts.Told;

/// <summary>What the cases about told-or-whole do: subscribe by any wire, and publish.</summary>
/// <inheritdoc/>
public abstract class ToldSpecification(HostStart start) : HostSpecification(start), IDisposable
{
    protected const string Channel = "news";

    private readonly List<IDisposable> _toDispose = [];

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>Numbers as contents.</summary>
    protected static string[] Numbers(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).Select(number => $"{number}")];

    protected static async Task PublishAsync(ServedHost host, params string[] contents)
    {
        foreach (var content in contents)
        {
            await host.PublishAsync(Channel, content);
        }
    }

    /// <summary>A subscriber that has heard where the stream stands.</summary>
    protected async Task<ToldSubscriber> SettledAsync(ServedHost host, string wire)
    {
        var subscriber = new ToldSubscriber(host.EndPoint, host.EndPoint, Channel, Wire.Named(wire));
        _toDispose.Add(subscriber);
        await subscriber.HearUntilAsync(() => subscriber.Next > 0);
        return subscriber;
    }

    /// <summary>Asks iComet's port for publishers.</summary>
    protected static async Task<string> AskAsync(ServedHost host, string target)
    {
        using var client = await host.ConnectAsync();
        await client.GetAsync(target);
        var answer = await client.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        return await answer.ReadBodyAsync();
    }

    public void Dispose()
    {
        _toDispose.ForEach(one => one.Dispose());
        GC.SuppressFinalize(this);
    }
}
