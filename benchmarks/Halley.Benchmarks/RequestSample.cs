namespace Halley.Benchmarks;

public enum RequestSample
{
    Curl,
    Browser,
    MalformedLine,
    MalformedField,
}
