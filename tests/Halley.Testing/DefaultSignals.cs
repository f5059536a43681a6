namespace Halley.Testing;

/// <summary>
/// What a program is started through so that it answers signals as at a terminal. Tests may themselves run under nohup
/// or in a script's background, which ignore SIGHUP and SIGINT; what they start would inherit that, and keep it.
/// </summary>
public static class DefaultSignals
{
    /// <summary>The words before the program's own. It keeps the process number: env becomes what it starts.</summary>
    public static IReadOnlyList<string> Before { get; } = ["/usr/bin/env", "--default-signal=HUP,INT,QUIT,USR1,TERM"];
}
