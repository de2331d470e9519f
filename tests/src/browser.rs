//! A real browser: the distribution's Chromium, driven by its ChromeDriver. One driver serves all tests of the process.

use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use thirtyfour::prelude::*;

use crate::app::TestApp;
use crate::postgres::{PATIENCE, free_port};

/// A window of its own, with cookies and storage of its own.
pub struct Browser {
    driver: WebDriver,
    origin: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A window of a size, in CSS pixels.
    pub async fn open(app: &TestApp, width: u32, height: u32) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut wanted = DesiredCapabilities::chrome();
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=zh-CN".to_owned(),
            "--accept-lang=zh-CN".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        for argument in &arguments {
            wanted.add_arg(argument).expect("an argument");
        }
        let driver = WebDriver::new(driver(), wanted).await.expect("a browser");
        Self {
            driver,
            origin: format!("http://{}", app.address),
            _profile: profile,
        }
    }

    /// Opens a path of the app.
    pub async fn go(&self, path: &str) {
        self.driver
            .goto(format!("{}{path}", self.origin))
            .await
            .expect("a page");
    }

    /// Signs in with the demo password and waits for the workbench.
    pub async fn sign_in(&self, account: &str) {
        self.go("/").await;
        self.type_into("input[autocomplete=username]", account).await;
        self.type_into("input[type=password]", tongshi::demo::PASSWORD).await;
        self.press(Key::Enter).await;
        self.find("nav[aria-label], .phonebar").await;
    }

    /// Waits for an element by CSS selector.
    pub async fn find(&self, css: &str) -> WebElement {
        self.wait(css, || self.driver.find(By::Css(css.to_owned()))).await
    }

    /// Waits until a text stands on the page.
    pub async fn see(&self, text: &str) -> WebElement {
        let path = format!(
            "//body//*[not(self::script)][contains(normalize-space(.), {})][not(.//*[contains(normalize-space(.), {0})])]",
            quoted(text)
        );
        self.wait(text, || self.driver.find(By::XPath(path.clone()))).await
    }

    /// Clicks the button or link with a text or a label.
    pub async fn click(&self, text: &str) {
        let text = quoted(text);
        let path = format!(
            "(//button|//a|//*[@role='tab' or @role='menuitem'])[starts-with(normalize-space(.), {text}) or @aria-label={text}]"
        );
        let begun = Instant::now();
        loop {
            let mut done = false;
            for element in self.driver.find_all(By::XPath(path.clone())).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or_default() && element.click().await.is_ok() {
                    done = true;
                    break;
                }
            }
            if done {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "nothing to click named {text}\n{}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into the field a selector finds.
    pub async fn type_into(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.expect("typed");
    }

    /// Clicks the element a selector finds, or its label where it is hidden behind one.
    pub async fn tap(&self, css: &str) {
        let element = self.find(css).await;
        if element.click().await.is_err() {
            self.script(&format!(
                "document.querySelector({}).click()",
                serde_json::Value::from(css)
            ))
            .await;
        }
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.send_keys(Key::Control + "a").await.expect("selected");
        field.send_keys(text).await.expect("typed");
    }

    /// Clicks the button with a text inside an element.
    pub async fn click_in(&self, css: &str, text: &str) {
        let inside = self.find(css).await;
        let path = format!(".//button[normalize-space(.)={}]", quoted(text));
        let button = self.wait(text, || inside.find(By::XPath(path.clone()))).await;
        button.click().await.expect("clicked");
    }

    /// Waits until something holds.
    pub async fn until(&self, holds: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "it never came true on\n{}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether the page scrolls sideways.
    pub async fn overflows(&self) -> bool {
        self.script("return document.documentElement.scrollWidth > innerWidth")
            .await
            == true
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: impl Into<TypingData>) {
        let focus = self.driver.active_element().await.expect("a focus");
        focus.send_keys(key).await.expect("pressed");
    }

    /// All text of the page.
    pub async fn text(&self) -> String {
        match self.driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// Runs a script and gives what it returns.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.driver
            .execute(script, Vec::new())
            .await
            .expect("a script")
            .json()
            .clone()
    }

    /// Errors the page wrote to its console, network refusals that a test provokes left out.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.unwrap_or_default();
        let lines = log.into_iter().map(|entry| format!("{entry:?}"));
        lines
            .filter(|line| line.contains("SEVERE") && !line.contains("ERR_CONNECTION"))
            .collect()
    }

    /// Closes the window.
    pub async fn close(self) {
        self.driver.quit().await.expect("closed");
    }

    async fn wait<F: Future<Output = WebDriverResult<WebElement>>>(
        &self,
        what: &str,
        look: impl Fn() -> F,
    ) -> WebElement {
        let begun = Instant::now();
        loop {
            if let Ok(found) = look().await {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "never saw {what:?} on\n{}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// An XPath string; texts of the app hold no double quotes.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Address of the driver, started on first use and ended with this process.
fn driver() -> &'static str {
    static DRIVER: OnceLock<String> = OnceLock::new();
    DRIVER.get_or_init(|| {
        let port = free_port();
        let script = format!(
            "chromedriver --port={port} & driver=$!; while kill -0 {pid} 2>/dev/null; do sleep 0.5; done; kill $driver",
            pid = std::process::id()
        );
        start(&script);
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < PATIENCE,
                "chromedriver does not start: run bash tests/all.sh, which installs it"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        format!("http://127.0.0.1:{port}")
    })
}

#[expect(clippy::zombie_processes, reason = "it waits for us, not we for it")]
fn start(script: &str) {
    Command::new("setsid")
        .args(["sh", "-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a driver");
}
