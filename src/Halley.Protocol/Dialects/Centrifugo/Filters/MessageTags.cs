using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Filters;

/// <summary>The tags of messages, read once for all filters that a thread holds a message against.</summary>
internal static class MessageTags
{
    [ThreadStatic]
    private static (Message Message, List<KeyValuePair<string, string>> Tags)? Last;

    public static IReadOnlyList<KeyValuePair<string, string>> Of(Message message)
    {
        if (message.Labels?.Details is not { } details)
        {
            return [];
        }

        if (Last is not { } last || last.Message != message)
        {
            var publication = new WirePublication();
            PublicationDetails.Read(details, publication);
            last = (message, publication.Tags ?? []);
            Last = last;
        }

        return last.Tags;
    }
}
