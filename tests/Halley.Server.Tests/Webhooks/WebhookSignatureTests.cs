using Halley.Server.Webhooks;

namespace Halley.Server.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // printf '1700000000.{"events":[]}' | openssl dgst -sha256 -hmac secret
    private const string Known = "3947de27ec923573170fccda604ddfb25583ff98dc51e96cca2e11c59545026a";

    [Fact]
    public void It_signs_the_time_and_the_body_with_each_secret()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var one = WebhookSignature.Of("""{"events":[]}"""u8, ["secret"], now);
        var two = WebhookSignature.Of("""{"events":[]}"""u8, ["other", "secret"], now);

        Assert.Equal($"t=1700000000,v1={Known}", one);
        Assert.Matches($"^t=1700000000,v1=[0-9a-f]{{64}},v1={Known}$", two);
    }
}
