using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Halley.Nodes.Router;

/// <summary>How servers of iComet's protocol are asked, and what they answer.</summary>
public static class ServerWords
{
    /// <summary>A channel's name as it stands in a query.</summary>
    public static string Encode(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var value in name)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a number out of what <c>/info</c> answers.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> info, ReadOnlySpan<byte> name, out long number)
    {
        number = 0;
        try
        {
            var reader = new Utf8JsonReader(info);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name))
                {
                    return reader.Read() && reader.TryGetInt64(out number);
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // It is no server of this kind that answers there.
        }

        return false;
    }
}
