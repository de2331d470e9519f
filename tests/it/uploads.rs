//! Files as an attacker sends them and a careless client re-uses them: content against name, parts against forms, and who may read
//! what they become part of.

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tests::{Engine, Findings, Person, TestApp, both};

use crate::flow::{decide, leave, submit};

both! { a_file_belongs_to_one_thing_and_its_readers a_draft_of_a_file_is_its_owners_alone }

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const PDF: &[u8] = b"%PDF-1.7\n%x";

async fn send(person: &Person, form: Form) -> Response {
    let request = person
        .client
        .post(format!("http://{}/files", person.address))
        .multipart(form);
    let request = match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.expect("an answer")
}

/// Keeps a file; gives its id and address.
async fn keep(person: &Person, bytes: &[u8], name: &str) -> Value {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let kept = send(person, Form::new().part("file", part)).await;
    assert_eq!(kept.status(), StatusCode::CREATED, "{name}");
    kept.json().await.expect("JSON")
}

async fn status(person: &Person, file: &Value) -> u16 {
    let url = file["url"].as_str().expect("an address");
    let request = person.client.get(format!("http://{}{url}", person.address));
    let request = match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_decides_and_names_do_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let mut findings = Findings::default();
    let glued = |head: &[u8], tail: &[u8]| [head, tail].concat();
    let script = b"<html><script>alert(1)</script></html>";
    let kept = [
        // A picture with a page behind it is a picture: served as one, and fenced in.
        ("gifar.html", glued(b"GIF89a\x01\0\x01\0\0\0\0", script), "image/gif"),
        ("page.png", glued(PNG, script), "image/png"),
        ("page.html", glued(PNG, script), "image/png"),
        ("photo.exe", glued(b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"MZ"), "image/jpeg"),
        ("paper.js", glued(PDF, script), "application/pdf"),
        ("archive.html", b"PK\x03\x04\x14\0\0\0\0\0".to_vec(), "application/zip"),
        ("list.csv", "姓名,=1+1\n".as_bytes().to_vec(), "text/csv"),
        ("notes.txt", "普通的字".as_bytes().to_vec(), "text/plain"),
    ];
    for (name, bytes, kind) in kept {
        let file = keep(&zhang, &bytes, name).await;
        findings.same(name, file["contentType"].as_str(), Some(kind));
        findings.same(name, file["size"].as_u64(), Some(bytes.len() as u64));
        let url = app.url(file["url"].as_str().expect("an address"));
        let got = zhang
            .client
            .get(url)
            .bearer_auth(zhang.token.as_deref().expect("signed in"))
            .send()
            .await
            .expect("an answer");
        let header = |name: &str| {
            got.headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        findings.same(name, header("content-type").split(';').next().unwrap_or_default(), kind);
        findings.same(name, header("x-content-type-options").as_str(), "nosniff");
        findings.holds(
            name,
            header("content-security-policy").starts_with("sandbox; default-src 'none'"),
        );
        findings.same(
            name,
            header("content-disposition").starts_with("inline"),
            kind.starts_with("image/"),
        );
        findings.same(name, got.bytes().await.expect("bytes").to_vec(), bytes);
    }
    let refused = [
        ("page.txt", b"<html><script>alert(1)</script>".to_vec()),
        ("page.txt", b"\xef\xbb\xbf<!DOCTYPE html><script>".to_vec()),
        ("page.txt", b"   <svg onload=alert(1)>".to_vec()),
        ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("doc.xhtml", b"<?xml version='1.0'?><html/>".to_vec()),
        ("run.sh", b"#!/bin/sh\nrm -rf /\n".to_vec()),
        ("run.exe", b"MZ\x90\0\x03".to_vec()),
        ("lib.so", b"\x7fELF\x02\x01\x01".to_vec()),
        ("app.wasm", b"\0asm\x01\0\0\0".to_vec()),
        ("data.bin", vec![0; 100]),
        ("zero.png", Vec::new()),
        ("text.txt", b"a\0b".to_vec()),
        ("noname", "没有扩展名".as_bytes().to_vec()),
    ];
    let before = app.digest().await;
    for (name, bytes) in refused {
        let part = Part::bytes(bytes).file_name(name.to_owned());
        let answer = send(&zhang, Form::new().part("file", part)).await;
        findings.same(format!("{name} is refused"), answer.status().as_u16(), 400);
        let told: Value = answer.json().await.expect("JSON");
        findings.same(
            format!("{name}: its field"),
            told["errors"][0]["extensions"]["fields"][0]["path"].as_str(),
            Some("file"),
        );
    }
    findings.same("nothing of it is kept", app.digest().await.changed(&before), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_hold_no_file_are_told_so() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let before = app.digest().await;
    let part = || Part::bytes(PNG.to_vec()).file_name("a.png");
    for (what, form, expected) in [
        ("no field at all", Form::new(), 400),
        ("another field", Form::new().part("picture", part()), 400),
        ("a text of that name", Form::new().text("file", "../../etc/passwd"), 400),
    ] {
        let answer = send(&zhang, form).await;
        assert_eq!(answer.status().as_u16(), expected, "{what}");
    }
    let token = zhang.token.as_deref().expect("signed in");
    for (kind, body) in [
        ("application/json", "{}"),
        ("multipart/form-data", "--b\r\n"),
        ("multipart/form-data; boundary=b", ""),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\x01cut off",
        ),
        ("text/plain", "x"),
    ] {
        let request = zhang
            .client
            .post(app.url("/files"))
            .bearer_auth(token)
            .header("content-type", kind)
            .body(body);
        let answer = request.send().await.expect("an answer");
        assert!(
            answer.status().is_client_error(),
            "{kind} {body:?}: {}",
            answer.status()
        );
    }
    assert_eq!(app.digest().await.changed(&before), [""; 0]);
    // Other methods and ids that are none.
    for (method, path, expected) in [
        ("PUT", "/files", 405),
        ("DELETE", "/files/file_01h455vb4pex5vsknk084sn02q", 405),
    ] {
        let request = zhang
            .client
            .request(method.parse().expect("a method"), app.url(path))
            .bearer_auth(token);
        assert_eq!(
            request.send().await.expect("an answer").status().as_u16(),
            expected,
            "{method} {path}"
        );
    }
    for id in [
        "x",
        "member_01h455vb4pex5vsknk084sn02q",
        "..%2f..%2fsecret.key",
        "file_",
        "%00",
    ] {
        let request = zhang.client.get(app.url(&format!("/files/{id}"))).bearer_auth(token);
        assert_eq!(
            request.send().await.expect("an answer").status(),
            StatusCode::NOT_FOUND,
            "{id}"
        );
    }
    // Whatever part is asked for, what comes is right: all of it, or exactly that part.
    let file = keep(&zhang, PNG, "a.png").await;
    for range in [
        "bytes=0-3",
        "bytes=-4",
        "bytes=5-2",
        "bytes=0-0,2-3",
        "bytes=9999999999999999999-",
        "lines=1-2",
    ] {
        let url = app.url(file["url"].as_str().expect("an address"));
        let got = zhang
            .client
            .get(url)
            .bearer_auth(token)
            .header("range", range)
            .send()
            .await
            .expect("an answer");
        let told = got.status();
        let bytes = got.bytes().await.expect("bytes");
        assert!(
            told == StatusCode::OK && *bytes == *PNG,
            "{range}: {told}, {} bytes",
            bytes.len()
        );
    }
}

async fn a_file_belongs_to_one_thing_and_its_readers(app: TestApp) {
    let (zhang, limin, cashier) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("cashier").await,
    );
    let file = keep(&zhang, PDF, "证明.pdf").await;
    let mut form = leave("2026-12-01", "2026-12-01");
    form["proof"] = json!([file["id"]]);
    let stolen = app.digest().await;
    let input = json!({ "templateKey": "leave", "form": form });
    assert_eq!(
        limin
            .attempt("submitApproval", &input, "__typename")
            .await
            .expect_err("not hers")
            .fields(),
        ["form.proof.0"]
    );
    assert_eq!(
        app.digest().await.changed(&stolen),
        [""; 0],
        "a file of somebody else is not taken"
    );
    let second = submit(&zhang, leave("2026-12-03", "2026-12-03")).await["id"].take();
    let request = submit(&zhang, form.clone()).await["id"].take();
    for (person, expected) in [(&zhang, 200), (&limin, 200), (&cashier, 404)] {
        assert_eq!(status(person, &file).await, expected);
    }
    let before = app.digest().await;
    form["start_date"] = json!("2026-12-02");
    form["end_date"] = json!("2026-12-02");
    let again = json!({ "templateKey": "leave", "form": form });
    assert_eq!(
        zhang
            .attempt("submitApproval", &again, "__typename")
            .await
            .expect_err("used")
            .fields(),
        ["form.proof.0"]
    );
    let other = json!({ "approvalId": second, "body": "看附件", "attachmentIds": [file["id"]] });
    let mine = keep(&limin, PNG, "b.png").await;
    let foreign = json!({ "approvalId": request, "body": "看附件", "attachmentIds": [mine["id"]] });
    assert_eq!(
        zhang
            .attempt("commentApproval", &foreign, "__typename")
            .await
            .expect_err("not his")
            .fields(),
        ["attachmentIds"]
    );
    assert_eq!(
        limin
            .attempt("commentApproval", &other, "__typename")
            .await
            .expect_err("of another request")
            .fields(),
        ["attachmentIds"]
    );
    let changed = app.digest().await;
    assert_eq!(
        changed.changed(&before),
        ["file_object"],
        "nothing but the file that was uploaded"
    );
    // Given with an opinion, it is for the readers of the request; copied in later, they read it too.
    let task = limin
        .run(
            "query($id: ID!) { approval(id: $id) { viewerTask { id } } }",
            json!({ "id": request }),
        )
        .await;
    let opinion = json!({ "taskId": task["approval"]["viewerTask"]["id"], "attachmentIds": [mine["id"]] });
    limin.change("approveTask", opinion, "task { files { name } }").await;
    assert_eq!((status(&zhang, &mine).await, status(&cashier, &mine).await), (200, 404));
    zhang
        .change(
            "copyApproval",
            json!({ "approvalId": request, "memberIds": [cashier.id().await] }),
            "__typename",
        )
        .await;
    assert_eq!(
        (status(&cashier, &mine).await, status(&cashier, &file).await),
        (200, 200)
    );
    let count = zhang
        .run(
            "query($id: ID!) { approval(id: $id) { attachmentCount timeline { files { name } } } }",
            json!({ "id": request }),
        )
        .await;
    assert_eq!(count["approval"]["attachmentCount"], 2, "{count}");
}

async fn a_draft_of_a_file_is_its_owners_alone(app: TestApp) {
    let (zhang, admin) = (app.person("zhangwei").await, app.person("admin").await);
    let file = keep(&zhang, PDF, "草稿.pdf").await;
    zhang
        .change(
            "saveApprovalDraft",
            json!({ "templateKey": "leave", "form": { "proof": [file["id"]] } }),
            "__typename",
        )
        .await;
    assert_eq!(
        (
            status(&zhang, &file).await,
            status(&admin, &file).await,
            status(&app.stranger(), &file).await
        ),
        (200, 404, 401)
    );
    // Refused with the request it came with, it is free for the next one.
    let mut form = leave("2026-12-05", "2026-12-06");
    form["proof"] = json!([file["id"]]);
    assert_eq!(
        zhang
            .code("submitApproval", json!({ "templateKey": "leave", "form": form }))
            .await,
        "INVALID"
    );
    form["start_date"] = json!("2026-12-07");
    form["end_date"] = json!("2026-12-07");
    let request = submit(&zhang, form.clone()).await["id"].take();
    // Sent back and corrected without it, it stays with the request that it was part of.
    let limin = app.person("limin").await;
    decide(&limin, "rejectTask", &request, Some("请换一天")).await;
    form.as_object_mut().expect("an object").remove("proof");
    zhang
        .change(
            "resubmitApproval",
            json!({ "approvalId": request, "form": form }),
            "approval { id }",
        )
        .await;
    assert_eq!((status(&zhang, &file).await, status(&limin, &file).await), (200, 200));
    let member = crate::org::member(&admin, "zhangwei").await;
    admin
        .change(
            "disableMember",
            json!({ "id": member["id"], "expectedVersion": member["version"] }),
            "__typename",
        )
        .await;
    assert_eq!(
        (status(&zhang, &file).await, status(&limin, &file).await),
        (401, 200),
        "who left reads no more; the others do"
    );
}
