using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Tracing;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Halley.Server.Metrics;

/// <summary>
/// Sends this process's metrics to a collector, over OTLP, every so often and once more at the end, and where the
/// operator wants that, the traces of messages. Nothing of it is there where the operator names no collector.
/// </summary>
internal static class OtlpExport
{
    /// <summary>Begins to send.</summary>
    /// <returns>Null where there is no collector.</returns>
    public static IDisposable? Begin(OtlpSection options, ILogger logger) =>
        options.IsUsed ? Send(options, logger) : null;

    // The library is loaded with this method, and no earlier.
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Performance", "CA1859", Justification = "A type of the library would be loaded by its callers.")]
    private static IDisposable Send(OtlpSection options, ILogger logger) => options.Traces
        ? new Both(SendMetrics(options, logger), SendTraces(options, logger))
        : SendMetrics(options, logger);

    private static MeterProvider SendMetrics(OtlpSection options, ILogger logger) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(Describe)
        .AddMeter(HalleyMeter.Name)
        .AddOtlpExporter((exporter, reader) =>
        {
            Aim(exporter, options, "/v1/metrics", new Watch(logger, "Metrics"));
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.Interval * 1000;
        })
        .Build();

    // What a publisher wants traced is traced; of what none has decided on, so many in a hundred.
    private static TracerProvider SendTraces(OtlpSection options, ILogger logger) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(Describe)
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracePercent / 100.0)))
        .AddSource(MessageTracing.SourceName)
        .AddOtlpExporter(exporter => Aim(exporter, options, "/v1/traces", new Watch(logger, "Traces")))
        .Build();

    private static void Describe(ResourceBuilder resource) => resource.AddService(
        "halley",
        serviceVersion: Product.Version,
        serviceInstanceId: string.Create(
            CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}"));

    private static void Aim(OtlpExporterOptions exporter, OtlpSection options, string path, Watch watch)
    {
        exporter.Endpoint = new Uri(options.Endpoint.TrimEnd('/') + path);
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.HttpClientFactory = () => new HttpClient(watch);
    }

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }

    /// <summary>
    /// Logs when the collector stops taking what it is sent, and when it does again: the library tells nobody.
    /// </summary>
    private sealed class Watch(ILogger logger, string what) : DelegatingHandler(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        private bool _fails;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellation)
        {
            try
            {
                var response = base.Send(request, cancellation);
                Note(response);
                return response;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                Note(failure.Message);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellation)
        {
            try
            {
                var response = await base.SendAsync(request, cancellation).ConfigureAwait(false);
                Note(response);
                return response;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                Note(failure.Message);
                throw;
            }
        }

        private void Note(HttpResponseMessage response) =>
            Note(response.IsSuccessStatusCode ? null : $"it answers with {(int)response.StatusCode}");

        private void Note(string? why)
        {
            if (why is not null && !_fails)
            {
                logger.NotSent(what, why);
            }
            else if (why is null && _fails)
            {
                logger.SentAgain(what);
            }

            _fails = why is not null;
        }
    }
}
