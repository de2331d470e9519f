//! Traces for OpenTelemetry, sent to a collector over OTLP/HTTP when the settings name one: a span for each request, and below it
//! one for each statement it ran. Without the setting nothing of this runs.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use axum::http::Uri;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::Span;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

use crate::cx::{Clock, SystemClock};
use crate::outbound::{self, Outbound};

/// Where traces of a collector are received.
const PATH: &str = "/v1/traces";
/// Longest a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer of a collector, in bytes.
const ANSWER: usize = 1024 * 1024;

/// Makes the spans of statements; set once when traces are exported.
static STATEMENTS: OnceLock<SdkTracer> = OnceLock::new();

/// Where traces go, and how many.
#[derive(Clone, Debug, PartialEq)]
pub struct Collector {
    /// Its address, without the path of traces.
    pub endpoint: Uri,
    /// Which part of all requests is traced: from 0 to 1.
    pub share: f64,
}

/// The export of traces. Finished at the end, so that the last ones arrive.
pub struct Export {
    provider: SdkTracerProvider,
}

impl Export {
    /// Begins to export.
    ///
    /// # Errors
    /// Says in one line why it cannot.
    pub(super) fn start(collector: &Collector) -> Result<Self, String> {
        let fail = |error: String| format!("otlp_endpoint: {error}");
        let client = Sender {
            client: outbound::client(&collector.endpoint).map_err(fail)?,
            handle: Handle::current(),
            failing: AtomicBool::new(false),
        };
        let base = collector.endpoint.to_string();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}{PATH}", base.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| fail(error.to_string()))?;
        let resource = Resource::builder()
            .with_service_name("tongshi")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                collector.share,
            ))))
            .with_resource(resource)
            .build();
        let _ = STATEMENTS.set(provider.tracer("tongshi"));
        Ok(Self { provider })
    }

    /// What turns spans of the log into spans of a trace.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.provider.tracer("tongshi"))
    }

    /// Sends what is left, for at most some seconds.
    pub async fn finish(self) {
        // It waits for the thread that sends.
        let done = tokio::task::spawn_blocking(move || self.provider.shutdown()).await;
        if !matches!(done, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// A statement has just run: a span below that of the request.
pub(crate) fn statement(took: Duration, verb: &'static str, sql: &str, system: &'static str, failed: bool) {
    let Some(tracer) = STATEMENTS.get() else { return };
    let parent = Span::current().context();
    if !parent.span().span_context().is_sampled() {
        return;
    }
    let end = SystemTime::from(SystemClock.now());
    let mut span = tracer
        .span_builder(verb)
        .with_kind(SpanKind::Client)
        .with_start_time(end.checked_sub(took).unwrap_or(end))
        .with_attributes([
            KeyValue::new("db.system.name", system),
            KeyValue::new("db.query.text", sql.to_owned()),
        ])
        .start_with_context(tracer, &parent);
    if failed {
        span.set_status(Status::error("refused by the database"));
    }
    span.end_with_timestamp(end);
}

/// Sends over our own client. The thread that exports knows no runtime, so requests run on that of the server.
#[derive(Debug)]
struct Sender {
    client: Outbound<Full<Bytes>>,
    handle: Handle,
    /// Whether the last request failed: a collector that is gone is told of once.
    failing: AtomicBool,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = async move {
            let answer = client.request(request.map(Full::new)).await?;
            let (parts, body) = answer.into_parts();
            let bytes = Limited::new(body, ANSWER).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(parts, bytes))
        };
        // The clock of a runtime runs inside it only. Sending traces is not traced.
        let sending = async move { tokio::time::timeout(PATIENCE, sending).await };
        let sending = self.handle.spawn(sending.with_subscriber(NoSubscriber::default()));
        let answer: Result<Response<Bytes>, HttpError> = match sending.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(late)) => Err(late.into()),
            Err(ended) => Err(ended.into()),
        };
        let wrong = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(answer.status().to_string()),
            Err(error) => Some(outbound::causes(&**error)),
        };
        if self.failing.swap(wrong.is_some(), Ordering::Relaxed) != wrong.is_some() {
            match wrong {
                Some(error) => tracing::warn!(error, "the collector of traces does not take them"),
                None => tracing::info!("the collector of traces takes them again"),
            }
        }
        answer
    }
}
