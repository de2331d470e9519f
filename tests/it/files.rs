//! Uploads and downloads: what is kept, under which name, and who gets it.

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Response, StatusCode};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp, both};

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

pub(crate) async fn upload(person: &Person, name: &str, bytes: Vec<u8>) -> Response {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let mut request = person
        .client
        .post(format!("http://{}/files", person.address))
        .multipart(form);
    if let Some(token) = &person.token {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("an answer")
}

async fn download(person: &Person, url: &str) -> Response {
    let mut request = person.client.get(format!("http://{}{url}", person.address));
    if let Some(token) = &person.token {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("an answer")
}

both! {
    async fn the_owner_gets_back_what_was_kept_and_nobody_else_does(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let kept = upload(&zhang, "../../病假\u{202E}证明.png", PNG.to_vec()).await;
        assert_eq!(kept.status(), StatusCode::CREATED);
        let file: Value = kept.json().await.expect("JSON");
        assert_eq!(file["name"], "病假证明.png");
        assert_eq!(file["contentType"], "image/png");
        let url = file["url"].as_str().expect("an address");

        let got = download(&zhang, url).await;
        assert_eq!(got.status(), StatusCode::OK);
        let header = |name: &str| got.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-disposition").starts_with("inline"));
        assert!(header("content-security-policy").starts_with("sandbox"));
        assert_eq!((header("x-content-type-options").as_str(), header("cache-control").as_str()), ("nosniff", "no-store"));
        assert_eq!(got.bytes().await.expect("bytes"), PNG);

        let (foreign, absent) = (download(&limin, url).await, download(&limin, "/files/file_01h455vb4pex5vsknk084sn02q").await);
        assert_eq!((foreign.status(), absent.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        let message = async |response: Response| response.json::<Value>().await.expect("JSON")["errors"][0]["message"].clone();
        assert_eq!(message(foreign).await, message(absent).await);
        assert_eq!(download(&app.stranger(), url).await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn only_known_kinds_are_kept_and_all_but_images_are_downloads() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    for (name, bytes) in [
        ("page.html", b"<html><script>alert(1)</script>".to_vec()),
        (
            "image.png",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        ("image.svg", b"<?xml version='1.0'?><svg/>".to_vec()),
        ("tool.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec()),
        ("empty.txt", Vec::new()),
    ] {
        assert_eq!(
            upload(&zhang, name, bytes).await.status(),
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
    let file: Value = upload(&zhang, "a.pdf", b"%PDF-1.7\n%x".to_vec())
        .await
        .json()
        .await
        .expect("JSON");
    let got = download(&zhang, file["url"].as_str().expect("an address")).await;
    assert!(
        got.headers()["content-disposition"]
            .to_str()
            .expect("text")
            .starts_with("attachment")
    );
    assert_eq!(
        upload(&app.stranger(), "a.png", PNG.to_vec()).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let mut large = PNG.to_vec();
    large.resize(20 * 1024 * 1024 + 1, 0);
    assert_eq!(
        upload(&zhang, "large.png", large).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn cookies_are_taken_only_from_our_own_pages() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let refresh = |origin: Option<&str>, ours: bool| {
        let mut request = zhang.client.post(app.url("/auth/refresh"));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if ours {
            request = request.header("x-tongshi", "1");
        }
        request.send()
    };
    let own = format!("http://{}", app.address);
    for (origin, ours, status) in [
        (None, false, StatusCode::FORBIDDEN),
        (Some("https://evil.example"), true, StatusCode::FORBIDDEN),
        (Some("null"), true, StatusCode::FORBIDDEN),
        (Some(own.as_str()), true, StatusCode::OK),
        (None, true, StatusCode::OK),
    ] {
        assert_eq!(
            refresh(origin, ours).await.expect("an answer").status(),
            status,
            "{origin:?} {ours}"
        );
    }
    let out = zhang
        .client
        .post(app.url("/auth/sign-out"))
        .header("x-tongshi", "1")
        .send()
        .await
        .expect("an answer");
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        refresh(None, true).await.expect("an answer").status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_body_too_large_is_refused_while_it_arrives() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let token = zhang.token.as_deref().expect("signed in");
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let endless = |limit: usize| {
        let sent = sent.clone();
        sent.store(0, std::sync::atomic::Ordering::Relaxed);
        Body::wrap_stream(futures_util::stream::unfold(0, move |at| {
            let sent = sent.clone();
            async move {
                let chunk = vec![b'a'; 64 * 1024];
                sent.fetch_add(chunk.len(), std::sync::atomic::Ordering::Relaxed);
                (at < limit).then(|| (Ok::<_, std::io::Error>(chunk), at + 64 * 1024))
            }
        }))
    };
    // 200 MB and no length told: what is refused was not waited for.
    for (path, kind, most) in [
        ("/graphql", "application/json", 8),
        ("/files", "multipart/form-data; boundary=b", 60),
    ] {
        let body = endless(200 * 1024 * 1024);
        let request = zhang
            .client
            .post(app.url(path))
            .header("content-type", kind)
            .bearer_auth(token)
            .body(body);
        match request.send().await {
            Ok(response) => assert!(response.status().is_client_error(), "{path} {}", response.status()),
            // The connection was closed while we were still sending.
            Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
        }
        let megabytes = sent.load(std::sync::atomic::Ordering::Relaxed) >> 20;
        assert!(megabytes <= most, "{path}: {megabytes} MB were taken in");
    }
    let large = zhang
        .client
        .post(app.url("/graphql"))
        .header("content-type", "application/json")
        .bearer_auth(token);
    let told = large.body(vec![b' '; 2 * 1024 * 1024]).send().await;
    assert!(told.is_err() || told.is_ok_and(|response| response.status() == StatusCode::PAYLOAD_TOO_LARGE));
    zhang.run("{viewer{roles}}", json!({})).await;
}

#[tokio::test]
async fn hostile_names_are_only_names() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let token = zhang.token.as_deref().expect("signed in");
    for name in [
        "../../../etc/cron.d/x.txt",
        "..\\..\\windows\\x.txt",
        "/etc/passwd.txt",
        "C:\\x.txt",
        "a\r\nset-cookie: x=1.txt",
        "a\"; filename=\"b.html.txt",
        "%2e%2e%2fx.txt",
        "x.txt\0.png.txt",
        "\u{202E}gnp.txt",
        "CON.txt",
        "   .txt",
        ".htaccess.txt",
        "<img src=x onerror=alert(1)>.txt",
        "$(touch x).txt",
        "`id`.txt",
        "名字很长".repeat(200).as_str(),
        "x.txt:stream.txt",
    ] {
        let name = if name.ends_with(".txt") {
            name.to_owned()
        } else {
            format!("{name}.txt")
        };
        let form = Form::new().part("file", Part::bytes(b"hello".to_vec()).file_name(name.clone()));
        let request = zhang.client.post(app.url("/files")).bearer_auth(token).multipart(form);
        let response = request.send().await.expect("an answer");
        if response.status() == StatusCode::BAD_REQUEST {
            continue;
        }
        assert_eq!(response.status(), StatusCode::CREATED, "{name:?}");
        let kept: Value = response.json().await.expect("JSON");
        let shown = kept["name"].as_str().expect("a name");
        let bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '<' | '>' | '"' | '\u{202E}');
        assert!(
            !shown.is_empty() && shown.chars().count() <= 130 && !shown.contains(bad) && !shown.starts_with('.'),
            "{name:?} became {shown:?}"
        );
        let got = zhang
            .client
            .get(app.url(kept["url"].as_str().expect("an address")))
            .bearer_auth(token);
        let got = got.send().await.expect("an answer");
        assert!(got.headers().get("set-cookie").is_none());
        assert!(
            got.headers()["content-disposition"]
                .to_str()
                .expect("text")
                .starts_with("attachment")
        );
        assert_eq!(got.bytes().await.expect("bytes"), "hello");
    }
    let strays = walk(app.folder.path());
    let known = |name: &str| {
        [
            "tongshi.db",
            "tongshi.db-wal",
            "tongshi.db-shm",
            "secret.key",
            "seal.key",
        ]
        .contains(&name)
            || name.len() >= 32
    };
    assert!(
        strays.iter().all(|name| known(name)),
        "stored under names of ours: {strays:?}"
    );
}

/// Names of all files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}
