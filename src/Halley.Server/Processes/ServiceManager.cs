using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Processes;

/// <summary>
/// The service manager that started this process (systemd's sd_notify): it is told that the process listens, that it
/// reads its configuration again, that it is alive, and that it ends.
/// </summary>
/// <param name="address">
/// Where it listens for datagrams: a path, or an abstract name behind an @; null or empty where nobody does.
/// </param>
internal sealed class ServiceManager(string? address, ILogger logger)
{
    /// <summary>The variable in which a service manager says where it listens.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    /// <summary>The one that started this process.</summary>
    public static ServiceManager OfThisProcess(ILogger logger) =>
        new(Environment.GetEnvironmentVariable(Variable), logger);

    /// <param name="status">What it does: one line.</param>
    public void SayReady(string status) => Say(Encoding.UTF8.GetBytes($"READY=1\nSTATUS={status}"));

    public void SayAlive() => Say("WATCHDOG=1"u8);

    /// <summary>Says that it reads its configuration; <see cref="SayReady"/> is to follow.</summary>
    // The time is CLOCK_MONOTONIC's, which .NET's timestamps are on Linux, in nanoseconds.
    public void SayReloading() => Say(Encoding.UTF8.GetBytes(
        $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    public void SayStopping() => Say("STOPPING=1"u8);

    /// <summary>Says what it is doing, and asks for the time that this may still take.</summary>
    public void SayStatus(string status, TimeSpan patience) => Say(Encoding.UTF8.GetBytes(
        $"EXTEND_TIMEOUT_USEC={(long)patience.TotalMicroseconds}\nSTATUS={status}"));

    // One that cannot be told costs a line in the log: the server serves all the same.
    private void Say(ReadOnlySpan<byte> state)
    {
        if (string.IsNullOrEmpty(address))
        {
            return;
        }

        try
        {
            var name = address[0] == '@' ? '\0' + address[1..] : address;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(state, new UnixDomainSocketEndPoint(name));
        }
        catch (Exception deaf) when (deaf is SocketException or ArgumentException)
        {
            logger.ServiceManagerNotTold(address, deaf.Message);
        }
    }
}
