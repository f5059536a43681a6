using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Halley.Access;
using Halley.Engine;
using Halley.Engine.Links;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Links;
using Halley.Replicas;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Memory;
using Halley.Server.Native;
using Halley.Workers;

namespace Halley.Server.Workers;

/// <summary>
/// One worker process, from its link to its end: replicas of the channels that its subscribers listen to, the subscribers' half of a dialect, and an engine
/// that listens on the port all workers share. It ends when its link does.
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

    private static void Serve(int link, HalleyOptions options, TokenAuthority tokens, TimeProvider time)
    {
        var ended = new ManualResetEventSlim();
        var main = new MainLink(_ => ended.Set());
        var limits = Node.HubOptionsOf(options.Front, options.PushStream);
        using var replicas = new ReplicaTable(main, limits, IsReachable(options), time);
        var listener = new ListenerOptions(IPEndPoint.Parse(options.Front.Listen), ICometDialect.FrontOver(Node.ICometOptionsOf(options), replicas, tokens))
        {
            SharesPort = true,
            RequiresHost = options.Front.RequireHost,
            MaxRequestHeadBytes = options.Front.MaxRequestHead,
            MaxRequestBodyBytes = options.Front.MaxRequestBody,
            TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
        };
        using var engine = new Engine.Engine(
            Node.EngineOptionsOf(options.Engine, Math.Max(1, Environment.ProcessorCount / options.Engine.Workers)),
            [listener],
            time,
            new LinkLogger<Engine.Engine>(main, LogLevels.Of(options.Logger.Level)));
        engine.OpenLink(link, WorkerLimits.ForWorker(options.Admin.MaxRequestHead, options.Admin.MaxRequestBody), opened => main.Open(opened, replicas));
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
            () => (replicas.Count + engine.ConnectionCount) * SpareMemory.BytesPerConnection,
            new ManagedHeap(),
            time,
            new LinkLogger<SpareMemory>(main, LogLevels.Of(options.Logger.Level)));

        // The main process ends the link of one that has failed, too.
        ended.Wait();
    }

    /// <summary>Whether all workers together could give one channel more subscribers than it may have.</summary>
    private static bool IsReachable(HalleyOptions options) =>
        options.Front.MaxSubscribersPerChannel < (long)options.Engine.Workers * Engine.Engine.MaxDescriptors;

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
