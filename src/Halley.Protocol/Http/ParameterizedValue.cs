using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// The value of a field with parameters behind it, as Content-Type and Content-Disposition have them:
/// <c>form-data; name="cname"</c> (RFC 9110, 5.6.6). Blanks around <c>=</c>, which no client sends, are let pass.
/// </summary>
internal readonly ref struct ParameterizedValue
{
    private readonly ReadOnlySpan<byte> _parameters;

    public ParameterizedValue(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)';');
        Value = (end < 0 ? field : field[..end]).Trim(" \t"u8);
        _parameters = end < 0 ? default : field[(end + 1)..];
    }

    public ReadOnlySpan<byte> Value { get; }

    public bool Is(ReadOnlySpan<byte> value) => Ascii.EqualsIgnoreCase(Value, value);

    /// <param name="value">Without its quotation marks; what is escaped within them stays so.</param>
    /// <returns>False where there is none of that name, or one before it is broken.</returns>
    public bool TryParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = _parameters;
        while (TryTake(ref rest, out var key, out value))
        {
            if (Ascii.EqualsIgnoreCase(key, name))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool TryTake(
        scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        rest = rest.TrimStart("; \t"u8);
        var equals = rest.IndexOf((byte)'=');
        if (equals < 0)
        {
            return false;
        }

        key = rest[..equals].Trim(" \t"u8);
        rest = rest[(equals + 1)..].TrimStart(" \t"u8);
        if (rest is not [(byte)'"', ..])
        {
            var end = rest.IndexOf((byte)';');
            value = (end < 0 ? rest : rest[..end]).TrimEnd(" \t"u8);
            rest = end < 0 ? default : rest[end..];
            return true;
        }

        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = rest[1..i];
                rest = rest[(i + 1)..];
                return true;
            }

            i += rest[i] == '\\' ? 1 : 0;
        }

        return false;
    }
}
