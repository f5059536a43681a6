using System.Globalization;
using Halley.Protocol.Options;

namespace Halley.Server.Import;

/// <summary>Makes values of halley.json out of those of directives.</summary>
/// <param name="folder">Where nginx's configuration lies.</param>
internal sealed class ValueReader(string folder)
{
    /// <param name="scope">Whose variables are put in where a value takes any.</param>
    /// <returns>Text, true or false, a number, or a list of texts; null where it is no value for that.</returns>
    public object? Read(NginxDirective directive, Option option, NginxScope scope) =>
        (option.Kind, directive.Arguments) switch
        {
            (ValueKind.Expression, { Count: > 1 } several) when option.IsList => several.Select(scope.Resolve).ToList(),

            // A name may stand behind it.
            (ValueKind.Bytes, [var size, ..]) => Units.TryParseSize(size, out var bytes) && bytes > 0 ? bytes : null,
            (_, [var text]) => Read(text, option.Kind, scope),
            _ => null,
        };

    private object? Read(string text, ValueKind kind, NginxScope scope) => kind switch
    {
        ValueKind.Text or ValueKind.Line => text,
        ValueKind.Expression => scope.Resolve(text),
        ValueKind.Switch => text.ToLowerInvariant() switch { "on" => true, "off" => false, _ => null },
        ValueKind.Number or ValueKind.NumberOrZero => ReadNumber(text, least: kind == ValueKind.Number ? 1 : 0),
        ValueKind.Time or ValueKind.TimeOrZero => ReadTime(text, mayBeZero: kind == ValueKind.TimeOrZero),
        ValueKind.Seconds => NginxTime.TryParse(text, out var seconds) && seconds > TimeSpan.Zero
            ? (int)Math.Min(Math.Ceiling(seconds.TotalSeconds), int.MaxValue)
            : null,
        ValueKind.File => Path.GetFullPath(text, folder),
        ValueKind.Origin => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList(),
        _ => null,
    };

    private static int? ReadNumber(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : null;

    private static string? ReadTime(string text, bool mayBeZero) =>
        !NginxTime.TryParse(text, out var time) || (time <= TimeSpan.Zero && !mayBeZero) ? null
        : Units.TryParseTime(text, out _) ? text
        : NginxTime.Write(time);
}
