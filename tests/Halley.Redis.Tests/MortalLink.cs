using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>A way to Redis whose process dies or stands still, as far as Redis can see.</summary>
internal sealed class MortalLink(RedisLink link) : IRedisLink
{
    private volatile bool _isCut;
    private int _refused;

    public event Action? Restored
    {
        add => link.Restored += value;
        remove => link.Restored -= value;
    }

    public event Action? Renewed
    {
        add => link.Renewed += value;
        remove => link.Renewed -= value;
    }

    /// <summary>Whether nothing is asked any more.</summary>
    public bool IsCut
    {
        get => _isCut;
        set => _isCut = value;
    }

    /// <summary>What cannot be done, though all else can.</summary>
    public Func<Script, bool> Refuses { get; set; } = static _ => false;

    /// <summary>The number of scripts that were refused so.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public bool IsConnected => !IsCut && link.IsConnected;

    public Task Connect() => link.Connect();

    public Task Renew() => link.Renew();

    public Task<RedisResult> Run(Script script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (!Refuses(script))
        {
            return IsCut ? Refuse<RedisResult>() : link.Run(script, keys, arguments);
        }

        Interlocked.Increment(ref _refused);
        return Refuse<RedisResult>();
    }

    public Task<T> Ask<T>(Func<IDatabase, Task<T>> command) => IsCut ? Refuse<T>() : link.Ask(command);

    public Task<IDisposable> Subscribe(RedisChannel topic, Action<RedisValue> hear) => link.Subscribe(topic, heard =>
    {
        if (!IsCut)
        {
            hear(heard);
        }
    });

    public void DoElsewhere(Action what) => link.DoElsewhere(what);

    public ValueTask DisposeAsync() => link.DisposeAsync();

    private static Task<T> Refuse<T>() =>
        Task.FromException<T>(new BrokerException("It is cut off.", mayHaveBeenDone: false));
}
