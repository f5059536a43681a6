using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// The <c>cb</c> parameter: the function that an answer calls. The original takes any text and sends it to the browser
/// as a page, which lets anybody run scripts there; the name of a function, with dots and brackets, is all that clients
/// ever send.
/// </summary>
internal readonly ref struct Callback
{
    private Callback(bool isGiven, ReadOnlySpan<byte> name)
    {
        IsGiven = isGiven;
        Name = name;
    }

    /// <summary>
    /// Whether the parameter is there: an empty one still puts brackets around the answers of /ping, /push and /sign.
    /// </summary>
    public bool IsGiven { get; }

    public ReadOnlySpan<byte> Name { get; }

    /// <returns>False when it is no name: the request has been refused then.</returns>
    public static bool TryRead(in Parameters parameters, IResponder responder, out Callback callback)
    {
        callback = new Callback(parameters.Has("cb"u8), parameters.Text("cb"u8));
        if (callback.Name.IsEmpty || FunctionName.IsOne(callback.Name))
        {
            return true;
        }

        responder.Reply(
            Heads.BadRequest,
            "{\"type\":\"error\",\"message\":\"cb must be the name of a function: letters, "u8
            + "digits, _ $ . [ ], at most 128 of them\"}\n"u8);
        return false;
    }

    /// <summary>Answers with a JSON object, wrapped in a call where a callback was given.</summary>
    /// <param name="line">The object and a line end.</param>
    public void Reply(IResponder responder, ResponseHead plain, ResponseHead script, ReadOnlySpan<byte> line)
    {
        if (IsGiven)
        {
            responder.Reply(script, [.. Name, (byte)'(', .. line[..^1], .. ");\n"u8]);
        }
        else
        {
            responder.Reply(plain, line);
        }
    }
}
