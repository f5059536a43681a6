using System.Reflection;
using Halley.Broker;
using Halley.Redis;
using StackExchange.Redis;

namespace Halley.Simulation.Tests.Redis;

/// <summary>
/// A process's two connections to <see cref="RedisDouble"/>: one to ask over, one to hear what is published. What is
/// under way waits until it is its turn; connections break, fall silent, and come back. One thread's.
/// </summary>
internal sealed class SimulatedLink : IRedisLink
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly RedisDouble _redis;
    private readonly Func<DateTimeOffset> _now;
    private readonly Queue<Asked> _asked = new();
    private readonly Queue<Action> _answers = new();
    private readonly Queue<Action> _elsewhere = new();
    private readonly List<Asked> _open = [];
    private readonly IDatabase _database;
    private Queue<Action> _heard = new();
    private List<Topic> _topics = [];

    public SimulatedLink(RedisDouble redis, Func<DateTimeOffset> now)
    {
        _redis = redis;
        _now = now;
        _redis.Published += Hear;
        _database = DispatchProxy.Create<IDatabase, ProbesOnly>();
        ((ProbesOnly)(object)_database).Send = (topic, message) => Ask(() => Publish(topic, message));
    }

    public event Action? Restored;

    public event Action? Renewed;

    public bool IsConnected { get; private set; }

    /// <summary>Whether nothing is heard, and nobody says so.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Whether nothing is under way.</summary>
    public bool IsIdle => _asked.Count + _answers.Count + _elsewhere.Count + _heard.Count == 0;

    public Task Connect()
    {
        IsConnected = true;
        return Task.CompletedTask;
    }

    public Task Renew()
    {
        IsDeaf = false;
        (_heard, _topics) = (new(), []);
        Renewed?.Invoke();
        return Task.CompletedTask;
    }

    // No process counts as dead.
    public Task<RedisResult> Run(Script script, RedisKey[] keys, RedisValue[] arguments) =>
        script == Script.Beat || script == Script.Depart
        ? Task.FromException<RedisResult>(
            new BrokerException("This Redis has nothing but streams.", mayHaveBeenDone: false))
        : Ask(() => _redis.Run(script, keys, arguments));

    // Probes are passed on, and nothing else that is no script.
    public async Task<T> Ask<T>(Func<IDatabase, Task<T>> command) => await command(_database).ConfigureAwait(false);

    public Task<IDisposable> Subscribe(RedisChannel topic, Action<RedisValue> hear)
    {
        var subscription = new Topic(this, topic.ToString(), hear);

        // What all nodes hear is there at once.
        if (subscription.Name.StartsWith("halley:c", StringComparison.Ordinal))
        {
            _topics.Add(subscription);
            return Task.FromResult<IDisposable>(subscription);
        }

        var topics = _topics;
        return Ask<IDisposable>(() =>
        {
            topics.Add(subscription);
            return subscription;
        });
    }

    public void DoElsewhere(Action what) => _elsewhere.Enqueue(what);

    public ValueTask DisposeAsync()
    {
        _redis.Published -= Hear;
        return default;
    }

    /// <summary>Does one thing that is under way.</summary>
    /// <returns>False where nothing is.</returns>
    public bool Step(Random dice, bool redisAnswers)
    {
        if (IsIdle)
        {
            return false;
        }

        switch (dice.Next(4))
        {
            case 0 when redisAnswers && _asked.TryDequeue(out var asked):
                _answers.Enqueue(asked.Run());
                break;
            case 1 when _answers.TryDequeue(out var answer):
                answer();
                break;
            case 2 when _heard.TryDequeue(out var heard):
                heard();
                break;
            case 3 when _elsewhere.TryDequeue(out var work):
                work();
                break;
        }

        return _elsewhere.Count + _answers.Count + _heard.Count > 0 || (redisAnswers && _asked.Count > 0);
    }

    /// <summary>Fails what was asked too long ago; Redis does it all the same when its turn comes.</summary>
    public void TimeOut()
    {
        foreach (var asked in _open.Where(asked => _now() - asked.At >= Timeout).ToArray())
        {
            asked.Fail();
        }
    }

    /// <summary>The connection to ask over breaks: what was not done may be, or not.</summary>
    /// <param name="isDone">Whether what Redis has received is done.</param>
    public void Break(bool isDone)
    {
        IsConnected = false;
        while (_asked.TryDequeue(out var asked))
        {
            if (isDone)
            {
                asked.Run();
            }
        }

        _answers.Clear();
        foreach (var asked in _open.ToArray())
        {
            asked.Fail();
        }

        BreakTopics();
    }

    /// <summary>The connection to hear over breaks; what was on its way is lost.</summary>
    public void BreakTopics() => _heard.Clear();

    public void Restore()
    {
        IsConnected = true;
        Restored?.Invoke();
    }

    private Task<T> Ask<T>(Func<T> what)
    {
        if (!IsConnected)
        {
            return Task.FromException<T>(new BrokerException("Redis cannot be reached.", mayHaveBeenDone: false));
        }

        var asked = new Asked<T>(this, what, _now());
        _asked.Enqueue(asked);
        _open.Add(asked);
        return asked.Task;
    }

    private long Publish(string topic, byte[] message)
    {
        _redis.Publish(topic, message);
        return 1;
    }

    private void Hear(string topic, byte[] message)
    {
        if (IsDeaf || !IsConnected)
        {
            return;
        }

        foreach (var one in _topics.Where(one => one.Name == topic))
        {
            _heard.Enqueue(() => one.Hear(message));
        }
    }

    private sealed class Topic(SimulatedLink link, string name, Action<RedisValue> hear) : IDisposable
    {
        private bool _isOver;

        public string Name => name;

        public void Hear(byte[] message)
        {
            if (!_isOver)
            {
                hear(message);
            }
        }

        public void Dispose()
        {
            _isOver = true;
            link._topics.Remove(this);
        }
    }

    private abstract class Asked(DateTimeOffset at)
    {
        public DateTimeOffset At => at;

        /// <summary>Does it.</summary>
        /// <returns>Answers.</returns>
        public abstract Action Run();

        public abstract void Fail();
    }

    private sealed class Asked<T>(SimulatedLink link, Func<T> what, DateTimeOffset at) : Asked(at)
    {
        private readonly TaskCompletionSource<T> _answer = new();

        public Task<T> Task => _answer.Task;

        public override Action Run()
        {
            var result = what();
            return () =>
            {
                link._open.Remove(this);
                _answer.TrySetResult(result);
            };
        }

        public override void Fail()
        {
            link._open.Remove(this);
            _answer.TrySetException(new BrokerException("Redis has not answered.", mayHaveBeenDone: true));
        }
    }
}

/// <summary>A database that only publishes.</summary>
public class ProbesOnly : DispatchProxy
{
    public Func<string, byte[], Task<long>>? Send { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IDatabase.PublishAsync)
            ? Send!(((RedisChannel)args![0]!).ToString(), ((byte[]?)(RedisValue)args[1]!)!)
            : throw new BrokerException("This Redis has nothing but streams.", mayHaveBeenDone: false);
}
