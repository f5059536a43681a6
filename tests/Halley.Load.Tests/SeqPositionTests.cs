using System.Text;
using Halley.Load.Wire;

namespace Halley.Load.Tests;

public sealed class SeqPositionTests
{
    [Theory]
    [InlineData("{\"type\":\"data\",\"cname\":\"a\",\"seq\":41,\"content\":\"", true, 42)]
    [InlineData("\"}\n{\"type\":\"data\",\"cname\":\"a\",\"seq\":41,\"content\":\"", true, 42)]
    [InlineData("{\"type\":\"broadcast\",\"cname\":\"a\",\"seq\":41,\"content\":\"", true, 7)]
    [InlineData("\"},{\"type\":\"next_seq\",\"cname\":\"a\",\"seq\":41,\"content\":\"\"}]", false, 41)]
    [InlineData(
        "{\"type\":\"next_seq\",\"cname\":\"a\",\"seq\":9,\"content\":\"\"}{\"type\":\"data\",\"cname\":\"a\","
            + "\"seq\":9,\"content\":\"",
        true,
        10)]
    [InlineData("{\"type\":\"noop\",\"cname\":\"a\",\"seq\":41,\"content\":\"\"}", false, 7)]
    [InlineData("data: ", true, 7)]
    public void A_subscriber_resumes_after_the_last_message_it_had(string text, bool isBeforePayload, long position)
    {
        Assert.Equal(position, SeqPosition.After(Encoding.UTF8.GetBytes(text), isBeforePayload, position: 7));
    }
}
