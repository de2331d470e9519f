//! What people write is text, wherever it is shown: more than a hundred ways to smuggle a script into a page, in each field that takes
//! words, seen in a real browser by those who read them. That nothing ran would prove little, for the policy of the pages forbids it
//! anyway: no element may stand there that somebody wrote, and no page may have had to complain.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::{Browser, Engine, Person, TestApp};

use super::personal;
use crate::files::{PNG, upload};
use crate::flow::submit;
use crate::org::import::base64;

/// Each sets a global to its number, where it runs.
fn vectors() -> Vec<String> {
    let by_hand = [
        "<script>xss=1</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<script/src=data:,xss=1></script>",
        "</script><script>xss=1</script>",
        "</title><script>xss=1</script>",
        "</textarea><script>xss=1</script>",
        "</style><script>xss=1</script>",
        "--><script>xss=1</script>",
        "]]><script>xss=1</script>",
        "\"><script>xss=1</script>",
        "'><script>xss=1</script>",
        "<scr<script>ipt>xss=1</scr</script>ipt>",
        "<<script>xss=1//<</script>",
        "\"onmouseover=\"xss=1",
        "' autofocus onfocus='xss=1",
        "` onerror=`xss=1",
        "<a href=javascript:xss=1>x</a>",
        "<a href=\"java\tscript:xss=1\">x</a>",
        "<a href=\"&#106;avascript:xss=1\">x</a>",
        "<a href=\"&#x6A;avascript&colon;xss=1\">x</a>",
        "<a href=JaVaScRiPt:xss=1>x</a>",
        "<a href=data:text/html,<script>xss=1</script>>x</a>",
        "<a href=vbscript:xss=1>x</a>",
        "[x](javascript:xss=1)",
        "![x](javascript:xss=1)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:xss=1>",
        "javascript:xss=1",
        "javascript://%0Axss=1",
        "data:text/html,<script>xss=1</script>",
        "<iframe src=javascript:xss=1>",
        "<iframe srcdoc='<script>xss=1</script>'>",
        "<object data=javascript:xss=1>",
        "<embed src=javascript:xss=1>",
        "<form action=javascript:xss=1><input type=submit>",
        "<button formaction=javascript:xss=1>x",
        "<isindex action=javascript:xss=1 type=image>",
        "<base href=//evil.example/>",
        "<meta http-equiv=refresh content=0;url=javascript:xss=1>",
        "<link rel=stylesheet href=javascript:xss=1>",
        "<style>@import 'javascript:xss=1'</style>",
        "<div style=background:url(javascript:xss=1)>",
        "<div style=width:expression(xss=1)>",
        "<svg><script>xss=1</script></svg>",
        "<svg><a xlink:href=javascript:xss=1><text y=9>x",
        "<svg><animate onbegin=xss=1 attributeName=x>",
        "<svg><set attributeName=href to=javascript:xss=1>",
        "<svg><use href=data:image/svg+xml,<script/>>",
        "<math><mi xlink:href=javascript:xss=1>x",
        "<math><maction actiontype=statusline#javascript:xss=1>x",
        "<template><script>xss=1</script></template>",
        "<noscript><p title='</noscript><img src=x onerror=xss=1>'>",
        "<table background=javascript:xss=1>",
        "<img src='x' onerror=xss=1 //",
        "<img src=x:x onerror&#61;xss=1>",
        "<img/src=x/onerror=xss=1>",
        "<IMG \"\"\"><SCRIPT>xss=1</SCRIPT>\">",
        "<img srcset=x,x onerror=xss=1>",
        "<video><source onerror=xss=1>",
        "<details open ontoggle=xss=1>",
        "<marquee onstart=xss=1>",
        "<x contenteditable onblur=xss=1>x",
        "<xss id=x tabindex=1 onfocus=xss=1></xss>",
        "&lt;script&gt;xss=1&lt;/script&gt;",
        "\\u003cscript\\u003exss=1\\u003c/script\\u003e",
        "%3Cscript%3Exss=1%3C/script%3E",
        "＜script＞xss=1＜/script＞",
        "{{constructor.constructor('xss=1')()}}",
        "${xss=1}",
        "<%= xss=1 %>",
        "#{xss=1}",
    ];
    let tags = [
        "img src=x",
        "svg",
        "body",
        "input autofocus",
        "video src=x",
        "audio src=x",
        "iframe",
        "select autofocus",
    ];
    let handlers = ["onerror", "onload", "onfocus", "onclick", "onpointerover"];
    let made = tags
        .iter()
        .flat_map(|tag| handlers.iter().map(move |does| format!("<{tag} {does}=xss=1>")));
    let all = by_hand.map(str::to_owned).into_iter().chain(made);
    all.enumerate()
        .map(|(at, vector)| vector.replace("xss=1", &format!("xss={at}")))
        .collect()
}

/// What somebody wrote and the page took for more than words.
const AUDIT: &str = r"
    const found = window.xss === undefined ? [] : ['ran: ' + window.xss];
    const links = ['href', 'xlink:href', 'src', 'action', 'formaction', 'data', 'background', 'to', 'srcdoc'];
    for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
            const link = value.replace(/[\u0000-\u0020]/g, '').toLowerCase();
            const runs = links.includes(name.toLowerCase()) && /^(javascript|vbscript|data):/.test(link);
            if (name.toLowerCase().startsWith('on') || name === 'srcdoc' || runs) {
                found.push(element.outerHTML.slice(0, 120));
            }
        }
    }
    const strange = 'script:not([type]):not([src]), iframe, object, embed, base[href*=evil], math, marquee, xss, body template, audio';
    for (const element of document.querySelectorAll(strange)) {
        if (/xss|evil/.test(element.outerHTML)) found.push(element.outerHTML.slice(0, 120));
    }
    return found;";

/// Opens a page, waits until all of it is there, and looks it over. Says what text it shows.
async fn looked_over(browser: &Browser, page: &str) -> String {
    browser.go(page).await;
    browser.find("main h1, main h2, main .page, main .split").await;
    let whole = async || {
        browser
            .script("return !document.querySelector('main [aria-busy=true]')")
            .await
            == true
    };
    browser.until(whole).await;
    assert_eq!(browser.script(AUDIT).await, json!([]), "{page}");
    let text = browser.script("return document.body.textContent").await;
    text.as_str().unwrap_or_default().to_owned()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// People of whom everything is a vector: one for each that fits into a name.
async fn people(hr: &Person, short: &[&String]) {
    let rows: Vec<String> = short
        .iter()
        .enumerate()
        .map(|(at, vector)| {
            let word = quoted(vector);
            format!("{word},xss.{at},平台组,{word},{word},{word},{word},{word},13{at:09}\n")
        })
        .collect();
    let table = format!("姓名,账号,部门,别名,职务,工号,办公地点,地址,手机\n{}", rows.concat());
    let input = json!({ "fileName": "<img src=x onerror=xss=1>.csv", "contentBase64": base64(table.as_bytes()), "dryRun": false });
    let done = hr
        .change("importMembers", input, "applied created errors { row column message }")
        .await;
    assert_eq!(done["created"], short.len(), "{done}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_write_is_text_wherever_it_is_shown() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let (zhang, limin, hr) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("hr").await,
    );
    let vectors = vectors();
    assert!(vectors.len() >= 100, "{}", vectors.len());
    let short: Vec<&String> = vectors
        .iter()
        .filter(|vector| vector.chars().count() <= 64 && !vector.contains('\t'))
        .collect();
    assert!(short.len() >= 100, "{}", short.len());
    people(&hr, &short).await;
    let top = crate::org::department(&hr, "平台组").await["id"].take();
    let names: Vec<&String> = short
        .iter()
        .filter(|name| !name.contains(['/', ';', '；']))
        .take(20)
        .copied()
        .collect();
    for name in &names {
        hr.change(
            "createDepartment",
            json!({ "parentId": top, "name": name }),
            "department { id }",
        )
        .await;
    }
    // One who is known to all has such a name, and writes.
    let known = crate::org::member(&hr, "zhangwei").await;
    let renamed =
        json!({ "id": known["id"], "expectedVersion": known["version"], "name": "<img src=x onerror=xss=1>张伟" });
    hr.change("updateMember", renamed, "member { id }").await;
    let mut form = personal(0);
    form["reason"] = json!(vectors[..20].join("\n"));
    let request = submit(&zhang, form).await["id"].take();
    let mut files = Vec::new();
    for vector in [
        "<img src=x onerror=xss=1>",
        "\"onclick=\"xss=1",
        "'><svg onload=xss=1>",
        "javascript:xss=1",
    ] {
        let kept = upload(&zhang, &format!("{vector}.png"), PNG.to_vec()).await;
        assert_eq!(kept.status(), StatusCode::CREATED, "{vector}");
        files.push(kept.json::<Value>().await.expect("JSON")["id"].take());
    }
    let mention = limin.id().await;
    for (at, some) in vectors.chunks(30).enumerate() {
        let body = format!("@[{mention}]\n{}", some.join("\n"));
        let attached = if at == 0 { json!(files) } else { json!([]) };
        let input = json!({ "approvalId": request, "body": body, "attachmentIds": attached });
        zhang.change("commentApproval", input, "comment { id }").await;
    }

    let browser = Browser::open(&app, 1440, 900).await;
    browser.sign_in("limin").await;
    let page = looked_over(&browser, &format!("/approvals/{}", request.as_str().expect("an id"))).await;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = plain(&page);
    let missing: Vec<&String> = vectors.iter().filter(|vector| !page.contains(&plain(vector))).collect();
    assert!(missing.is_empty(), "not shown as it was written: {missing:?}");
    assert!(
        page.contains("<img src=x onerror=xss=1>张伟"),
        "the name of who wrote it"
    );
    for at in ["/", "/approvals", "/notifications", "/leave/calendar"] {
        let page = looked_over(&browser, at).await;
        assert!(
            ["/", "/leave/calendar"].contains(&at) || page.contains("<img src=x onerror=xss=1>张伟"),
            "{at} shows who wrote: {page}"
        );
    }
    let page = looked_over(&browser, "/contacts").await;
    assert!(page.contains("xss="), "{page}");
    let department = crate::org::department(&hr, names[0]).await["id"].take();
    looked_over(
        &browser,
        &format!("/contacts?department={}", department.as_str().expect("an id")),
    )
    .await;
    for at in [0, 13, 55, 80] {
        let one = crate::org::member(&hr, &format!("xss.{at}")).await;
        let page = looked_over(
            &browser,
            &format!("/contacts?member={}", one["id"].as_str().expect("an id")),
        )
        .await;
        assert!(
            plain(&page).contains(&plain(short[at])),
            "{} on their card: {page}",
            short[at]
        );
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // What the audit is there for, it finds.
    browser
        .script(
            "document.body.insertAdjacentHTML('beforeend', '<a href=\" java\\tscript:1\">x</a><i onclick=\"1\">y</i>')",
        )
        .await;
    let found = browser.script(AUDIT).await;
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    browser.close().await;
}
