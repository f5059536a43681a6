namespace Halley.Protocol.Http;

/// <summary>
/// The reason why a body is not read as parameters: a status, and a sentence that says what would be right.
/// </summary>
/// <param name="Field">A field that tells programs the same, whole; null for none.</param>
public sealed record FormFault(string Status, string Sentence, string? Field = null)
{
    private const string BadRequest = "400 Bad Request";
    private const string Unsupported = "415 Unsupported Media Type";
    private const string Types = "Accept-Post: application/x-www-form-urlencoded, multipart/form-data";

    public static FormFault Type { get; } = new(
        Unsupported,
        "the body must be application/x-www-form-urlencoded, such as cname=a&content=hello, or multipart/form-data; "
            + "JSON is not read",
        Types);

    public static FormFault Coding { get; } = new(
        Unsupported, "a body with Content-Encoding is not read; send it as it is", ContentCoding.AcceptIdentity);

    public static FormFault Charset { get; } = new(
        Unsupported, "a form must be UTF-8; encode its values so, and say charset=UTF-8 or nothing", Types);

    public static FormFault Boundary { get; } = new(
        BadRequest, "multipart/form-data needs its boundary, 1 to 70 bytes, in Content-Type");

    public static FormFault Parts { get; } = new(
        BadRequest,
        "the parts of the multipart/form-data body are broken: each begins behind --BOUNDARY and CR LF, "
            + "and --BOUNDARY-- ends the last one");

    public static FormFault TooManyParts { get; } = new(
        BadRequest, $"a multipart/form-data body has at most {MultipartForm.MaxParts} parts");

    public static FormFault Disposition { get; } = new(
        BadRequest, "each part of a multipart/form-data body needs Content-Disposition: form-data; name=\"...\"");

    public static FormFault File { get; } = new(
        BadRequest, "files are not taken: send content as a field of the form, without a filename");

    public static FormFault PartEncoding { get; } = new(
        Unsupported,
        "a part with a Content-Transfer-Encoding other than binary, 8bit or 7bit is not read; send it as it is");
}
