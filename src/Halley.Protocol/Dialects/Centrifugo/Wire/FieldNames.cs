using System.Text;

namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>The names of an object's fields in JSON, by their numbers. Immutable.</summary>
internal sealed class FieldNames
{
    private readonly byte[]?[] _names;
    private readonly byte[]?[] _beginnings;

    public FieldNames(params ReadOnlySpan<(int Field, string Name)> names)
    {
        var last = 0;
        foreach (var (field, _) in names)
        {
            last = Math.Max(last, field);
        }

        _names = new byte[last + 1][];
        _beginnings = new byte[last + 1][];
        foreach (var (field, name) in names)
        {
            _names[field] = Encoding.UTF8.GetBytes(name);
            _beginnings[field] = Encoding.UTF8.GetBytes($"\"{name}\":");
        }
    }

    /// <summary>The beginning of a field: its name as JSON, and a colon.</summary>
    public ReadOnlySpan<byte> BeginningOf(int field) => _beginnings[field];

    public bool Has(int field) => field < _names.Length && _names[field] is not null;

    /// <summary>The field of a name; 0 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var field = 1; field < _names.Length; field++)
        {
            if (_names[field] is { } known && name.SequenceEqual(known))
            {
                return field;
            }
        }

        return 0;
    }
}
