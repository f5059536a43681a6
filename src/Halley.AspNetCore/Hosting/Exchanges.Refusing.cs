using System.Globalization;
using System.Net;
using Halley.Protocol.Explaining;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;

namespace Halley.AspNetCore.Hosting;

// What is refused: counted, and told to operators where somebody listens to that.
internal sealed partial class Exchanges
{
    private const int FirstStatus = 400;

    private static readonly RequestError TooMany = new(
        "503 Service Unavailable", "There are as many requests as may be. Come again later.");

    private readonly long[] _refused = new long[200];

    /// <summary>The operator's record of refusals; null for none. Set before the first request.</summary>
    public IRefusalLog? Refusals { get; set; }

    /// <summary>
    /// Recent refusals and slow consumers, for who looks; null for nobody. Set before the first request.
    /// </summary>
    public Incidents? Incidents { get; set; }

    /// <summary>The requests that were answered with a status of an error, for each status there was.</summary>
    public IEnumerable<(int Status, long Count)> Refused() => _refused
        .Select((count, place) => (FirstStatus + place, count))
        .Where(refused => refused.count > 0);

    /// <summary>Refuses a request that cannot be handled, or shall not be: it has no exchange.</summary>
    public Task RefuseAsync(HttpContext context, RequestError error, ExchangeOptions options)
    {
        CountAnswer(RequestRefusals.HeadFor(error), out _);
        Note(error, options.ListenerOf(context), context.Connection.RemoteIpAddress ?? IPAddress.None);
        return WriteAsync(context, error);
    }

    /// <summary>Notes that somebody was refused of whose request nothing is known.</summary>
    public void Note(RequestError error, EndPoint listener, IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var head = RequestRefusals.HeadFor(error);
        if (Incidents is { AreWanted: true } incidents)
        {
            incidents.Note("refused", Answer.StatusOf(head.Status.Span), $"{address}", $"{listener}", "", []);
        }

        if (Refusals?.TryTake() == true)
        {
            Refusals.Write(RefusalNote.Of(head, RequestRefusals.BodyFor(error)), listener, address);
        }
    }

    /// <summary>Answers a request with an error that was noted.</summary>
    public static Task WriteAsync(HttpContext context, RequestError error)
    {
        context.Response.StatusCode = int.Parse(error.Status.AsSpan(0, 3), CultureInfo.InvariantCulture);
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(error.Explanation + "\n");
    }

    /// <summary>Counts an answer, where its status is an error's.</summary>
    /// <returns>Whether it is.</returns>
    public bool CountAnswer(ResponseHead head, out int status)
    {
        status = Answer.StatusOf(head.Status.Span);
        if ((uint)(status - FirstStatus) >= (uint)_refused.Length)
        {
            return false;
        }

        Interlocked.Increment(ref _refused[status - FirstStatus]);
        return true;
    }
}
