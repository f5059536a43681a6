using Halley.Broker;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Halley.Sqlite;

/// <summary>
/// The thread that does everything to the file. Whatever waits is done in one transaction: the more publishers, the
/// fewer syncs for each.
/// </summary>
internal sealed class Writer : IDisposable
{
    // Beyond that it is worth waiting a moment for others.
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(0.5);

    // What was told and not written stays in memory; beyond that it is written sooner.
    private const long MostTold = 64L << 20;

    private readonly Storage _storage;
    private readonly SqliteOptions _options;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _delay;
    private readonly Thread? _thread;
    private readonly Inbox _inbox;
    private readonly Flush _flush;
    private bool _isDelayed;
    private SqliteException? _failure;
    private bool _failedAtCommit;
    private int _answered;
    private volatile string? _refusal;
    private volatile string? _damage;

    /// <exception cref="StorageException">The file cannot be used.</exception>
    public Writer(SqliteOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _path = Path.Combine(options.Directory, Database.FileName);
        _storage = new Storage(options, time, Refuse);
        _flush = new Flush(this);
        _inbox = new Inbox(options.MaxWaitingBytes);
        Secret = _storage.Secret;
        if (_storage.WasCut)
        {
            logger.StorageWasCut(_path);
        }

        var (channels, messages, bytes, _) = _storage.Totals;
        logger.StorageOpened(_path, channels, messages, bytes);
        _delay = time.CreateTimer(_ => Post(_flush), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.HasThread)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "storage" };
            _thread.Start();
        }
    }

    /// <inheritdoc cref="Storage.Change"/>
    public void Change(HubOptions limits) => _storage.Change(limits);

    /// <summary>A secret of this file, for tokens that outlive the process.</summary>
    public byte[] Secret { get; }

    /// <summary>
    /// The reason why nothing can be published, or not everything can be read; null where all is well. Any thread.
    /// </summary>
    public string? Error => _refusal ?? _damage;

    /// <summary>The reason why nothing can be published; null where it can. Any thread.</summary>
    public string? Refusal => _refusal;

    public bool HasUnwritten => _storage.Unit.HasWork;

    public int ChannelsInMemory => _storage.ChannelsInMemory;

    /// <summary>Adds an operation to those that wait. Any thread; locks may be held.</summary>
    public void Post(Operation operation) => _inbox.Post(operation);

    /// <summary>Does some of what waits, on the caller's thread: where there is none of its own.</summary>
    /// <returns>Whether anything waited.</returns>
    public bool Turn(int most)
    {
        if (_inbox.TakeNow(most) is not { Count: > 0 } batch)
        {
            return false;
        }

        Serve(batch);
        return true;
    }

    /// <summary>Does what waits, and returns when it is in the file.</summary>
    public void Dispose()
    {
        _inbox.End();
        if (_thread is null)
        {
            Work();
        }

        _thread?.Join();
        _delay.Dispose();
        _storage.Dispose();
    }

    private void Work()
    {
        var batch = new List<Operation>();
        try
        {
            while (_inbox.TryTake(ref batch, _answered))
            {
                Serve(batch);
                batch.Clear();
            }

            _storage.Close();
        }
        catch (SqliteException refused)
        {
            // At the end only: the next start finds that something may be missing.
            Refuse(refused);
        }
        catch (Exception unexpected)
        {
            _damage = "The storage has failed (storage.path); the log says more.";
            _logger.WriterEnded(unexpected.Message, unexpected);
            _inbox.FailAll(batch, new BrokerException(_damage, mayHaveBeenDone: true));
        }
    }

    private void Serve(List<Operation> batch)
    {
        if (_storage.TellsFirst)
        {
            var wasBehind = _storage.Unit.IsBehind;
            batch.ForEach(TellFirst);
            if (wasBehind && !_storage.Unit.IsBehind)
            {
                Recover();
            }

            WriteSoon();
        }
        else if (!TryServe(batch) && batch.Count > 1)
        {
            // One by one: what fails for one, such as a page that is damaged, need not fail for all.
            foreach (var operation in batch)
            {
                ServeAlone(operation);
            }
        }
        else if (_failure is not null)
        {
            ServeAlone(batch[0]);
        }
    }

    // Nobody hears of it before it is on the disk.
    private bool TryServe(List<Operation> batch)
    {
        var isCommitting = false;
        _failure = null;
        _answered = 0;
        try
        {
            foreach (var operation in batch)
            {
                operation.Run(_storage);
            }

            if (_storage.Unit.HasWork)
            {
                isCommitting = true;
                var begun = _time.GetTimestamp();
                _storage.Commit();
                _answered = _time.GetElapsedTime(begun) > SlowSync ? batch.Count : 0;
                Recover();
            }

            _storage.Accept();
        }
        catch (SqliteException failure)
        {
            _failure = failure;
            _failedAtCommit = isCommitting;
            _storage.Rollback();
            return false;
        }

        foreach (var operation in batch)
        {
            operation.Complete();
        }

        return true;
    }

    private void ServeAlone(Operation operation)
    {
        if (TryServe([operation]))
        {
            return;
        }

        var failure = _failure!;
        Refuse(failure);
        if (operation.Writes)
        {
            operation.Fail(Fault.ToRefusal(failure, _failedAtCommit));
            return;
        }

        // Reading goes on; what it has to write is written later.
        try
        {
            _storage.Unit.Postpone();
            operation.Run(_storage);
            _storage.Accept();
        }
        catch (SqliteException unreadable)
        {
            _storage.Unit.ForgetPostponed();
            _storage.Rollback();
            operation.Fail(Fault.ToRefusal(unreadable));
            return;
        }
        finally
        {
            _storage.Unit.EndPostponing();
        }

        operation.Complete();
    }

    private void TellFirst(Operation operation)
    {
        if (_storage.Unit.IsBehind && operation is { Writes: true, IsAlways: false })
        {
            operation.Fail(new BrokerException(_refusal!, mayHaveBeenDone: false));
            return;
        }

        try
        {
            operation.Run(_storage);
            _storage.Accept();
        }
        catch (SqliteException failure)
        {
            _storage.Accept();
            Refuse(failure);
            operation.Fail(Fault.ToRefusal(failure));
            return;
        }

        operation.Complete();
    }

    private void WriteSoon()
    {
        if (_storage.Unit.ToldBytes > MostTold && !_storage.Unit.IsBehind)
        {
            Write();
        }
        else if (_storage.Unit.HasWork && !_isDelayed)
        {
            _isDelayed = true;
            _delay.Change(_options.WriteDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Write()
    {
        _isDelayed = false;
        try
        {
            if (_storage.Unit.HasWork)
            {
                _storage.Commit();
                Recover();
            }
        }
        catch (SqliteException refused)
        {
            _storage.Unit.FallBehind(refused);
        }
    }

    private void Refuse(SqliteException failure)
    {
        var sentence = Fault.ToRefusal(failure).Message;
        if (Fault.IsDamage(failure))
        {
            if (_damage is null)
            {
                _logger.StorageRefuses(_path, Fault.Describe(failure));
            }

            _damage = sentence;
            return;
        }

        if (_refusal is null)
        {
            _logger.StorageRefuses(_path, Fault.Describe(failure));
        }

        _refusal = sentence;
    }

    private void Recover()
    {
        if (_refusal is not null)
        {
            _refusal = null;
            _logger.StorageIsBack(_path);
        }
    }

    /// <summary>Writes what was told, when its time has come.</summary>
    private sealed class Flush(Writer writer) : Operation
    {
        public override void Run(Storage storage)
        {
        }

        public override void Complete() => writer.Write();

        public override void Fail(BrokerException why)
        {
        }
    }
}
