using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Tests.PushStream;

public class EventStreamTests
{
    [Theory]
    [InlineData("l1\nl2\rl3\r\nl4", "l1|l2|l3|l4")]
    [InlineData("\n\na\r\n\r\nb\n", "a|b")]
    [InlineData("a\0b\nevent: evil", "a\0b|event: evil")]
    [InlineData("a\\nb", "a\\nb")]
    [InlineData("\r\n\r\n", "")]
    [InlineData("", "")]
    public void A_text_is_cut_at_every_kind_of_line_end_and_nowhere_else(string text, string lines)
    {
        ReadOnlySpan<byte> rest = text.Utf8();
        var found = new List<string>();
        while (EventStream.TakeLine(ref rest, out var line))
        {
            found.Add(line.Latin1());
        }

        Assert.Equal(lines, string.Join('|', found));
    }

    [Theory]
    [InlineData("bye\nnow", ": bye\n: now\n")]
    [InlineData("header \\n line", ": header \\n line\n")]
    [InlineData(": as it is\n", ": as it is\n")]
    [InlineData("", "")]
    public void Headers_and_footers_are_comments(string text, string comments) =>
        Assert.Equal(comments, EventStream.Comments(text.Utf8()).Latin1());

    [Theory]
    [InlineData("~text~", "data: x\n")]
    [InlineData("data: ~text~!\n", "data: x!\n")]
    public void A_line_of_a_message_becomes_a_data_field_once(string template, string written)
    {
        var output = new ByteBuffer();
        EventWriter.LineTemplate(template.Utf8()).Write(new TemplateValues { Text = "x"u8 }, output);
        Assert.Equal(written, output.Written.Latin1());
    }

    [Fact]
    public void A_field_is_one_line()
    {
        var output = new ByteBuffer();
        EventStream.WriteField("id: "u8, "1\ndata: evil"u8, output);
        Assert.Equal("id: 1\n", output.Written.Latin1());
    }
}
