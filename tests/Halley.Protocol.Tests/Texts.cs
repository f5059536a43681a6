using System.Text;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>Short words for what the tests of this project say again and again.</summary>
internal static class Texts
{
    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>One byte a character, so that every byte can be written.</summary>
    public static byte[] Latin1(this string text) => Encoding.Latin1.GetBytes(text);

    public static string Latin1(this ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static string Latin1(this byte[] bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>
    /// Lets a handler answer a request given as <c>METHOD TARGET</c>, as a host would: again, where it had to wait.
    /// </summary>
    /// <param name="fields">Further fields, each with its line end.</param>
    public static RecordingExchange Ask(
        this IRequestHandler handler,
        string request,
        string body = "",
        RecordingExchange? exchange = null,
        string fields = "")
    {
        exchange ??= new RecordingExchange(new ManualDispatcher());
        var bytes = $"{request} HTTP/1.1\r\nHost: halley\r\n{fields}\r\n".Latin1();
        exchange.HandleAgain = Handle;
        Handle();
        return exchange;

        void Handle()
        {
            Assert.Null(RequestParser.Parse(bytes, out var head));
            handler.Handle(
                new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), body.Latin1()), exchange);
        }
    }
}
