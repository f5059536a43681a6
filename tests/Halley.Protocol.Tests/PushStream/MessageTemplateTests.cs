using System.Text;
using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public class MessageTemplateTests
{
    [Theory]
    [InlineData(
        "~id~|~channel~|~text~|~event-id~|~event-type~|~tag~|~size~|~time~\r\n",
        "1|s1|hello|e1|t1|1|5|Sun, 22 Nov 2026 01:46:41 GMT\r\n")]
    [InlineData("~TEXT~~Id~", "hello1")]
    [InlineData("~text~~text~", "hellohello")]
    [InlineData("~~text~~", "~hello~")]
    [InlineData("~unknown~ ~ ~id ~id~", "~unknown~ ~ ~id 1")]
    [InlineData("no token", "no token")]
    public void A_template_is_filled_in(string template, string written) =>
        Assert.Equal(written, Fill(template, "s1", "hello"));

    [Fact]
    public void What_is_filled_in_is_not_looked_at_again() =>
        Assert.Equal("~text~:~channel~~id~", Fill("~channel~:~text~", "~text~", "~channel~~id~"));

    [Fact]
    public void Every_byte_passes() =>
        Assert.Equal("\0\xff[\0\xfe\r\n]\0", Fill("\0\xff[~text~]\0", "c", "\0\xfe\r\n"));

    [Fact]
    public void Twenty_thousand_tokens_in_a_text_cost_nothing() =>
        Assert.Equal(20_000 * 6, Fill("~text~", "c", string.Concat(Enumerable.Repeat("~text~", 20_000))).Length);

    private static string Fill(string template, string channel, string text)
    {
        var output = new ByteBuffer();
        new MessageTemplate(template.Latin1()).Write(
            new TemplateValues
            {
                Id = 1,
                Channel = channel.Latin1(),
                Text = text.Latin1(),
                Time = 1795312001,
                Tag = 1,
                EventId = "e1"u8,
                EventType = "t1"u8,
            },
            output);
        return Encoding.Latin1.GetString(output.Written);
    }
}
