//! The door itself: headers on every answer, bytes no browser would send, clients that dawdle.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Engine, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes as they are and gives what came back before the server closed, or stopped answering.
async fn raw(app: &TestApp, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    // The server may close before all was read.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(Ok(read @ 1..)) = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut part)).await {
        answer.extend_from_slice(&part[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Statuses of all answers in a text.
fn statuses(answer: &str) -> Vec<&str> {
    answer
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|part| part.get(..3).unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn every_answer_is_fenced_in() {
    let app = TestApp::start(Engine::Sqlite).await;
    let client = app.stranger().client;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/approvals"),
        ("GET", "/sign-in"),
        ("GET", "/assets/none.js"),
        ("GET", "/graphql?query={__typename}"),
        ("POST", "/graphql"),
        ("PUT", "/graphql"),
        ("POST", "/auth/refresh"),
        ("POST", "/auth/sign-out"),
        ("GET", "/auth/refresh"),
        ("GET", "/files/file_01h455vb4pex5vsknk084sn02q"),
        ("POST", "/files"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/graphiql"),
        ("OPTIONS", "/graphql"),
        ("TRACE", "/"),
        ("DELETE", "/"),
    ] {
        let request = client.request(method.parse().expect("a method"), app.url(path));
        let request = request
            .header("origin", "https://evil.example")
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example");
        let response = request.send().await.expect("an answer");
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let policy = header("content-security-policy");
        let whole = policy.starts_with("default-src 'none'") || policy.starts_with("default-src 'self'");
        assert!(
            whole && policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(header("permissions-policy").contains("geolocation=()"), "{path}");
        assert!(
            ["no-store", "no-cache"].contains(&header("cache-control").as_str()),
            "{path}"
        );
        assert_eq!(
            header("access-control-allow-origin"),
            "",
            "{method} {path}: nobody is invited"
        );
        assert!(!response.status().is_redirection(), "{path}");
        assert!(
            !header("location").contains("evil") && !header("server").contains('/'),
            "{path}"
        );
        let text = response.text().await.expect("text");
        assert!(!text.contains("evil.example"), "{path} repeats what it was told");
    }
}

#[tokio::test]
async fn bytes_no_browser_sends_open_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let body = r#"{"query":"{__typename}"}"#;
    let length = body.len();
    // Two ways to tell where a body ends: whatever a proxy in front believes, no second request is found inside.
    for head in [
        format!("content-length: {length}\r\ntransfer-encoding: chunked"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}"),
        format!("content-length: {length}\r\ncontent-length: 5"),
        format!("content-length: +{length}"),
        format!("content-length: {length}, 5"),
        "content-length: -1".to_owned(),
        "content-length: 0x10".to_owned(),
        "transfer-encoding: xchunked".to_owned(),
        "transfer-encoding: chunked, identity".to_owned(),
        "transfer-encoding : chunked".to_owned(),
        format!("x: y\r\n content-length: {length}"),
        format!("content-length: {length}\ncontent-length: 0"),
        format!("content\0-length: {length}"),
    ] {
        let hidden = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n{head}\r\n\r\n0\r\n\r\n{hidden}"
        );
        let answer = raw(&app, request.as_bytes()).await;
        let told = statuses(&answer);
        assert!(
            !answer.contains("\r\n\r\nok"),
            "{head}: a hidden request was answered\n{answer}"
        );
        assert!(
            told.len() <= 1 && told.iter().all(|status| status.starts_with('4')),
            "{head}: {told:?}"
        );
    }
    let pipelined =
        "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert_eq!(
        statuses(&raw(&app, pipelined.as_bytes()).await),
        ["200", "200"],
        "honest requests in a row are fine"
    );

    for (request, expected) in [
        (
            format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(17 * 1024)),
            "414",
        ),
        (
            format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(70 * 1024)),
            "431",
        ),
        (
            format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200)),
            "431",
        ),
        ("GET / HTTP/9.9\r\nhost: a\r\n\r\n".to_owned(), "400"),
        ("\0\0\0\0\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = raw(&app, request.as_bytes()).await;
        let told = statuses(&answer);
        assert!(
            told.first()
                .is_none_or(|status| *status == expected || *status == "400"),
            "{expected}: {told:?}"
        );
        assert!(!told.contains(&"200"), "{expected}: {told:?}");
    }
}

#[tokio::test]
async fn no_path_leads_outside() {
    let app = TestApp::start(Engine::Sqlite).await;
    let token = app.person("admin").await.token.expect("signed in");
    std::fs::write(app.folder.path().join("outside.txt"), "the secret outside").expect("a file");
    let ups = [
        "..",
        "%2e%2e",
        "..%2f",
        "%2e%2e%2f",
        "..%5c",
        "%252e%252e",
        "..;",
        ".%2e",
        "%c0%ae%c0%ae",
        "..%c0%af",
        "....//",
        "..\\",
    ];
    let targets = [
        "secret.key",
        "tongshi.db",
        "outside.txt",
        "etc/passwd",
        "Cargo.toml",
        "manifest.json",
        ".git/config",
        "proc/self/environ",
    ];
    let mut paths = Vec::new();
    for up in ups {
        for target in targets {
            for base in ["", "/files", "/assets"] {
                paths.push(format!("{base}/{up}/{up}/{target}"));
            }
        }
    }
    for target in targets {
        paths.extend([
            format!("//{target}"),
            format!("/files//{target}"),
            format!("/./{target}"),
            format!("/assets/%00{target}"),
        ]);
    }
    assert!(paths.len() >= 190, "{}", paths.len());
    for path in paths {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
        let answer = raw(&app, request.as_bytes()).await;
        for word in [
            "the secret outside",
            "root:x:",
            "[package]",
            "SQLite format",
            "repositoryformatversion",
            "PATH=",
        ] {
            assert!(!answer.contains(word), "{path}: {answer}");
        }
        let page = answer.contains("text/html") || answer.contains("This server has no web app inside");
        assert!(!answer.starts_with("HTTP/1.1 200") || page, "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_dawdles_is_cut_and_others_do_not_wait() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let token = zhang.token.clone().expect("signed in");
    let begun = Instant::now();
    let mut slow = Vec::new();
    for turn in 0..40 {
        let address = app.address;
        let start = match turn % 4 {
            0 => String::new(),
            1 => "GET /healthz HTTP/1.1\r\nhost: a\r\n".to_owned(),
            2 => "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
                .to_owned(),
            _ => format!(
                "POST /files HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
            ),
        };
        slow.push(tokio::spawn(async move {
            let (mut reader, mut writer) = TcpStream::connect(address).await.expect("a connection").into_split();
            let trickle = tokio::spawn(async move {
                let mut gone = writer.write_all(start.as_bytes()).await.is_err();
                while !gone {
                    tokio::time::sleep(Duration::from_millis(900)).await;
                    gone = start.is_empty() || writer.write_all(b"x").await.is_err();
                }
                // The silent ones keep their side open.
                tokio::time::sleep(Duration::from_secs(60)).await;
            });
            let mut rest = Vec::new();
            let _ = reader.read_to_end(&mut rest).await;
            trickle.abort();
            (turn, begun.elapsed())
        }));
    }
    while begun.elapsed() < Duration::from_secs(31) {
        let asked = Instant::now();
        zhang.run("{viewer{roles}}", json!({})).await;
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "others wait {:?}",
            asked.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for (turn, one) in slow.into_iter().enumerate() {
        let (_, cut) = tokio::time::timeout(Duration::from_secs(10), one)
            .await
            .unwrap_or_else(|_| panic!("kind {} lives on", turn % 4))
            .expect("no panic");
        assert!(cut < Duration::from_secs(36), "kind {} lived {cut:?}", turn % 4);
    }
}
