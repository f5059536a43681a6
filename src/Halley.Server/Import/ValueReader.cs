using System.Globalization;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Import;

/// <summary>Makes values of halley.json out of those of directives.</summary>
/// <param name="folder">Where nginx's configuration lies.</param>
internal sealed class ValueReader(string folder)
{
    /// <param name="scope">Whose variables are put in where a value takes any.</param>
    /// <returns>Text, true or false, a number, or a list of texts; null where it is no value for that.</returns>
    public object? Read(NginxDirective directive, ValueKind kind, NginxScope scope)
    {
        var arguments = directive.Arguments;
        if (kind == ValueKind.Expressions)
        {
            return arguments.Count == 0 ? null : arguments.Count == 1 ? scope.Resolve(arguments[0]) : arguments.Select(scope.Resolve).ToList();
        }

        var text = arguments.Count > 0 ? arguments[0] : "";
        if (kind == ValueKind.Bytes)
        {
            return Units.TryParseSize(text, out var size) && size > 0 ? size : null;
        }

        return arguments.Count != 1 ? null : kind switch
        {
            ValueKind.Text => text,
            ValueKind.Expression => scope.Resolve(text),
            ValueKind.Switch => text.ToLowerInvariant() switch { "on" => true, "off" => false, _ => null },
            ValueKind.Number or ValueKind.NumberOrZero => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= (kind == ValueKind.Number ? 1 : 0) ? number : null,
            ValueKind.Time or ValueKind.TimeOrZero => NginxTime.TryParse(text, out var time) && (time > TimeSpan.Zero || kind == ValueKind.TimeOrZero)
                ? Units.TryParseTime(text, out _) ? text : NginxTime.Write(time)
                : null,
            ValueKind.Seconds => NginxTime.TryParse(text, out var seconds) && seconds > TimeSpan.Zero
                ? (int)Math.Min(Math.Ceiling(seconds.TotalSeconds), int.MaxValue)
                : null,
            ValueKind.File => Path.GetFullPath(text, folder),
            ValueKind.Origins => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList(),
            _ => null,
        };
    }
}
