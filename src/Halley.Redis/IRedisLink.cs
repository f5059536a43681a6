using Halley.Broker;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>The way to Redis: the real one is <see cref="RedisLink"/>. Any thread.</summary>
internal interface IRedisLink : IAsyncDisposable
{
    /// <summary>A connection was lost and is there again: something may have been missed.</summary>
    event Action? Restored;

    /// <summary>There are other connections now: nothing is heard that was subscribed to before.</summary>
    event Action? Renewed;

    /// <summary>Whether Redis can be asked.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Connects; returns, too, where Redis does not answer yet: then it is tried again until it does.
    /// </summary>
    Task Connect();

    /// <summary>
    /// Connects anew, with other connections: those that were there pass nothing on. What was asked over them is still
    /// answered.
    /// </summary>
    Task Renew();

    /// <summary>Runs a script.</summary>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    Task<RedisResult> Run(Script script, RedisKey[] keys, RedisValue[] arguments);

    /// <summary>Asks for something that is no script.</summary>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    Task<T> Ask<T>(Func<IDatabase, Task<T>> command);

    /// <summary>Has what is published to a topic heard, in its order, from when this is done.</summary>
    /// <returns>To be disposed of where nothing more is to be heard.</returns>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    Task<IDisposable> Subscribe(RedisChannel topic, Action<RedisValue> hear);

    /// <summary>Does something soon on another thread: the caller may hold locks.</summary>
    void DoElsewhere(Action what);
}
