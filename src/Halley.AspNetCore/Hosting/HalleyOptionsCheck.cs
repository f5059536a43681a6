using Halley.Protocol.Access;
using Halley.Protocol.Dialects.PushStream;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Hosting;

/// <summary>Checks options when the application starts: what is wrong, and what would be right.</summary>
internal sealed class HalleyOptionsCheck : IValidateOptions<HalleyOptions>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, HalleyOptions options)
    {
        var mistakes = new List<string>();
        Require(options.HistorySize is >= 0 and <= 1_000_000, nameof(options.HistorySize), "0 to 1,000,000 messages");
        Require(
            options.ChannelTimeout >= Second && options.ChannelTimeout <= TimeSpan.FromDays(365),
            nameof(options.ChannelTimeout),
            "a second to a year");
        Require(
            options.HeartbeatInterval >= Second && options.HeartbeatInterval <= TimeSpan.FromHours(1),
            nameof(options.HeartbeatInterval),
            "a second to an hour");
        Require(options.MaxChannels > 0, nameof(options.MaxChannels), "at least one");
        Require(options.MaxStoredBytes >= 0, nameof(options.MaxStoredBytes), "0 or more bytes");
        Require(options.MaxQueuedBytes >= 1024, nameof(options.MaxQueuedBytes), "at least 1,024 bytes");
        Require(
            Enum.IsDefined(options.SlowConsumers), nameof(options.SlowConsumers), "End, DropOldest or Latest");
        Require(options.MaxSubscribers > 0, nameof(options.MaxSubscribers), "at least one");
        Require(options.ChannelPolicy != "", nameof(options.ChannelPolicy), "the name of a policy, or null");
        Require(options.PublishPolicy != "", nameof(options.PublishPolicy), "the name of a policy, or null");
        Require(options.UserOf is not null, nameof(options.UserOf), "a function");
        foreach (var origin in options.AllowedOrigins)
        {
            Require(
                SiteRules.IsEntry(origin),
                nameof(options.AllowedOrigins),
                $"origins such as https://www.example.com, or * for all, where it has \"{origin}\"");
        }

        mistakes.AddRange(OptionsCheck.Mistakes(options.PushStream).Select(
            mistake => $"HalleyOptions.{nameof(options.PushStream)}: {mistake}."));

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Require(bool isRight, string option, string wants)
        {
            if (!isRight)
            {
                mistakes.Add($"HalleyOptions.{option} wants {wants}.");
            }
        }
    }
}
