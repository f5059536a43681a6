using System.Security.Cryptography;
using System.Text;
using Halley.Testing.Doubles;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt.Tests;

public sealed class JwtVerifierTests : IDisposable
{
    private static readonly SymmetricSecurityKey Secret = new(RandomNumberGenerator.GetBytes(64));

    private static readonly string[] Channels = ["news", "room-*"];

    private static readonly string[] Critical = ["b64"];

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ManualTime _time = new() { Start = DateTimeOffset.UtcNow };

    public void Dispose()
    {
        _rsa.Dispose();
        _p256.Dispose();
        _p384.Dispose();
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    public async Task A_token_of_a_key_that_is_known_says_who_it_is_and_what_for(string algorithm)
    {
        var key = KeyFor(algorithm);
        var verdict = await Verifier(PublicOf(key)).Verify(Sign(key, algorithm, new()
        {
            ["sub"] = "anna",
            ["jti"] = "t1",
            ["info"] = new Dictionary<string, object> { ["name"] = "Anna" },
            ["subscribe"] = Channels,
        }));

        Assert.Null(verdict.Fault);
        var claims = verdict.Claims!;
        Assert.Equal(("anna", "t1"), (claims.User, claims.TokenId));
        Assert.Equal("""{"name":"Anna"}""", Encoding.UTF8.GetString(claims.Info!));
        Assert.True(claims.Subscribe!.Include("news"u8.ToArray()));
        Assert.True(claims.Subscribe.Include("room-7"u8.ToArray()));
        Assert.False(claims.Subscribe.Include("other"u8.ToArray()));
        Assert.Null(claims.Publish);
    }

    [Theory]
    [InlineData("HS256", 1)]
    [InlineData("HS256", 31)]
    [InlineData("HS384", 5)]
    [InlineData("HS512", 32)]
    [InlineData("HS512", 63)]
    public async Task A_short_secret_verifies_what_is_signed_with_it_where_any_length_is_allowed(
        string algorithm, int length)
    {
        // By the platform's HMAC, which takes the secret as it is: what other libraries and Centrifugo do.
        var secret = new string('s', length);
        var signed = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}"}""") + "."
            + Base64UrlEncoder.Encode($$"""{"sub":"anna","exp":{{_time.Start.AddHours(1).ToUnixTimeSeconds()}}}""");
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, bytes),
            "HS384" => HMACSHA384.HashData(key, bytes),
            _ => HMACSHA512.HashData(key, bytes),
        };
        var token = $"{signed}.{Base64UrlEncoder.Encode(signature)}";

        var verdict = await Verifier(SigningKeys.OfSecret(secret, isAnyLength: true)).Verify(token);

        Assert.Equal("anna", verdict.Claims?.User);
        var other = SigningKeys.OfSecret(secret + "s", isAnyLength: true);
        Assert.NotNull((await Verifier(other).Verify(token)).Fault);
        if (length < 32)
        {
            Assert.NotNull((await Verifier(SigningKeys.OfSecret(secret)).Verify(token)).Fault);
        }
    }

    [Fact]
    public async Task A_token_of_another_key_is_wrong()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verdict = await Verifier(new ECDsaSecurityKey(other)).Verify(Sign(KeyFor("ES256"), "ES256"));
        Assert.Equal("The token is not signed with a key and an algorithm that are known here.", verdict.Fault);
    }

    [Fact]
    public async Task A_public_key_is_no_secret_to_sign_with()
    {
        // The oldest trick: the public key, as its bytes are published, taken for a shared secret.
        var published = Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());
        var forged = Sign(new SymmetricSecurityKey(published), "HS256");
        var known = SigningKeys.OfPem(_rsa.ExportSubjectPublicKeyInfoPem())[0];
        Assert.NotNull((await Verifier(known).Verify(forged)).Fault);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("NONE")]
    public async Task A_token_without_a_signature_is_wrong(string algorithm)
    {
        var head = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}"}""");
        var body = Base64UrlEncoder.Encode("""{"sub":"anna","exp":9999999999}""");
        Assert.NotNull((await Verifier(Secret).Verify($"{head}.{body}.")).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.AAAA")]
    public async Task What_is_no_token_is_wrong_and_not_repeated(string text)
    {
        var fault = (await Verifier(Secret).Verify(text)).Fault!;
        Assert.True(text.Length < 2 || !fault.Contains(text, StringComparison.Ordinal), fault);
    }

    [Fact]
    public async Task A_token_is_worth_something_from_its_beginning_to_its_end_and_a_little_around()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var token = Sign(Secret, "HS256", notBefore: now.AddMinutes(10), expires: now.AddMinutes(20));
        var verifier = Verifier(Secret);

        Assert.Equal(
            $"The token is not valid before {now.AddMinutes(10):yyyy-MM-dd HH:mm:ss} UTC.",
            (await verifier.Verify(token)).Fault);
        _time.Advance(TimeSpan.FromSeconds((10 * 60) - 29));
        Assert.Null((await verifier.Verify(token)).Fault);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null((await verifier.Verify(token)).Fault);
        _time.Advance(TimeSpan.FromMinutes(1));
        var over = await verifier.Verify(token);
        Assert.True(over.IsExpired);
        Assert.Equal($"The token expired at {now.AddMinutes(20):yyyy-MM-dd HH:mm:ss} UTC.", over.Fault);
    }

    [Fact]
    public async Task A_token_without_an_end_is_taken_only_where_that_is_chosen()
    {
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            """{"sub":"anna"}""", new SigningCredentials(Secret, "HS256"));
        Assert.Equal(
            "The token does not say when it expires: it has no exp, a number of seconds since 1970.",
            (await Verifier(Secret).Verify(token)).Fault);
        var lax = new JwtVerifier(new JwtOptions { Keys = [Secret], RequiresExpiry = false }, NoFetch, _time);
        Assert.Null((await lax.Verify(token)).Claims!.Expires);
    }

    [Fact]
    public async Task Issuer_and_audience_are_looked_at_where_they_are_set()
    {
        var strict = new JwtVerifier(
            new JwtOptions { Keys = [Secret], Issuer = "https://a.example", Audience = "push" }, NoFetch, _time);
        Assert.Null((await strict.Verify(
            Sign(Secret, "HS256", new() { ["iss"] = "https://a.example", ["aud"] = "push" }))).Fault);
        Assert.Equal("The token is of another issuer.", (await strict.Verify(
            Sign(Secret, "HS256", new() { ["iss"] = "https://b.example", ["aud"] = "push" }))).Fault);
        Assert.Equal("The token is for another audience.", (await strict.Verify(
            Sign(Secret, "HS256", new() { ["iss"] = "https://a.example", ["aud"] = "mail" }))).Fault);
    }

    [Theory]
    [InlineData("sub", 7)]
    [InlineData("subscribe", "news")]
    [InlineData("publish", 7)]
    public async Task A_claim_of_another_type_is_named(string claim, object value) => Assert.Contains(
        $"The token's {claim} must be",
        (await Verifier(Secret).Verify(Sign(Secret, "HS256", new() { [claim] = value }))).Fault,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("exp", "\"4102444800\"")]
    [InlineData("exp", "99999999999999999999")]
    [InlineData("exp", "1e400")]
    [InlineData("iat", "\"1700000000\"")]
    public async Task A_time_is_a_number_of_seconds(string claim, string value)
    {
        var payload = $$"""{"exp":4102444800,"{{claim}}":{{value}}}""";
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            payload, new SigningCredentials(Secret, "HS256"));
        Assert.NotNull((await Verifier(Secret).Verify(token)).Fault);
    }

    [Theory]
    [InlineData("4102444800000", "4102444800000")]
    [InlineData("4102444800000.5", "4102444800000")]
    public async Task A_time_in_milliseconds_is_told_with_what_it_should_be(string exp, string told)
    {
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            $$"""{"exp":{{exp}}}""", new SigningCredentials(Secret, "HS256"));
        Assert.Equal(
            $"The token's exp is {told}; it wants seconds since 1970.", (await Verifier(Secret).Verify(token)).Fault);
    }

    [Fact]
    public async Task A_token_that_wants_something_critical_to_be_known_is_wrong()
    {
        var token = new JsonWebTokenHandler().CreateToken(
            """{"exp":4102444800}""",
            new SigningCredentials(Secret, "HS256"),
            new Dictionary<string, object> { ["crit"] = Critical, ["b64"] = false });
        Assert.NotNull((await Verifier(Secret).Verify(token)).Fault);
    }

    [Fact]
    public async Task A_new_key_of_a_published_set_is_fetched_when_a_token_names_it_and_not_too_often()
    {
        var fetched = 0;
        var published = SetOf(("one", _p256));
        var verifier = new JwtVerifier(
            new JwtOptions { JwksUrl = new Uri("http://keys.example/") },
            _ =>
            {
                fetched++;
                return Task.FromResult(published);
            },
            _time);

        Assert.Null((await verifier.Verify(Sign(Named("one", _p256), "ES256"))).Fault);
        var before = verifier.KeyVersion;
        published = SetOf(("two", _p384));
        var next = Sign(Named("two", _p384), "ES384");
        Assert.NotNull((await verifier.Verify(next)).Fault);
        Assert.Equal(1, fetched);
        _time.AdvanceSeconds(31);
        Assert.Null((await verifier.Verify(next)).Fault);
        Assert.NotNull((await verifier.Verify(Sign(Named("one", _p256), "ES256"))).Fault);
        Assert.Equal(2, fetched);
        Assert.NotEqual(before, verifier.KeyVersion);
    }

    [Fact]
    public async Task While_keys_cannot_be_fetched_that_is_said_and_the_last_ones_serve()
    {
        var isDown = true;
        var said = new List<string>();
        var verifier = new JwtVerifier(
            new JwtOptions { JwksUrl = new Uri("http://keys.example/"), WhenNotFetched = said.Add },
            _ => isDown ? Task.FromException<string>(new HttpRequestException("down"))
                : Task.FromResult(SetOf(("one", _p256))),
            _time);
        var token = Sign(Named("one", _p256), "ES256", expires: DateTime.UtcNow.AddHours(2));

        Assert.True((await verifier.Verify(token)).IsTemporary);
        Assert.Equal(["down"], said);
        isDown = false;
        _time.AdvanceSeconds(6);
        Assert.Null((await verifier.Verify(token)).Fault);
        isDown = true;
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Null((await verifier.Verify(token)).Fault);
    }

    [Fact]
    public async Task While_keys_are_fetched_tokens_of_known_ones_do_not_wait()
    {
        var published = new TaskCompletionSource<string>();
        var verifier = new JwtVerifier(
            new JwtOptions { Keys = [Secret], JwksUrl = new Uri("http://keys.example/") }, _ => published.Task, _time);
        var waiting = Enumerable.Range(0, Environment.ProcessorCount + 1)
            .Select(_ => verifier.Verify(Sign(Named("one", _p256), "ES256"))).ToList();
        Assert.Null((await verifier.Verify(Sign(Secret, "HS256"))).Fault);
        Assert.DoesNotContain(waiting, token => token.IsCompleted);
        published.SetResult(SetOf(("one", _p256)));
        Assert.All(await Task.WhenAll(waiting), verdict => Assert.Null(verdict.Fault));
    }

    [Theory]
    [InlineData("", "it has no PUBLIC KEY in PEM")]
    [InlineData(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "it has a CERTIFICATE, where a PUBLIC KEY is wanted")]
    [InlineData(
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "it has a key that is neither RSA nor of the curves P-256 and P-384")]
    public void What_is_no_public_key_is_refused_with_what_is_wrong(string pem, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => SigningKeys.OfPem(pem)).Message);

    [Fact]
    public void A_private_key_and_a_short_one_are_no_public_keys()
    {
        using var small = RSA.Create(1024);
        Assert.Throws<FormatException>(() => SigningKeys.OfPem(_rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<FormatException>(() => SigningKeys.OfPem(small.ExportSubjectPublicKeyInfoPem()));
    }

    private JwtVerifier Verifier(SecurityKey key) => new(new JwtOptions { Keys = [key] }, NoFetch, _time);

    private static Task<string> NoFetch(Uri url) => throw new InvalidOperationException("Nothing is to be fetched.");

    private SecurityKey KeyFor(string algorithm) => algorithm switch
    {
        ['H', ..] => Secret,
        "ES256" => new ECDsaSecurityKey(_p256),
        "ES384" => new ECDsaSecurityKey(_p384),
        _ => new RsaSecurityKey(_rsa),
    };

    private static SecurityKey PublicOf(SecurityKey key) => key switch
    {
        RsaSecurityKey { Rsa: { } rsa } => SigningKeys.OfPem(rsa.ExportSubjectPublicKeyInfoPem())[0],
        ECDsaSecurityKey { ECDsa: { } curve } => SigningKeys.OfPem(curve.ExportSubjectPublicKeyInfoPem())[0],
        _ => key,
    };

    private static ECDsaSecurityKey Named(string id, ECDsa key) => new(key) { KeyId = id };

    private static string SetOf(params (string Id, ECDsa Key)[] keys) => "{\"keys\":["
        + string.Join(',', keys.Select(pair =>
        {
            var point = pair.Key.ExportParameters(includePrivateParameters: false);
            return $$"""
                {"kty":"EC","use":"sig","kid":"{{pair.Id}}","crv":"P-{{pair.Key.KeySize}}",
                "x":"{{Base64UrlEncoder.Encode(point.Q.X)}}","y":"{{Base64UrlEncoder.Encode(point.Q.Y)}}"}
                """;
        })) + "]}";

    private static string Sign(
        SecurityKey key,
        string algorithm,
        Dictionary<string, object>? claims = null,
        DateTime? notBefore = null,
        DateTime? expires = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims ?? new() { ["sub"] = "anna" },
            NotBefore = notBefore,
            Expires = expires ?? DateTime.UtcNow.AddHours(1),
            SigningCredentials = new SigningCredentials(key, algorithm),
        });
}
