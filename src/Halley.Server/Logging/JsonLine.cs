using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Protocol;
using Halley.Server.Metrics;
using NLog;
using NLog.Layouts;

namespace Halley.Server.Logging;

/// <summary>
/// A log line as one object of JSON: time, level, logger, message, and what the message is made of, by name. What NLog
/// has for that names these as the source does, and looks into them by reflection.
/// </summary>
/// <param name="withStacks">Whether exceptions are written whole, for debugging.</param>
internal sealed class JsonLine(bool withStacks) : Layout
{
    protected override string GetFormattedMessage(LogEventInfo logEvent) =>
        Encoding.UTF8.GetString(JsonBytes.Write(writer => Write(logEvent, writer)));

    private void Write(LogEventInfo line, Utf8JsonWriter writer)
    {
        var source = line.LoggerName ?? "";
        writer.WriteString("time"u8, line.TimeStamp.ToUniversalTime().ToString(
            @"yyyy-MM-dd\THH\:mm\:ss.fff\Z", CultureInfo.InvariantCulture));
        writer.WriteString("level"u8, line.Level.Name.ToLowerInvariant());
        writer.WriteString("logger"u8, source[(source.LastIndexOf('.') + 1)..]);
        writer.WriteString("message"u8, line.FormattedMessage);
        if (line.Exception is { } exception)
        {
            writer.WriteString("exception"u8, $"{exception.GetType().FullName}: {exception.Message}");
            if (withStacks)
            {
                writer.WriteString("stack"u8, exception.ToString());
            }
        }

        if (!line.HasProperties)
        {
            return;
        }

        writer.WriteStartObject("fields"u8);
        foreach (var (name, value) in line.Properties)
        {
            Write(SnakeCase.Of($"{name}"), value, writer);
        }

        writer.WriteEndObject();
    }

    private static void Write(string name, object? value, Utf8JsonWriter writer)
    {
        writer.WritePropertyName(name);
        switch (value)
        {
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
