//! The first start in a real browser: the code of the terminal, the company, the way to the import. And the tokens of one's own page.

use tests::{Browser, Engine, TestApp};

/// The last field of a form but so many.
fn from_the_end(place: usize) -> String {
    format!("form > div.field:nth-last-of-type({place}) input")
}

async fn fits(browser: &Browser) {
    let wide = browser
        .script("return document.documentElement.scrollWidth > innerWidth")
        .await;
    assert!(!wide.as_bool().expect("a bool"), "no sideways scrolling");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_is_founded_in_the_browser_and_goes_on_to_the_import() {
    let app = TestApp::start_empty_in_the_present(Engine::Sqlite).await;
    let code = tongshi::set_up::begin(&app.cx).await.expect("begun").expect("a code");
    let browser = Browser::open(&app, 390, 844).await;
    browser.go("/").await;
    browser.see("确认是你").await;
    fits(&browser).await;
    browser.click("下一步").await;
    browser.see("请输入终端里显示的设置码").await;
    browser.type_into("input[autocomplete=off]", "wrong-code-here").await;
    browser.click("下一步").await;
    browser.type_into("input[autocomplete=organization]", "远山科技").await;
    browser.type_into("input[autocomplete=name]", "周明远").await;
    browser.type_into(&from_the_end(2), "correct horse battery").await;
    browser.click("下一步").await;
    browser.see("两次输入的密码不一样").await;
    browser.type_into(&from_the_end(1), "correct horse battery").await;
    fits(&browser).await;
    browser.click("下一步").await;
    browser.see("接下来").await;
    browser.click("完成设置").await;
    // The wrong code is told where it is typed; what else was typed is still there.
    browser.see("设置码不正确，请看启动服务的终端").await;
    browser
        .script("document.querySelector('input[autocomplete=off]').select()")
        .await;
    browser.type_into("input[autocomplete=off]", &code.to_uppercase()).await;
    browser.click("下一步").await;
    browser.see("公司名称").await;
    browser.click("下一步").await;
    browser.see("接下来").await;
    browser.click("完成设置").await;
    browser.find(".phonebar").await;
    let at = browser.script("return location.pathname").await;
    assert_eq!(at, "/admin/import");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_of_the_link_is_filled_in_and_the_demo_company_is_made() {
    let app = TestApp::start_empty_in_the_present(Engine::Sqlite).await;
    let code = tongshi::set_up::begin(&app.cx).await.expect("begun").expect("a code");
    let browser = Browser::open(&app, 1440, 900).await;
    browser.go(&format!("/set-up#{code}")).await;
    browser.see("确认是你").await;
    browser.click("下一步").await;
    browser
        .script("document.querySelector('input[value=demo]').click()")
        .await;
    browser.type_into(&from_the_end(2), "correct horse battery").await;
    browser.type_into(&from_the_end(1), "correct horse battery").await;
    browser.click("载入演示公司").await;
    browser.see("正在准备演示公司").await;
    let done = async {
        while tongshi::set_up::service::stage(&app.cx).await.expect("a stage") != tongshi::set_up::service::Stage::Done
        {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(240), done)
        .await
        .expect("made in time");
    browser.see("孙志强").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_made_shown_once_used_and_revoked() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let browser = Browser::open(&app, 390, 844).await;
    browser.sign_in("zhangwei").await;
    browser.go("/me").await;
    browser.click("新建令牌").await;
    browser.see("可以用来做什么").await;
    browser
        .type_into("dialog[open] .field input:not([type=checkbox])", "月度报表")
        .await;
    browser
        .script("document.querySelector('dialog[open] .scope input').click()")
        .await;
    fits(&browser).await;
    browser
        .script("document.querySelector('dialog[open] button[type=submit]').click()")
        .await;
    browser.see("只显示这一次").await;
    let text = browser
        .script("return document.querySelector('dialog[open] code').textContent")
        .await;
    let mut program = app.stranger();
    program.token = text.as_str().map(str::to_owned);
    program
        .run("{ approvalInbox { nodes { id } } }", serde_json::json!({}))
        .await;
    browser.click("已保存好").await;
    browser.see("读取审批").await;
    let shown = browser
        .script("return document.body.innerHTML.includes('tongshi_pat_')")
        .await;
    assert_eq!(shown, false, "it is not shown again");
    let kept = browser
        .script("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie")
        .await;
    let kept = kept.as_str().expect("a text");
    assert!(
        !kept.contains("eyJ") && !kept.contains("tongshi_"),
        "no script can read a secret: {kept}"
    );
    fits(&browser).await;
    browser.click("撤销").await;
    browser.see("令牌已撤销").await;
    assert_eq!(
        program
            .refused("{ viewer { roles } }", serde_json::json!({}))
            .await
            .code,
        "UNAUTHENTICATED"
    );
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
