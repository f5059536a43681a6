using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Sqlite;

/// <summary>Checks the options when the application starts: what is wrong, and what would be right.</summary>
internal sealed class SqliteOptionsCheck : IValidateOptions<HalleySqliteOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, HalleySqliteOptions options)
    {
        var mistakes = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Directory))
        {
            mistakes.Add("HalleySqliteOptions.Directory wants a directory for the file.");
        }

        if (!Enum.IsDefined(options.Durability))
        {
            mistakes.Add("HalleySqliteOptions.Durability wants Disk or Memory.");
        }

        if (options.MaxWaitingBytes < 1)
        {
            mistakes.Add("HalleySqliteOptions.MaxWaitingBytes wants at least one byte.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
