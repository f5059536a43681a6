using System.Diagnostics.CodeAnalysis;

namespace WebIm;

/// <summary>
/// Why something is not done, in a sentence for the person who asked for it. It is answered as { "error": sentence }.
/// </summary>
public sealed class Refusal(int status, string sentence) : Exception(sentence)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    public static void If([DoesNotReturnIf(true)] bool refused, int status, string sentence)
    {
        if (refused)
        {
            throw new Refusal(status, sentence);
        }
    }
}
