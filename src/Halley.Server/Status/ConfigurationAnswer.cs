using Halley.Protocol;
using Halley.Protocol.Dialects.Api;
using Halley.Server.Configuration;

namespace Halley.Server.Status;

/// <summary>The configuration in force, for the API and its page.</summary>
internal static class ConfigurationAnswer
{
    /// <summary>Has the server answer; its workers are what it is.</summary>
    /// <param name="server">What it is called among those that share its channels.</param>
    public static void AnswerFor(Hub hub, string server, HalleyOptions options) =>
        hub.Answers(ServerQuestions.Configuration, _ => Write(server, options));

    private static byte[] Write(string server, HalleyOptions options) => JsonBytes.Write(writer =>
    {
        writer.WriteString("server"u8, server);
        writer.WriteString("version"u8, Product.Version);
        writer.WriteStartArray("settings"u8);
        foreach (var (key, value, origin) in options.GetEffective().Concat(ListsOf(options)))
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteString("value"u8, value);
            writer.WriteString("origin"u8, origin);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static IEnumerable<EffectiveSetting> ListsOf(HalleyOptions options) =>
        options.GetListeners().SelectMany((listener, number) => listener.Endpoints.Select(endpoint =>
            new EffectiveSetting(
                $"listeners[{number}] {listener.Listen}",
                $"{endpoint.Kind} at {endpoint.Location!.Written}",
                endpoint.Origin)));
}
