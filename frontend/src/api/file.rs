//! Files: sent with progress, and fetched with the token that a plain link cannot carry.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, RequestInit, Url, XmlHttpRequest};

use super::approval::File;
use super::transport::http;
use super::{ApiError, Code, session, wire};
use crate::i18n::locale;
use crate::t;

/// Largest file the server keeps, in bytes.
pub const LARGEST: f64 = 20.0 * 1024.0 * 1024.0;

/// An upload under way; dropping it does not stop it.
#[derive(Clone)]
pub struct Upload {
    request: XmlHttpRequest,
}

impl Upload {
    /// Stops it; `done` is told nothing more.
    pub fn abort(&self) {
        self.request.set_onload(None);
        self.request.set_onerror(None);
        // A request that is over cannot be stopped, which is as good.
        let _ = self.request.abort();
    }
}

/// Sends a file. `progress` is told the share sent, 0 to 1; `done` the outcome.
pub fn upload(
    file: &web_sys::File,
    progress: impl Fn(f64) + 'static,
    done: impl FnOnce(Result<File, ApiError>) + 'static,
) -> Option<Upload> {
    let form = FormData::new().ok()?;
    form.append_with_blob_and_filename("file", file, &file.name()).ok()?;
    let request = XmlHttpRequest::new().ok()?;
    request.open_with_async("POST", "/files", true).ok()?;
    let set = |name: &str, value: &str| {
        // Names and values are ours and well formed.
        let _ = request.set_request_header(name, value);
    };
    set("x-tongshi", "1");
    set("accept-language", locale().tag());
    if let Some(token) = session::token() {
        set("authorization", &format!("Bearer {token}"));
    }
    if let Ok(target) = request.upload() {
        let moved = Closure::<dyn Fn(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                progress(event.loaded() / event.total());
            }
        });
        target.set_onprogress(Some(moved.as_ref().unchecked_ref()));
        moved.forget();
    }
    let done = Rc::new(RefCell::new(Some(done)));
    let finish = {
        let (done, request) = (Rc::clone(&done), request.clone());
        Closure::<dyn Fn()>::new(move || {
            if let Some(done) = done.borrow_mut().take() {
                done(outcome(&request));
            }
        })
    };
    request.set_onload(Some(finish.as_ref().unchecked_ref()));
    request.set_onerror(Some(finish.as_ref().unchecked_ref()));
    finish.forget();
    request.send_with_opt_form_data(Some(&form)).ok()?;
    Some(Upload { request })
}

fn outcome(request: &XmlHttpRequest) -> Result<File, ApiError> {
    let status = request.status().unwrap_or(0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        0 => Err(ApiError::network()),
        200..300 => wire::parse(&text).ok_or_else(|| ApiError::unexpected(status)),
        401 => Err(ApiError::unexpected(status)),
        _ => Err(refusal(status, &text).unwrap_or_else(|| ApiError::unexpected(status))),
    }
}

/// The message of a refusal, in the form of GraphQL errors or as one object.
fn refusal(status: u16, text: &str) -> Option<ApiError> {
    let body = wire::tree(text)?;
    let first = body.pointer("/errors/0").unwrap_or(&body);
    let message = first
        .pointer("/extensions/fields/0/message")
        .or_else(|| first.get("message"))?;
    let code = match status {
        429 => Code::Throttled,
        500.. => Code::Internal,
        _ => Code::Invalid,
    };
    Some(ApiError::new(code, message.as_str()?))
}

/// Fetches a file with the session's token and gives an address of it inside this page. It lives as long as the
/// caller's owner.
///
/// # Errors
/// When it cannot be fetched.
pub async fn fetch_address(file: &File) -> Result<String, ApiError> {
    if session::token().is_none() {
        session::renew(None).await;
    }
    let headers = Headers::new().map_err(|_| ApiError::network())?;
    if let Some(token) = session::token() {
        let _ = headers.set("authorization", &format!("Bearer {token}"));
    }
    let init = RequestInit::new();
    init.set_method("GET");
    init.set_headers(&headers);
    let response = http::fetch(&file.url, &init).await?;
    if !response.ok() {
        return Err(ApiError::unexpected(response.status()));
    }
    let blob = response.blob().map_err(|_| ApiError::network())?;
    let blob = JsFuture::from(blob).await.map_err(|_| ApiError::network())?;
    let blob: web_sys::Blob = blob.dyn_into().map_err(|_| ApiError::network())?;
    Url::create_object_url_with_blob(&blob).map_err(|_| ApiError::network())
}

/// Lets the browser forget an address of [`fetch_address`].
pub fn forget_address(address: &str) {
    // An unknown address is forgotten already.
    let _ = Url::revoke_object_url(address);
}

/// Fetches a file and hands it to the browser to be saved.
///
/// # Errors
/// When it cannot be fetched.
pub async fn save(file: &File) -> Result<(), ApiError> {
    let address = fetch_address(file).await?;
    let broken = |_: JsValue| ApiError::network();
    let link: web_sys::HtmlAnchorElement = document()
        .create_element("a")
        .map_err(broken)?
        .dyn_into()
        .map_err(|_| ApiError::network())?;
    link.set_href(&address);
    link.set_download(&file.name);
    link.click();
    set_timeout(move || forget_address(&address), std::time::Duration::from_secs(60));
    Ok(())
}

/// What is wrong with a file before it is sent.
pub fn unfit(file: &web_sys::File) -> Option<String> {
    (file.size() > LARGEST).then(|| t!(api.file_too_large, name = file.name()))
}
