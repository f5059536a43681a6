using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Halley.Access;
using Halley.Engine;
using Halley.Engine.Links;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;
using Halley.Protocol.Links;
using Halley.Server.Backends;
using Halley.Server.Logging;
using Halley.Server.Memory;
using Halley.Server.Native;
using Halley.Workers;

namespace Halley.Server.Workers;

/// <summary>
/// One worker process, from its link to its end: copies of the channels that its subscribers listen to, all dialects over the main process's broker, and an
/// engine that listens on the ports that all workers share. It ends when its link does.
/// </summary>
internal static class WorkerNode
{
    // Than a worker: nobody starts it again, and all its workers' connections end with them.
    private const int MainIsGivenLonger = 6;

    /// <returns>The exit status.</returns>
    public static int Run(int link)
    {
        LinkSocket.Keep(link);

        // A terminal and a service manager send these to all of us; the main process answers them, and we end with our link.
        foreach (var signal in (int[])[Libc.SIGHUP, Libc.SIGINT, Libc.SIGQUIT, Libc.SIGUSR1, Libc.SIGTERM])
        {
            _ = Libc.Signal(signal, 1);
        }

        if (ReadSetup(link) is not { } setup)
        {
            return 1;
        }

        LinkSocket.DoNotBlock(link);
        Serve(link, WorkerOptions.Read(setup.Options), new TokenAuthority(setup.Key), TimeProvider.System);
        return 0;
    }

    private static void Serve(int link, WorkerOptions setup, TokenAuthority tokens, TimeProvider time)
    {
        var options = setup.Options;
        var ended = new ManualResetEventSlim();
        var limits = options.Front.ToHubOptions(options.PushStream);
        using var hub = new Hub(limits, time);
        using var main = new MainLink(hub, limits.IdleTimeout, time, _ => ended.Set());
        using var backend = new HttpBackend(options.Backend.ToOptions());
        var dialect = new ICometDialect(options.ToICometOptions(), limits, hub, hub.Broker, tokens);
        var listeners = Listeners.Compose(options, dialect.Front, new FormReader(dialect.Admin), hub, hub.Broker, backend, time)
            .Zip(setup.Listeners, (listener, place) => listener with { EndPoint = IPEndPoint.Parse(place), SharesPort = true })
            .ToList();
        if (setup.Front is not null)
        {
            listeners.Add(Ports.Front(options, IPEndPoint.Parse(setup.Front), dialect.Front) with { SharesPort = true });
        }

        using var engine = new Engine.Engine(
            options.Engine.ToOptions(Math.Max(1, Environment.ProcessorCount / options.Engine.Workers)),
            listeners,
            time,
            new LinkLogger<Engine.Engine>(main, LogLevels.Of(options.Logger.Level)));
        engine.OpenLink(link, WorkerLimits.ForWorker, main.Open);
        try
        {
            engine.Start();
            main.SayReady();
            main.Live(engine.Dispatchers, TimeSpan.FromSeconds(options.Engine.WorkerPatience) * MainIsGivenLonger, time);
        }
        catch (ListenException refused)
        {
            main.SayFailed(refused.Message);
        }

        using var memory = new SpareMemory(
            () => hub.HeldBytes + (engine.ConnectionCount * SpareMemory.BytesPerConnection),
            new ManagedHeap(),
            time,
            new LinkLogger<SpareMemory>(main, LogLevels.Of(options.Logger.Level)));

        // The main process ends the link of one that has failed, too.
        ended.Wait();
    }

    private static WorkerSetup? ReadSetup(int link)
    {
        Span<byte> length = stackalloc byte[FrameCutter.LengthBytes];
        if (!LinkSocket.TryReceive(link, length)
            || BinaryPrimitives.ReadInt32LittleEndian(length) is var bytes && bytes is < 1 or > WorkerSetup.MaxBytes)
        {
            return null;
        }

        var frame = new byte[FrameCutter.LengthBytes + bytes];
        length.CopyTo(frame);
        return LinkSocket.TryReceive(link, frame.AsSpan(FrameCutter.LengthBytes))
            && FrameCutter.TryCut(frame, WorkerSetup.MaxBytes, out var content, out _) == OperationStatus.Done
            ? WorkerSetup.TryRead(content)
            : null;
    }
}
