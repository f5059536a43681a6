using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Halley.Server.Configuration;

namespace Halley.Server.Import;

/// <summary>Writes what was imported as a halley.json.</summary>
internal static class ImportedJson
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="pushStream">What holds for the whole server.</param>
    public static string Write(List<(string Key, object Value)> pushStream, IReadOnlyList<ImportedListener> listeners)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            if (pushStream.Count > 0)
            {
                json.WriteStartObject("push_stream");
                WriteAll(json, pushStream);
                json.WriteEndObject();
            }

            // nginx opened its own ports and no others.
            WriteOff(json, "front");
            WriteOff(json, "admin");
            json.WriteStartArray("listeners");
            foreach (var listener in listeners)
            {
                WriteListener(json, listener);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteOff(Utf8JsonWriter json, string port)
    {
        json.WriteStartObject(port);
        json.WriteString("listen", ListenAddress.Off);
        json.WriteEndObject();
    }

    private static void WriteListener(Utf8JsonWriter json, ImportedListener listener)
    {
        json.WriteStartObject();
        json.WriteString("listen", listener.Listen);
        if (listener.IsIPv6Only)
        {
            json.WriteBoolean("ipv6_only", true);
        }

        if (listener.TrustedProxies.Count > 0)
        {
            WriteList(json, "trusted_proxies", listener.TrustedProxies);
        }

        json.WriteStartArray("endpoints");
        foreach (var endpoint in listener.Endpoints)
        {
            WriteEndpoint(json, endpoint);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, ImportedEndpoint endpoint)
    {
        json.WriteStartObject();
        json.WriteString("location", endpoint.Location);
        json.WriteString("kind", endpoint.Kind);
        WriteAll(json, endpoint.Values);
        if (endpoint.Access is { } access)
        {
            WriteList(json, "allow", access.Allow);
            WriteList(json, "deny", access.Deny);
        }

        if (endpoint.Conditionals.Count > 0)
        {
            json.WriteStartArray("if");
            foreach (var conditional in endpoint.Conditionals)
            {
                json.WriteStartObject();
                WriteAll(json, conditional);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, List<(string Key, object Value)> values)
    {
        foreach (var (key, value) in values)
        {
            switch (value)
            {
                case bool isOn:
                    json.WriteBoolean(key, isOn);
                    break;
                case string text:
                    json.WriteString(key, text);
                    break;
                case IReadOnlyList<string> texts:
                    WriteList(json, key, texts);
                    break;
                default:
                    json.WriteNumber(key, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
