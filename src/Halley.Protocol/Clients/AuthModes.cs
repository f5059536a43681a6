namespace Halley.Protocol.Clients;

/// <summary>The ways in which clients prove who they are. Where several are asked for, all must agree.</summary>
[Flags]
public enum AuthModes
{
    /// <summary>Not at all: everybody may.</summary>
    None = 0,

    /// <summary>By iComet's token, which <c>/sign</c> gives out for one channel.</summary>
    Token = 1,

    /// <summary>By a JSON Web Token of the operator's own.</summary>
    Jwt = 2,

    /// <summary>By whatever the operator's backend recognises.</summary>
    Hook = 4,
}

/// <summary>The words of an option that names modes: <c>none</c>, or others joined by <c>+</c>.</summary>
public static class AuthWords
{
    private static readonly (string Word, AuthModes Mode)[] All =
        [("token", AuthModes.Token), ("jwt", AuthModes.Jwt), ("hook", AuthModes.Hook)];

    public static bool TryParse(string text, out AuthModes modes)
    {
        modes = AuthModes.None;
        if (text == "none")
        {
            return true;
        }

        foreach (var word in text.Split('+'))
        {
            var mode = All.FirstOrDefault(known => known.Word == word).Mode;
            if (mode == AuthModes.None || modes.HasFlag(mode))
            {
                return false;
            }

            modes |= mode;
        }

        return true;
    }

    public static string Write(AuthModes modes) => modes == AuthModes.None
        ? "none"
        : string.Join('+', All.Where(known => modes.HasFlag(known.Mode)).Select(known => known.Word));
}
