using System.Buffers;
using System.Text.Unicode;

namespace Halley.Protocol;

/// <summary>
/// Whether bytes are one JSON value (RFC 8259), without an exception where they are none: most messages that other
/// dialects publish are not.
/// </summary>
internal ref struct JsonCheck
{
    /// <summary>
    /// The depth to which arrays and objects may stand in one another, as the base library's reader has it.
    /// </summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> EndOfPlain =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private ReadOnlySpan<byte> _rest;

    public static bool IsValue(ReadOnlySpan<byte> bytes)
    {
        var check = new JsonCheck { _rest = bytes };
        return check.TakeValue() && check._rest.IsEmpty && Utf8.IsValid(bytes);
    }

    // One value with the white space around it. A bit for each level that is open says whether it is an object.
    private bool TakeValue()
    {
        var (objects, depth) = (0UL, 0);
        while (true)
        {
            SkipSpace();
            var isOpened = false;
            switch (_rest)
            {
                case [(byte)'{', ..] when depth < MaxDepth:
                    objects = (objects << 1) | 1;
                    isOpened = true;
                    break;
                case [(byte)'[', ..] when depth < MaxDepth:
                    objects <<= 1;
                    isOpened = true;
                    break;
                default:
                    if (!TakeScalar())
                    {
                        return false;
                    }

                    break;
            }

            if (isOpened)
            {
                depth++;
                _rest = _rest[1..];
            }

            if (!TakeUpToValue(ref objects, ref depth, isOpened))
            {
                return false;
            }

            if (depth == 0)
            {
                return true;
            }
        }
    }

    // What stands between a value, or an opening bracket, and the next value; or the end of all.
    private bool TakeUpToValue(ref ulong objects, ref int depth, bool isOpened)
    {
        while (true)
        {
            SkipSpace();
            if (depth == 0)
            {
                return true;
            }

            var isObject = (objects & 1) != 0;
            if (Take(isObject ? (byte)'}' : (byte)']'))
            {
                (objects, depth, isOpened) = (objects >> 1, depth - 1, false);
                continue;
            }

            return (isOpened || Take((byte)',')) && (!isObject || TakeName());
        }
    }

    private bool TakeName()
    {
        SkipSpace();
        if (!TakeString())
        {
            return false;
        }

        SkipSpace();
        return Take((byte)':');
    }

    private bool TakeScalar() => _rest switch
    {
        [(byte)'"', ..] => TakeString(),
        [(byte)'t', ..] => TakeWord("true"u8),
        [(byte)'f', ..] => TakeWord("false"u8),
        [(byte)'n', ..] => TakeWord("null"u8),
        _ => TakeNumber(),
    };

    private bool TakeString()
    {
        if (!Take((byte)'"'))
        {
            return false;
        }

        while (_rest.IndexOfAny(EndOfPlain) is var end and >= 0)
        {
            _rest = _rest[end..];
            if (Take((byte)'"'))
            {
                return true;
            }

            if (JsonUnescaping.LengthOfEscape(_rest) is not (> 0 and var length))
            {
                return false;
            }

            _rest = _rest[length..];
        }

        return false;
    }

    private bool TakeNumber()
    {
        Take((byte)'-');
        var isZero = Take((byte)'0');
        if (!isZero && !TakeDigits())
        {
            return false;
        }

        if (Take((byte)'.') && !TakeDigits())
        {
            return false;
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            _ = Take((byte)'+') || Take((byte)'-');
            return TakeDigits();
        }

        return true;
    }

    private bool TakeDigits()
    {
        var count = _rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        count = count < 0 ? _rest.Length : count;
        _rest = _rest[count..];
        return count > 0;
    }

    private bool TakeWord(ReadOnlySpan<byte> word)
    {
        var isThere = _rest.StartsWith(word);
        _rest = isThere ? _rest[word.Length..] : _rest;
        return isThere;
    }

    private bool Take(byte value)
    {
        var isThere = _rest is [var first, ..] && first == value;
        _rest = isThere ? _rest[1..] : _rest;
        return isThere;
    }

    private void SkipSpace() => _rest = _rest.TrimStart(" \t\r\n"u8);
}
