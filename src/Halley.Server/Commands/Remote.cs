using System.CommandLine;
using System.Net.Sockets;
using Halley.Protocol.Access;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>A server to talk to, here or elsewhere.</summary>
internal static class Remote
{
    /// <summary>
    /// After so long without a sign of life the kernel asks the other side for one; NATs forget a silent connection in
    /// minutes.
    /// </summary>
    private const int KeepAliveSeconds = 30;

    public static Option<string> AddressOption(string name, string description, string address)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = "ADDR:PORT",
            DefaultValueFactory = _ => address,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ListenAddress.TryParse(token.Value, out _))
            {
                result.AddError($"{name} is \"{token.Value}\"; it wants ADDRESS:PORT such as {address}");
            }
        });
        return option;
    }

    /// <summary>Names a file with a key of the server's: a command line is seen by everybody.</summary>
    public static Option<FileInfo?> KeyFileOption() => new("--key-file")
    {
        Description = "A file whose first line is one of the server's keys (admin.api_keys)",
        HelpName = "FILE",
    };

    /// <summary>The first line of that file.</summary>
    /// <exception cref="CommandException">It cannot be read, or that is no key.</exception>
    public static string ReadKey(FileInfo file)
    {
        try
        {
            return File.ReadLines(file.FullName).FirstOrDefault()?.Trim() is { } key && ApiKeys.IsOne(key)
                ? key
                : throw new CommandException($"{file}: its first line is no key; it wants {SettingKey.WantsKey}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {Unreadable.Reason(file.FullName, refused)}");
        }
    }

    /// <summary>The root URL of an address that the option took.</summary>
    public static string UrlOf(string address) => ListenAddress.TryParse(address, out var parsed) ? parsed.ToUrl() : "";

    /// <summary>A client that goes straight to the server, whatever proxy the environment names.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = static async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Describes for an operator why nobody answered.</summary>
    public static string Reason(Exception failed) => failed switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            "nothing listens there",
        OperationCanceledException => "no answer in time",
        _ => failed.Message,
    };
}
