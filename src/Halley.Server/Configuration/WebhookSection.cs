using Halley.Server.Webhooks;

namespace Halley.Server.Configuration;

/// <summary>A receiver of events: one object of <c>webhooks</c>.</summary>
internal sealed class WebhookSection
{
    /// <summary>The form of a secret, in words.</summary>
    public const string WantsSecret = SettingKey.WantsSecret;

    /// <summary>The place of the webhook in the file.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The name of the webhook and of its queue; it stays when the URL changes.</summary>
    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary>The secrets that requests are signed with; best in <see cref="SecretFile"/>.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>A file with one secret a line; absolute once loaded.</summary>
    public string SecretFile { get; set; } = "";

    public WebhookEvents Events { get; set; }

    /// <summary>The beginnings of the names of its channels; "" is for all.</summary>
    public List<byte[]> Prefixes { get; } = [];

    /// <summary>The most events in a request. Default 100.</summary>
    public int Batch { get; set; } = 100;

    /// <summary>The time that an answer may take. Default 5 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after which an event that could not be delivered is given up. Default a day.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The secrets of both places.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has none.</exception>
    public IReadOnlyList<string> ReadSecrets() =>
        [.. Secrets, .. SecretsFile.Read("secret_file", SecretFile, JwtSection.IsSecret, "secret", WantsSecret)];
}
