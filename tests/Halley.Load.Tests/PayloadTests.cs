using System.Text;
using System.Text.Json;
using Halley.Load.Wire;

namespace Halley.Load.Tests;

public sealed class PayloadTests
{
    private static readonly Payload OfThisRun = new(100, run: 0xBEEF);

    public static TheoryData<string> Envelopes => new(
        "{0}",
        "{{\"type\":\"data\",\"cname\":\"b1x7\",\"seq\":12,\"content\":\"{0}\"}}\n",
        "id: 7\ndata: {0}\n\n",
        "{{\"type\":1,\"target\":\"message\",\"arguments\":[{{\"text\":\"{0}\"}}]}}\u001e",
        "42[\"message\",\"{0}\"]",
        "<script>p(1,'b1x7','{0}');</script>");

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void A_message_is_read_out_of_any_envelope(string envelope)
    {
        var text = Encoding.UTF8.GetBytes(
            string.Format(
                System.Globalization.CultureInfo.InvariantCulture, envelope, Written(channel: 7, number: 3, sent: 99)));

        var at = OfThisRun.Find(text);

        Assert.True(OfThisRun.TryRead(text.AsSpan(at, OfThisRun.Size), out var stamp));
        Assert.Equal(new Stamp(7, 3, 99), stamp);
    }

    [Fact]
    public void It_needs_no_escaping_in_JSON_or_a_URL()
    {
        var written = Written(Payload.Everybody, number: int.MaxValue, sent: long.MaxValue);

        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(written));
        Assert.Equal(written, Uri.EscapeDataString(written));
    }

    [Fact]
    public void A_message_of_another_run_is_not_taken_for_ours()
    {
        var text = Encoding.UTF8.GetBytes(Written(channel: 1, number: 1, sent: 1));

        Assert.Equal(-1, new Payload(100, run: 0xBEE0).Find(text));
    }

    [Fact]
    public void One_wrong_byte_is_noticed()
    {
        for (var at = 0; at < OfThisRun.Size; at++)
        {
            var text = Encoding.UTF8.GetBytes(Written(channel: 1, number: 1, sent: 1));
            text[at] = (byte)'~';

            Assert.False(OfThisRun.TryRead(text, out _));
        }
    }

    private static string Written(int channel, int number, long sent)
    {
        var bytes = new byte[OfThisRun.Size];
        OfThisRun.Write(channel, number, sent, bytes);
        return Encoding.ASCII.GetString(bytes);
    }
}
