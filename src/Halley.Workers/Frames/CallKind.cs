namespace Halley.Workers.Frames;

/// <summary>The kinds of a <see cref="Call"/>: the verbs of a broker.</summary>
internal enum CallKind : byte
{
    Publish = 1,
    PublishToAll,
    Create,
    Reserve,
    Close,
    Clear,
    Info,
    List,
    Count,
    Survey,
    Bequeath,
    SurveyAll,
}
