//! `/files`: uploads and downloads. Bytes are read while they arrive and refused as soon as they are too many.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, State as Extract};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use entity::FileId;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::auth::refuse;
use super::{State, budget, caller, origin};
use crate::config::Limits;
use crate::cx::Actor;
use crate::error::{Error, Result};
use crate::file::graphql::File;
use crate::file::{model, service};
use crate::graphql::{id, scope};

/// Longest an upload may take, and may wait for its turn.
const ARRIVAL: Duration = Duration::from_secs(120);
/// Longest a client may send nothing, and from when on it has to keep a pace.
const SILENCE: Duration = Duration::from_secs(30);
/// Slowest upload after that, in bytes a second: less than any telephone manages.
const SLOWEST: u64 = 4 * 1024;
/// Most of the wrapping around a file, in bytes.
const WRAPPING: usize = 64 * 1024;

/// Largest body: a file and the wrapping around it, in bytes.
pub(crate) fn body(limits: &Limits) -> usize {
    limits.upload_bytes + WRAPPING
}

/// `POST /files`: keeps the field `file` of a form.
pub(crate) async fn upload(Extract(state): Extract<State>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let upload = state.cx.db.unless_lost(try_upload(&state, &parts, body));
    let kept = match tokio::time::timeout(ARRIVAL, upload).await {
        Ok(kept) => kept,
        Err(_) => Err(too_slow()),
    };
    match kept {
        Ok(file) => {
            let File {
                id,
                name,
                content_type,
                size,
                url,
            } = file;
            let body = json!({"id": id, "name": name, "contentType": content_type, "size": size, "url": url});
            (StatusCode::CREATED, axum::Json(body)).into_response()
        }
        Err(error) => refuse(error, &parts),
    }
}

fn too_slow() -> Error {
    Error::invalid("file", "上传超时", "The upload took too long")
}

async fn try_upload(state: &State, parts: &Parts, body: Body) -> Result<File> {
    let actor = actor(state, parts, budget::UPLOAD, true).await?;
    if !origin::allowed(&parts.headers, &state.cx.config.allowed_origins) {
        return Err(Error::forbidden("请求来源不被允许", "The request comes from elsewhere"));
    }
    let begun = Instant::now();
    let most = state.cx.config.limits.upload_bytes;
    // When a client must have sent so much; waiting for a turn is no excuse for longer than that.
    let due = |bytes: usize| begun + SILENCE + Duration::from_secs(bytes as u64 / SLOWEST);
    let turn = timeout_at(due(0), state.uploads.acquire());
    let _turn = turn.await.map_err(|_| too_slow())?.map_err(Error::internal)?;
    let broken = || Error::invalid("file", "上传内容不完整", "The upload is not complete");
    let request = Request::from_parts(parts.clone(), body);
    let mut form = Multipart::from_request(request, state).await.map_err(|_| {
        Error::invalid(
            "Content-Type",
            "须为 multipart/form-data",
            "Must be multipart/form-data",
        )
    })?;
    while let Some(mut field) = timeout_at(due(0), form.next_field())
        .await
        .map_err(|_| too_slow())?
        .map_err(|_| broken())?
    {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut bytes = BytesMut::new();
        loop {
            match timeout_at(due(bytes.len()), field.chunk())
                .await
                .map_err(|_| too_slow())?
            {
                Ok(Some(chunk)) if bytes.len() + chunk.len() > most => return Err(service::too_large(most)),
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return Err(service::too_large(most)),
                Err(_) => return Err(broken()),
            }
        }
        return Ok(File::from(
            &service::keep(&state.cx, &actor, &name, bytes.freeze()).await?,
        ));
    }
    Err(Error::invalid(
        "file",
        "缺少名为 file 的文件",
        "The field file is missing",
    ))
}

/// `GET /files/{id}`: the bytes, to those who may read what the file belongs to.
pub(crate) async fn download(
    Extract(state): Extract<State>,
    Path(public): Path<String>,
    request: Request<Body>,
) -> Response {
    let (parts, _) = request.into_parts();
    match state.cx.db.unless_lost(try_download(&state, &parts, &public)).await {
        Ok(response) => response,
        Err(error) => refuse(error, &parts),
    }
}

async fn try_download(state: &State, parts: &Parts, public: &str) -> Result<Response> {
    let actor = actor(state, parts, budget::DOWNLOAD, false).await?;
    let id: FileId = id::decode(public)?;
    let (file, bytes) = service::open(&state.cx, &actor, id).await?;
    let headers = [
        (CONTENT_TYPE, file.content_type.clone()),
        (CONTENT_DISPOSITION, model::disposition(&file.name, &file.content_type)),
        (
            CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned(),
        ),
    ];
    Ok((headers, bytes).into_response())
}

async fn actor(state: &State, parts: &Parts, cost: u64, write: bool) -> Result<Actor> {
    let caller = caller::identify(state, parts).await?;
    state.budget.charge(&caller, cost)?;
    let actor = caller.actor.ok_or_else(Error::unauthenticated)?;
    if let Some(token) = actor.token {
        scope::require(token.scopes, "file", write)?;
    }
    actor.settled()?;
    Ok(actor)
}
