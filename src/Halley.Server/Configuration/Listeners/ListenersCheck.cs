using System.Net;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;

namespace Halley.Server.Configuration.Listeners;

/// <summary>
/// Finds what is wrong with listeners that can be read, and fetches what they need before they are used.
/// </summary>
internal static class ListenersCheck
{
    // No header is larger; a wrong path may be anything.
    private const int MaxHeaderBytes = 1 << 20;

    /// <summary>Lets listeners pass that a server can start with, and reads the files that they name.</summary>
    /// <param name="directory">What paths are relative to.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the message says where and what.</exception>
    public static void Complete(HalleyOptions options, string directory)
    {
        if (options.GetListeners().Count == 0)
        {
            return;
        }

        Require(OptionsCheck.Mistakes(options.PushStream), "push_stream");
        foreach (var listener in options.GetListeners())
        {
            if (listener.IsIPv6Only && !listener.Listen.StartsWith("[::]:", StringComparison.Ordinal))
            {
                throw new ConfigurationException(
                    $"{listener.Origin}: ipv6_only is true and listen is {listener.Listen}; "
                    + "it is for [::]:PORT, which takes IPv4 too without it");
            }

            listener.Tls.Require($"{listener.Origin}: tls", listener.Listen);
            foreach (var endpoint in listener.Endpoints)
            {
                if (endpoint.IsPushStream)
                {
                    ReadHeader(endpoint, directory);
                    Require(
                        OptionsCheck.Mistakes(endpoint.PushStream, endpoint.Location!, options.PushStream),
                        endpoint.Origin);
                }

                if (endpoint.IsNchan)
                {
                    Require(NchanOptionsCheck.Mistakes(endpoint.Nchan, endpoint.Location!), endpoint.Origin);
                }

                if (endpoint.Kind == "centrifugo")
                {
                    Require(CentrifugoOptionsCheck.Mistakes(endpoint.Centrifugo, endpoint.Location!), endpoint.Origin);
                }

                AuthCheck.Require(endpoint, options);
                RequireUrl(endpoint);
                RequireSafe(endpoint, listener);
            }

            AuthCheck.Require(listener);
            RequireOnce(listener);
        }
    }

    private static void ReadHeader(EndpointSection endpoint, string directory)
    {
        if (endpoint.PushStream.HeaderTemplateFile is not { } file)
        {
            return;
        }

        var path = Path.GetFullPath(file, directory);
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MaxHeaderBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            endpoint.PushStream.HeaderTemplate = length <= MaxHeaderBytes
                ? bytes.AsMemory(0, length)
                : throw new ConfigurationException(
                    $"{endpoint.Origin}: header_template_file {path} is larger than {MaxHeaderBytes} bytes; "
                    + "it wants a file that begins an answer");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{endpoint.Origin}: header_template_file {path} cannot be read: "
                + Unreadable.Reason(path, unreadable));
        }
    }

    /// <summary>
    /// Requires a choice of who may delete channels or see all of them, where other machines can come.
    /// </summary>
    private static void RequireSafe(EndpointSection endpoint, ListenerSection listener)
    {
        if (endpoint.What.IsForOperators
            && !endpoint.IsInternal
            && endpoint.Allow.Count + endpoint.Deny.Count == 0
            && endpoint.Auth.Modes is null or AuthModes.None
            && ListenAddress.TryParse(listener.Listen, out var address)
            && !address.IsLoopback)
        {
            throw new ConfigurationException(
                $"{endpoint.Origin}: {endpoint.Kind} on {listener.Listen} can be reached from other machines; "
                + "it wants allow, such as [\"127.0.0.1\", \"192.168\"], or [\"all\"] if everybody may");
        }
    }

    private static void RequireUrl(EndpointSection endpoint)
    {
        if (endpoint.Kind == "backend"
            && !BackendAddress.TryParse(endpoint.Url, endpoint.Location!, out _, out var error))
        {
            throw new ConfigurationException(endpoint.Url.Length == 0
                ? $"{endpoint.Origin}: a backend endpoint wants url: such as "
                    + "http://127.0.0.1:8080/listen?room=$arg_room"
                : $"{endpoint.Origin}: url: {error}");
        }

        if (endpoint is { Kind: "backend", IsInternal: true })
        {
            throw new ConfigurationException(
                $"{endpoint.Origin}: internal is true at a backend endpoint, which nothing leads to; leave it out");
        }
    }

    private static void RequireOnce(ListenerSection listener)
    {
        var twice = listener.Endpoints
            .GroupBy(endpoint => endpoint.Location!.Written)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new ConfigurationException(
                $"{twice.Last().Origin}: location {twice.Key} stands already at {twice.First().Origin}; "
                    + "leave one of the two");
        }
    }

    private static void Require(IEnumerable<string> mistakes, string origin)
    {
        if (mistakes.FirstOrDefault() is { } mistake)
        {
            throw new ConfigurationException($"{origin}: {mistake}");
        }
    }

    /// <summary>Refuses a configuration by which nobody could come, or workers share what is no port.</summary>
    /// <param name="front">Null where it is off.</param>
    /// <param name="admin">Null where it is off.</param>
    /// <exception cref="ConfigurationException">It is one.</exception>
    public static void RequireSome(HalleyOptions options, EndPoint? front, EndPoint? admin)
    {
        if (options.Engine.Workers > 0
            && options
            .GetListeners()
            .Select(listener => listener.Listen)
            .Append(options.Front.Listen)
            .FirstOrDefault(UnixPath.IsMeant) is { } socket)
        {
            throw new ConfigurationException(
                $"engine.workers share ports, and {socket} is none; give it an address, or set engine.workers to 0");
        }

        if (options.Engine.Workers > 0
            && (front is null || options.Front.Tls.IsUsed)
            && options.GetListeners().All(listener => listener.Tls.IsUsed))
        {
            throw new ConfigurationException(
                "engine.workers share front.listen and listeners, of which none is open without tls (the main process "
                    + "serves those with it); give one an address, or set engine.workers to 0");
        }

        if (front is null && admin is null && options.GetListeners().Count == 0)
        {
            throw new ConfigurationException(
                "front.listen and admin.listen are off, and there are no listeners: nobody could come; "
                    + "give one of them an address");
        }
    }
}
