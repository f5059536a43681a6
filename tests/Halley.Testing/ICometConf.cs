namespace Halley.Testing;

/// <summary>
/// The text of an icomet.conf. The timeouts are long here: a case about time says how short it wants them.
/// </summary>
public sealed record ICometConf
{
    public string Auth { get; init; } = "none";

    public int MaxChannels { get; init; } = 10_000;

    public int MaxSubscribersPerChannel { get; init; } = 100;

    public int ChannelBufferSize { get; init; } = 10;

    public int ChannelTimeout { get; init; } = 120;

    public int PollingTimeout { get; init; } = 120;

    /// <summary>The allow and deny lines of the admin section.</summary>
    public IReadOnlyList<string> AdminRules { get; init; } = ["allow: all"];

    /// <summary>The address, without the port, that both sections listen on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>A last word on the text, for the cases about the file itself.</summary>
    public Func<string, string> Edit { get; init; } = text => text;

    public string Text(int frontPort, int adminPort) => Edit(
        $"""
        logger:
        	level: info
        	output: ./halley.log
        	rotate:
        		size: 1000000000
        admin:
        	listen: {Address}:{adminPort}
        {string.Concat(AdminRules.Select(rule => $"\t{rule}\n"))}
        front:
        	listen: {Address}:{frontPort}
        	auth: {Auth}
        	max_channels: {MaxChannels}
        	max_subscribers_per_channel: {MaxSubscribersPerChannel}
        	channel_buffer_size: {ChannelBufferSize}
        	channel_timeout: {ChannelTimeout}
        	polling_timeout: {PollingTimeout}

        """);
}
