namespace Halley.Client.Subscribing;

/// <summary>A message that is longer than the subscriber takes.</summary>
internal static class TooLarge
{
    public static HalleyException Of(int maxEventBytes) => new(
        HalleyErrorCode.MessageTooLarge,
        $"A message has more than {maxEventBytes} bytes with what stands around it: "
            + $"{nameof(HalleyClientOptions.MaxEventBytes)}.");
}
