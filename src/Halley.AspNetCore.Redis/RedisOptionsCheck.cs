using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Redis;

/// <summary>Checks the options when the application starts: what is wrong, and what would be right.</summary>
internal sealed class RedisOptionsCheck : IValidateOptions<HalleyRedisOptions>
{
    private const int MaxNodeLength = 100;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, HalleyRedisOptions options)
    {
        var mistakes = new List<string>();
        Require(options.Connection is { EndPoints.Count: > 0 }, nameof(options.Connection), "the address of Redis");
        Require(options.Prefix.Length > 0, nameof(options.Prefix), "what all keys begin with, such as halley:");
        Require(
            !options.IsCluster || !options.Prefix.Contains('{', StringComparison.Ordinal),
            nameof(options.Prefix),
            "no { in a cluster, where channels would not lie where they are looked for");
        Require(
            options.IsFenced || !options.WaitsForReplica,
            nameof(options.IsFenced),
            "true beside WaitsForReplica: without the fence nobody could tell which server was written to");
        Require(
            options.Timeout >= TimeSpan.FromMilliseconds(1) && options.Timeout <= TimeSpan.FromMinutes(1),
            nameof(options.Timeout),
            "a millisecond to a minute");
        Require(
            options.Node.Length is > 0 and <= MaxNodeLength
                && options.Node.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'),
            nameof(options.Node),
            "1 to 100 letters, digits, dots, underscores and hyphens");
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Require(bool isRight, string option, string wants)
        {
            if (!isRight)
            {
                mistakes.Add($"HalleyRedisOptions.{option} wants {wants}.");
            }
        }
    }
}
