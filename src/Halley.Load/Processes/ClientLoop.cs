using System.Text;
using System.Text.Json;
using Halley.Load.Clients;
using Halley.Load.Native;

namespace Halley.Load.Processes;

/// <summary>
/// A client process: takes orders from its standard input, one line each, and answers each on its standard output.
/// </summary>
internal sealed class ClientLoop : IReader, IDisposable
{
    private const int StandardInput = 0;
    private const int ProgressMs = 250;

    private readonly Poller _poller = new();
    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _line = [];
    private readonly Queue<string> _orders = [];
    private Swarm? _swarm;
    private Wire.SubscriptionPlan? _plan;
    private long _lastProgressMs;
    private string? _error;

    private ClientLoop(Stream output) => _output = output;

    /// <summary>Returns when the input ends: whoever measures has ended then too.</summary>
    public static int Run()
    {
        using var output = Console.OpenStandardOutput();
        using var loop = new ClientLoop(output);
        try
        {
            loop.Serve();
            return 0;
        }
        catch (IOException)
        {
            return 1;    // nobody reads the answers any more
        }
    }

    public unsafe void Read(int descriptor)
    {
        nint got;
        fixed (byte* start = _buffer)
        {
            got = Libc.Read(descriptor, start, _buffer.Length);
        }

        if (got <= 0)
        {
            // Nobody is left to answer: the connections close with the process, whatever is under way.
            Environment.Exit(0);
        }

        foreach (var part in _buffer.AsSpan(0, (int)got))
        {
            if (part == '\n')
            {
                _orders.Enqueue(Encoding.UTF8.GetString([.. _line]));
                _line.Clear();
            }
            else
            {
                _line.Add(part);
            }
        }
    }

    public void Dispose()
    {
        _swarm?.Dispose();
        _poller.Dispose();
    }

    private void Serve()
    {
        _poller.Add(StandardInput, this);
        while (true)
        {
            Try(() => _poller.RunOnce(timeoutMs: 1000));
            Try(() => _swarm?.Beat(Environment.TickCount64));
            while (_orders.TryDequeue(out var line))
            {
                var order = JsonSerializer.Deserialize(line, ClientJson.Default.ClientOrder)!;
                Try(() => Obey(order));
                Say(Report() with
                {
                    IsDone = true,
                    Error = _error,
                    Latencies = order.Do == ClientOrder.Take ? TakeLatencies() : [],
                });
                _error = null;
            }
        }
    }

    /// <summary>An error is told with the answer to the order at hand, or to the next.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (LoadException error)
        {
            _error ??= error.Message;
        }
    }

    private void Obey(ClientOrder order)
    {
        switch (order.Do)
        {
            case ClientOrder.Prepare:
                _plan = order.Plan!;
                _swarm = new Swarm(_poller, _plan) { Passing = TellProgress };
                break;
            case ClientOrder.Open:
                _swarm!.OpenUpTo(order.Number);
                break;
            case ClientOrder.Leave:
                foreach (var index in Chosen(order.Share))
                {
                    _swarm!.Leave(index);
                }

                break;
            case ClientOrder.Return:
                Return(order);
                break;
            case ClientOrder.Expect:
                var numbers = NumbersOf(order);
                for (var index = 0; index < _swarm!.Count; index++)
                {
                    _swarm.Check.ExpectUpTo(
                        index, isToEverybody: false, numbers.GetValueOrDefault(_plan!.ChannelOf(index)));
                    _swarm.Check.ExpectUpTo(index, isToEverybody: true, order.NumberToAll);
                }

                break;
        }
    }

    private void Return(ClientOrder order)
    {
        var chosen = Chosen(order.Share).ToList();
        if (!order.Resumes)
        {
            var numbers = NumbersOf(order);
            foreach (var index in chosen)
            {
                _swarm!.ForgetPosition(index);
                _swarm.Check.SkipTo(index, isToEverybody: false, numbers.GetValueOrDefault(_plan!.ChannelOf(index)));
                _swarm.Check.SkipTo(index, isToEverybody: true, order.NumberToAll);
            }
        }

        _swarm!.Return(chosen);
    }

    private IEnumerable<int> Chosen(double share) =>
        Enumerable.Range(0, _swarm!.Count).Where(index => Absence.Includes(_plan!.First + index, share));

    private static Dictionary<int, int> NumbersOf(ClientOrder order)
    {
        Dictionary<int, int> numbers = [];
        for (var i = 0; i + 1 < order.Numbers.Length; i += 2)
        {
            numbers[order.Numbers[i]] = order.Numbers[i + 1];
        }

        return numbers;
    }

    private long[] TakeLatencies()
    {
        var taken = _swarm!.Latencies.ToArray();
        _swarm.Latencies.Clear();
        return taken;
    }

    private void TellProgress()
    {
        var now = Environment.TickCount64;
        _swarm!.Beat(now);
        if (now - _lastProgressMs >= ProgressMs)
        {
            _lastProgressMs = now;
            Say(Report());
        }
    }

    private ClientReport Report() => new()
    {
        Held = _swarm?.Held ?? 0,
        Delivered = _swarm?.Check.Delivered ?? 0,
        Errors = _swarm?.Check.Errors ?? DeliveryErrors.None,
    };

    private void Say(ClientReport report)
    {
        _output.Write(JsonSerializer.SerializeToUtf8Bytes(report, ClientJson.Default.ClientReport));
        _output.Write("\n"u8);
        _output.Flush();
    }
}
