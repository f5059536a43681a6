using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Halley.Access;
using Halley.Engine;
using Halley.Engine.Links;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Halley.Protocol.Links;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Memory;
using Halley.Server.Metrics;
using Halley.Server.Native;
using Halley.Server.Status;
using Halley.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Workers;

/// <summary>
/// One worker process, from its link to its end: copies of the channels that its subscribers listen to, all dialects
/// over the main process's broker, and an engine that listens on the ports that all workers share. It ends when its
/// link does.
/// </summary>
internal static class WorkerNode
{
    // Than a worker: nobody starts it again, and all its workers' connections end with them.
    private const int MainIsGivenLonger = 6;

    /// <returns>The exit status.</returns>
    public static int Run(int link)
    {
        LinkSocket.Keep(link);

        // A terminal and a service manager send these to all of us; the main process answers them, and we end with our
        // link.
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
        var level = (int)LogLevels.Of(options.Logger.Level);
        LogLevel Least() => (LogLevel)Volatile.Read(ref level);
        var ended = new ManualResetEventSlim();
        var limits = options.ToHubOptions();
        using var hub = new Hub(limits, time);
        using var main = new MainLink(hub, limits.IdleTimeout, time, _ => ended.Set());
        Engine.Engine? running = null;
        using var metrics = new ProcessMetrics(hub, () => running);
        using var export = OtlpExport.Begin(options.Otlp, new LinkLogger<ProcessMetrics>(main, Least));

        // Not disposed of: where the link has ended, nobody can be told who has gone.
        var serving = new Serving(options, hub, metrics, tokens, time, new LinkLogger<Serving>(main, Least));
        using var engine = new Engine.Engine(
            EngineOptionsOf(options, metrics),
            ListenersOf(serving.Compose(options), setup),
            time,
            new LinkLogger<Engine.Engine>(main, Least));
        new WorkerReload(
            changed => serving.Compose(changed.Options),
            served =>
            {
                Volatile.Write(ref level, (int)LogLevels.Of(served.Options.Logger.Level));
                serving.TakeOver(served);
                _ = engine.Change(EngineOptionsOf(served.Options, metrics), ListenersOf(served, setup));
            }).AnswerFor(hub);
        main.WhenToldToDrain = within => _ = Drain(engine, main, within);
        running = engine;
        ConnectionSurvey.AnswerFor(engine.Clients, hub);
        ExplainSurvey.AnswerFor(engine.Clients, hub);
        IncidentsAnswer.AnswerFor(engine.Incidents, hub);
        engine.OpenLink(link, WorkerLimits.ForWorker, main.Open);
        try
        {
            engine.Start();
            main.SayReady();
            main.Live(
                engine.Dispatchers, TimeSpan.FromSeconds(options.Engine.WorkerPatience) * MainIsGivenLonger, time);
        }
        catch (ListenException refused)
        {
            main.SayFailed(refused.Message);
        }

        using var memory = new SpareMemory(
            () => hub.HeldBytes + (engine.ConnectionCount * SpareMemory.BytesPerConnection),
            new ManagedHeap(),
            time,
            new LinkLogger<SpareMemory>(main, Least));

        // The main process ends the link of one that has failed, too.
        ended.Wait();
    }

    private static EngineOptions EngineOptionsOf(HalleyOptions options, ProcessMetrics metrics) =>
        options.ToEngineOptions(
            Math.Max(1, Environment.ProcessorCount / options.Engine.Workers), metrics.Meter.TurnDuration);

    private static List<ListenerOptions> ListenersOf(Served served, WorkerOptions setup)
    {
        var listeners = served.WithoutTls
            .Zip(
                setup.Listeners,
                (listener, place) => listener with { EndPoint = IPEndPoint.Parse(place), SharesPort = true })
            .ToList();
        if (setup.Front is { } front)
        {
            listeners.Add(Ports.Front(served.Options, IPEndPoint.Parse(front), served.Front, served.Requests) with
            {
                SharesPort = true,
            });
        }

        return listeners;
    }

    private static async Task Drain(Engine.Engine engine, MainLink main, TimeSpan within)
    {
        await engine.Drain(within);
        main.SayDrained();
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
