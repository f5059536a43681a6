using System.Text.Json;
using Halley.Protocol.Dialects.Api;

namespace Halley.Protocol.Tests.Api;

/// <summary>The document says what the code does.</summary>
public sealed class OpenApiTests : IDisposable
{
    private readonly ApiNode _node = new();
    private readonly JsonElement _document;

    public OpenApiTests() => _document = JsonElement.Parse(_node.Ask("GET /api/openapi.json").Body);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Every_command_is_described_and_none_that_there_is_not() => Assert.Equal(
        _node.Api.Commands.Select(command => "/api/" + command.Name).Append("/api/openapi.json").Order(),
        _document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());

    [Fact]
    public void Every_argument_is_described_and_no_other_is_taken() => Assert.All(_node.Api.Commands, command =>
    {
        var schema = _document.GetProperty("paths").GetProperty("/api/" + command.Name).GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Equal(
            command.Arguments.Order(),
            schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
    });

    [Fact]
    public void Every_code_of_a_refusal_is_described() => Assert.Equal(
        ApiError.All.Select(error => error.Code).Order(),
        _document.GetProperty("components").GetProperty("schemas").GetProperty("Error").GetProperty(
            "properties").GetProperty("error")
            .GetProperty("properties")
                .GetProperty("code")
                .GetProperty("enum")
                .EnumerateArray()
                .Select(code => code.GetString())
                .Order());

    [Fact]
    public void Every_example_is_answered_with_what_is_described()
    {
        foreach (var path in _document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("post", out var post)
                || !post
                    .GetProperty("requestBody")
                    .GetProperty("content")
                    .GetProperty("application/json")
                    .TryGetProperty("example", out var example))
            {
                continue;
            }

            var answer = _node.Done(path.Name["/api/".Length..], example.GetRawText());
            var schema = Resolve(
                post.GetProperty("responses")
                    .GetProperty("200")
                    .GetProperty("content")
                    .GetProperty("application/json")
                    .GetProperty("schema"));
            Assert.Subset(
                schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ToHashSet(),
                answer.EnumerateObject().Select(property => property.Name).ToHashSet());
            Assert.All(
                schema.GetProperty("required").EnumerateArray(),
                name => Assert.True(answer.TryGetProperty(name.GetString()!, out _)));
        }
    }

    private JsonElement Resolve(JsonElement schema) => schema.TryGetProperty("$ref", out var name)
        ? _document.GetProperty("components").GetProperty("schemas").GetProperty(name.GetString()!.Split('/')[^1])
        : schema;
}
