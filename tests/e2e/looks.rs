//! Every page in both languages, themes and sizes: nothing sticks out, nothing complains, nothing is left untranslated.

use tests::{Browser, Engine, TestApp};

const PAGES: [&str; 12] = [
    "/",
    "/approvals",
    "/approvals?box=started",
    "/start",
    "/start/leave",
    "/contacts",
    "/leave",
    "/leave/calendar",
    "/notifications",
    "/me",
    "/admin/calendar",
    "/admin/roles",
];

async fn check(app: &TestApp, (width, height): (u32, u32), theme: &str, language: &str) {
    let browser = Browser::open(app, width, height).await;
    browser.sign_in("admin").await;
    browser
        .script(&format!(
            "localStorage.setItem('tongshi.theme', '{theme}'); localStorage.setItem('tongshi.locale', '{language}')"
        ))
        .await;
    for page in PAGES {
        browser.go(page).await;
        browser.find("main h1, main h2, main .page, main .split").await;
        browser
            .until(async || {
                browser
                    .script("return !document.querySelector('main [aria-busy=true]')")
                    .await
                    == true
            })
            .await;
        let place = format!("{page} at {width} {theme} {language}");
        assert!(!browser.overflows().await, "{place} scrolls sideways");
        assert_eq!(
            browser.script("return document.documentElement.dataset.theme").await,
            theme,
            "{place}"
        );
        let lang = browser.script("return document.documentElement.lang").await;
        assert!(
            lang.as_str().is_some_and(|lang| lang.starts_with(&language[..2])),
            "{place}: {lang}"
        );
        let text = browser.text().await;
        assert!(
            !text.contains("没有加载出来") && !text.contains("did not load"),
            "{place}\n{text}"
        );
        // A control without a name is a dead end for those who do not see it.
        let nameless = browser
            .script(
                "return [...document.querySelectorAll('main button, main a[href]')].filter(e => e.offsetParent && !e.innerText.trim() \
                 && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby') && !e.title).map(e => e.outerHTML.slice(0, 120))",
            )
            .await;
        assert_eq!(nameless, serde_json::json!([]), "{place}");
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hold_in_both_languages_themes_and_all_sizes() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    check(&app, (1440, 900), "light", "zh-CN").await;
    check(&app, (1440, 900), "dark", "en").await;
    check(&app, (390, 844), "dark", "zh-CN").await;
    check(&app, (360, 740), "light", "en").await;
}
