using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// The form in which the API answers. The commands, what they are told and what they do are the same in all. Any
/// thread.
/// </summary>
public abstract class ApiForm
{
    public static ApiForm Halley { get; } = new HalleyForm();

    /// <summary>That of Centrifugo's server API, for the libraries that back ends have for it.</summary>
    public static ApiForm Centrifugo { get; } = new CentrifugoForm();

    /// <summary>Whether a string is published as JSON, with its quotation marks, rather than as its text.</summary>
    internal abstract bool KeepsStrings { get; }

    /// <summary>Whether a channel that is not there is one with nothing in it, rather than a mistake.</summary>
    internal abstract bool HasEveryChannel { get; }

    /// <summary>Whether a command may be named in the body, rather than by the path.</summary>
    internal abstract bool NamesCommandsInside { get; }

    /// <summary>The messages of a history where nothing is said of their number.</summary>
    internal abstract int UsualMessages { get; }

    /// <summary>The channels of a page where nothing is said of their number.</summary>
    internal abstract int UsualChannels { get; }

    /// <summary>The name of the list of a broadcast's answers.</summary>
    internal abstract string Broadcast { get; }

    /// <summary>The body of an answer.</summary>
    internal byte[] Whole(ApiAnswer answer)
    {
        var output = new ByteBuffer(Math.Max(256, answer.Json.Length + 16));
        using (var writer = new Utf8JsonWriter(output))
        {
            Write(answer, writer);
        }

        return output.Written.ToArray();
    }

    /// <summary>The status line of a refusal.</summary>
    /// <param name="asksForStatus">Whether the request wants to see by it what is refused.</param>
    internal abstract string StatusOf(ApiError error, bool asksForStatus);

    /// <summary>Writes what a command comes to.</summary>
    internal abstract void Write(ApiAnswer answer, Utf8JsonWriter writer);

    /// <summary>Writes what a command of a batch comes to.</summary>
    /// <param name="command">Its name.</param>
    internal abstract void WriteReply(string command, ApiAnswer answer, Utf8JsonWriter writer);

    /// <summary>Writes whether all messages after a place are there.</summary>
    /// <exception cref="ApiFault">They are not, and so there is no answer.</exception>
    internal abstract void WriteRecovered(bool isRecovered, Utf8JsonWriter writer);

    /// <summary>Writes a message of a history.</summary>
    internal abstract void Write(Message message, Utf8JsonWriter writer);

    /// <summary>Writes who listens to a channel.</summary>
    internal abstract void Write(IEnumerable<ListedClient> clients, Utf8JsonWriter writer);

    /// <summary>Writes how many listen to a channel.</summary>
    internal abstract void Write(int clients, int users, Utf8JsonWriter writer);

    /// <summary>Writes which channels there are.</summary>
    internal abstract void Write(IEnumerable<NamedState> channels, Utf8JsonWriter writer);

    /// <summary>Says how many of everything there are.</summary>
    internal abstract ValueTask<ApiAnswer> Info(string version, IBroker broker, NodeSurvey nodes);
}
