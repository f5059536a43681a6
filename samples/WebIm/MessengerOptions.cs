namespace WebIm;

/// <summary>
/// What the operator may set, as <c>--data /var/lib/webim</c> or <c>--halley:front 0.0.0.0:5101</c>, or in the
/// environment.
/// </summary>
public sealed class MessengerOptions
{
    /// <summary>Where the messenger is served. Default http://localhost:5100.</summary>
    public string Listen { get; set; } = "http://localhost:5100";

    /// <summary>
    /// The folder of the database and of the keys that sign cookies. Default: data, beside the program.
    /// </summary>
    public string Data { get; set; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>How long somebody stays signed in. Default 30 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often one address may try to sign in or to register, per minute. Default 20.</summary>
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>
    /// How many changes (messages, read positions, …) one session may make per second, over time. Default 20.
    /// </summary>
    public int WritesPerSecond { get; set; } = 20;

    public HalleyOptions Halley { get; set; } = new();
}

/// <summary>Where Halley is, or is to be.</summary>
public sealed class HalleyOptions
{
    /// <summary>
    /// Whether one is already running at these addresses, with front.auth=token. Default no: it is started with the
    /// messenger.
    /// </summary>
    public bool Running { get; set; }

    /// <summary>Where browsers come to Halley. Default 127.0.0.1:5101.</summary>
    public string Front { get; set; } = "127.0.0.1:5101";

    /// <summary>Where only the messenger comes to Halley. Default 127.0.0.1:5102.</summary>
    public string Admin { get; set; } = "127.0.0.1:5102";

    /// <summary>
    /// What the page is told as Halley's address, such as <c>/comet/</c> where a proxy serves both from one site.
    /// Default: the host that the page came from, with the port of Front.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The program to start. Default: the one that was built with this messenger.</summary>
    public string Program { get; set; } = "";

    /// <summary>
    /// How long a channel outlives its last connection, and so how soon a person is offline. Default 10 seconds.
    /// </summary>
    public TimeSpan ChannelTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
