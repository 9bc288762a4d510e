//! One person's phone: a browser on its own profile, and what a person does with it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::camera::{Label, film_of};
use super::driver::{Driver, Extension};
use super::film::nothing;
use super::{Engine, Server, TempDir, artifacts, secrets};

/// How long a page may take for anything. Long, because machines of tests are slow; a
/// passing test never waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fewer digits name no product.
const DIGITS_OF_A_CODE: usize = 8;
/// Characters that a person types without a look at the label: too few for a scanner's burst.
const FEW: usize = 5;
/// That look: longer than the silence that ends a burst.
const PAUSE: Duration = Duration::from_millis(200);

/// A browser with a profile that outlives it.
pub struct Phone {
    name: String,
    engine: Engine,
    base: String,
    // Before the profile: the browser must be gone when its folder is removed.
    driver: Driver,
    client: Client,
    profile: TempDir,
    taps: AtomicU32,
    camera: Option<PathBuf>,
}

impl Phone {
    /// A new phone, 390 by 844, that knows the server's address. Names are part of file
    /// names under `target/test-logs/`: `offline-start-rep-a`.
    pub async fn new(name: &str, server: &Server) -> Self {
        Self::on(name, server, TempDir::new(name), None).await
    }

    /// The same with a camera that sees a label (Chromium).
    pub async fn with_camera(name: &str, server: &Server, label: Label<'_>) -> Self {
        let profile = TempDir::new(name);
        let film = film_of(profile.path(), label);
        let phone = Self::on(name, server, profile, Some(film)).await;
        phone.allow_camera(true).await;
        phone
    }

    /// The same with a camera before which there is nothing yet (Chromium). What it sees from its
    /// next opening on, [`Self::camera_sees`] says.
    pub async fn with_film(name: &str, server: &Server) -> Self {
        let profile = TempDir::new(name);
        let film = profile.path().join("camera.y4m");
        nothing(&film);
        let phone = Self::on(name, server, profile, Some(film)).await;
        phone.allow_camera(true).await;
        phone
    }

    /// The file that this phone's camera sees.
    pub fn film(&self) -> &Path {
        self.camera.as_deref().expect("a phone with a film")
    }

    /// Switches the phone off, as a flat battery does.
    pub fn switch_off(&mut self) {
        self.driver.kill();
    }

    async fn on(name: &str, server: &Server, profile: TempDir, camera: Option<PathBuf>) -> Self {
        let engine = Engine::current();
        if let Some(authority) = server.authority() {
            trust(profile.path(), &authority);
        }
        let (driver, client) = Driver::start(engine, name, profile.path(), camera.as_deref()).await;
        let phone = Phone {
            name: name.to_owned(),
            engine,
            base: server.url(),
            driver,
            client,
            profile,
            taps: AtomicU32::new(0),
            camera,
        };
        phone.prepare().await;
        phone
    }

    /// SIGKILL to the whole browser, then a new one on the same profile.
    pub async fn kill_and_reopen(&mut self) {
        assert!(
            self.engine == Engine::Chromium,
            "only Chromium keeps a profile that survives a kill under automation"
        );
        self.driver.kill();
        let (driver, client) = Driver::start(
            self.engine,
            &self.name,
            self.profile.path(),
            self.camera.as_deref(),
        )
        .await;
        self.driver = driver;
        self.client = client;
        self.prepare().await;
        if self.camera.is_some() {
            self.allow_camera(true).await;
        }
    }

    async fn prepare(&self) {
        match self.engine {
            Engine::Chromium => self.resize(390, 844).await,
            // Firefox and WebKit stop at their own least width, which is still a phone's
            // layout.
            Engine::Firefox | Engine::Webkit => {
                self.client.set_window_size(390, 844).await.unwrap();
            }
        }
    }

    /// The folder of the browser's profile.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// The WebDriver session, for what this harness has no word for.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a path of the app, for example `/stock`.
    pub async fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        if let Err(error) = self.client.goto(&url).await {
            self.fail(&format!("{url} does not open: {error}")).await;
        }
    }

    /// Reloads the page, as its reload button does. WebDriver's own command would pass by
    /// the service worker in Firefox.
    pub async fn reload(&self) {
        self.execute("window.beforeReload = true; location.reload()", vec![])
            .await;
        self.wait_until("the page is loaded again", || async {
            let script = "return !window.beforeReload && document.readyState === 'complete'";
            self.execute(script, vec![]).await == json!(true)
        })
        .await;
    }

    /// Waits until the app could start without a network: a worker is active and
    /// controls this page.
    pub async fn wait_for_service_worker(&self) {
        self.wait_until("the service worker controls the page", || async {
            let script = "return !!navigator.serviceWorker && !!navigator.serviceWorker.controller \
                          && navigator.serviceWorker.controller.state === 'activated'";
            self.execute(script, vec![]).await == json!(true)
        })
        .await;
    }

    /// How often this phone was tapped so far: clicks of a test, and no keys.
    pub fn taps(&self) -> u32 {
        self.taps.load(Ordering::Relaxed)
    }

    /// Counts a tap.
    pub(super) fn tapped(&self) {
        self.taps.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for a text anywhere on the page, as a person reads it.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("“{text}” is shown"), || async {
            self.text().await.contains(text)
        })
        .await;
    }

    /// Waits until a text is gone.
    pub async fn wait_for_no_text(&self, text: &str) {
        self.wait_until(&format!("“{text}” is gone"), || async {
            !self.text().await.contains(text)
        })
        .await;
    }

    /// Waits for an element that is displayed.
    pub async fn wait_for_css(&self, css: &str) -> Element {
        self.wait_for(Locator::Css(css), css).await
    }

    /// Waits for `data-testid`.
    pub async fn wait_for_test_id(&self, id: &str) -> Element {
        self.wait_for_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// Clicks what a CSS selector finds.
    pub async fn click(&self, css: &str) {
        self.click_on(Locator::Css(css), css).await;
    }

    /// Clicks `data-testid`.
    pub async fn click_test_id(&self, id: &str) {
        self.click(&format!("[data-testid=\"{id}\"]")).await;
    }

    /// Puts a value into the field with that id. A date field takes its keys in the order of the
    /// browser's language; the value is what counts.
    pub async fn set_value(&self, id: &str, value: &str) {
        let script = "const field = document.getElementById(arguments[0]);
            field.value = arguments[1];
            field.dispatchEvent(new Event('input', {bubbles: true}));";
        self.execute(script, vec![json!(id), json!(value)]).await;
        self.tapped();
    }

    /// Clicks the button, link, label or tab that contains a text.
    pub async fn click_text(&self, text: &str) {
        let quoted = xpath_text(text);
        let xpath = format!(
            "//*[self::button or self::a or self::label or self::summary or @role='tab' \
             or @role='button'][contains(normalize-space(.), {quoted})]"
        );
        self.click_on(Locator::XPath(&xpath), text).await;
    }

    /// Types into the field with this label; what stood there goes.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        self.type_into(&field, label, value).await;
    }

    /// Types into what a CSS selector finds; what stood there goes.
    pub async fn fill_css(&self, css: &str, value: &str) {
        if css.contains("password") {
            secrets::remember(value);
        }
        let field = self.wait_for_css(css).await;
        self.type_into(&field, css, value).await;
    }

    /// Chooses an option of the select with this label by the option's text.
    pub async fn select(&self, label: &str, option: &str) {
        let field = self.field(label).await;
        if let Err(error) = field.select_by_label(option).await {
            self.fail(&format!("“{label}” has no option “{option}”: {error}"))
                .await;
        }
    }

    /// Everything that the page shows, as text.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let text = self.execute(script, vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The texts of all elements that a selector finds.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script = "return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText)";
        let found = self.execute(script, vec![json!(css)]).await;
        serde_json::from_value(found).unwrap_or_default()
    }

    /// An attribute of `data-testid`.
    pub async fn attribute(&self, id: &str, name: &str) -> String {
        let script = "const one = document.querySelector(`[data-testid='${arguments[0]}']`);
            return one && one.getAttribute(arguments[1])";
        let value = self.execute(script, vec![json!(id), json!(name)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The folder into which this phone downloads from now on, without asking (Chromium).
    pub async fn downloads(&self) -> PathBuf {
        let folder = self.profile.path().join("downloads");
        std::fs::create_dir_all(&folder).unwrap();
        let params = json!({"behavior": "allow", "downloadPath": &folder});
        self.cdp("Browser.setDownloadBehavior", params).await;
        folder
    }

    /// Runs JavaScript; `null` while a page is just being replaced.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute(script, arguments)
            .await
            .unwrap_or(Value::Null)
    }

    /// Runs JavaScript that calls its last argument with the result.
    pub async fn execute_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.client.execute_async(script, arguments).await {
            Ok(value) => value,
            Err(error) => self.fail(&format!("a script failed: {error}")).await,
        }
    }

    /// Saves a picture of what is shown.
    pub async fn screenshot(&self, file: &Path) {
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(file, png).unwrap();
    }

    /// A command of the Chrome DevTools protocol, for example
    /// `cdp("Emulation.setCPUThrottlingRate", json!({"rate": 4}))`.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        assert!(self.engine == Engine::Chromium, "{command} is Chromium's");
        let body = json!({"cmd": command, "params": params});
        let path = "goog/cdp/execute";
        match self.client.issue_cmd(Extension { path, body }).await {
            Ok(value) => value,
            Err(error) => self.fail(&format!("{command} failed: {error}")).await,
        }
    }

    /// Answers the question whether the camera may be used, once and for all (Chromium).
    pub async fn allow_camera(&self, allowed: bool) {
        let setting = if allowed { "granted" } else { "denied" };
        let params = json!({"permission": {"name": "camera"}, "setting": setting});
        self.cdp("Browser.setPermission", params).await;
    }

    /// The size of the screen, exactly (Chromium).
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 600,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Waits until a condition holds; the words complete “waited for: …”.
    pub async fn wait_until<F, Fut>(&self, what: &str, holds: F)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = bool>,
    {
        let deadline = Instant::now() + PATIENCE;
        while !holds().await {
            if Instant::now() > deadline {
                self.fail(&format!("waited for: {what}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends the session and fails if the page broke its content security policy or the
    /// app panicked. (Chromium tells; the same files are served to the other engines.)
    pub async fn close(self) {
        for cookie in self.client.get_all_cookies().await.unwrap_or_default() {
            secrets::remember(cookie.value());
        }
        let broken = self.broken().await;
        if !broken.is_empty() {
            self.fail(&format!("this must not happen: {broken:#?}"))
                .await;
        }
        let _ = self.client.close().await;
    }

    /// Console messages that no test accepts.
    async fn broken(&self) -> Vec<String> {
        let mut messages = self.console().await;
        messages.retain(|text| {
            text.starts_with("security: ")
                || text.contains("Content Security Policy")
                || text.contains("panicked at")
                || text.contains("RuntimeError")
        });
        messages
    }

    /// What the console got since it was last asked, as `source: message` (Chromium).
    pub async fn console(&self) -> Vec<String> {
        if self.engine != Engine::Chromium {
            return vec![];
        }
        let body = json!({"type": "browser"});
        let path = "se/log";
        let log = self.client.issue_cmd(Extension { path, body }).await;
        let entries = log.unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{}: {}", text(&entry["source"]), text(&entry["message"])))
            .collect()
    }

    async fn field(&self, label: &str) -> Element {
        let quoted = xpath_text(label);
        let xpath = format!(
            "//*[@id=//label[contains(normalize-space(.), {quoted})]/@for] \
             | //label[contains(normalize-space(.), {quoted})]//*[self::input or self::select or self::textarea] \
             | //*[@aria-label={quoted}][self::input or self::select or self::textarea]"
        );
        self.wait_for(Locator::XPath(&xpath), label).await
    }

    async fn type_into(&self, field: &Element, name: &str, value: &str) {
        let typed = async {
            field.clear().await?;
            // A driver types as fast as a scanner does; a person who types a code pauses.
            let digits = value.chars().filter(char::is_ascii_digit).count();
            let at_once = if digits < DIGITS_OF_A_CODE {
                usize::MAX
            } else {
                FEW
            };
            let characters: Vec<char> = value.chars().collect();
            for (place, few) in characters.chunks(at_once).enumerate() {
                if place > 0 {
                    tokio::time::sleep(PAUSE).await;
                }
                field.send_keys(&few.iter().collect::<String>()).await?;
            }
            Ok::<(), fantoccini::error::CmdError>(())
        };
        if let Err(error) = typed.await {
            self.fail(&format!("cannot type into “{name}”: {error}"))
                .await;
        }
    }

    async fn wait_for(&self, locator: Locator<'_>, name: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for element in self.client.find_all(locator).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            if Instant::now() > deadline {
                self.fail(&format!("waited for: {name}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks until the click arrives: a list that renders again replaces its buttons, and
    /// something that slides away still covers them for a moment.
    async fn click_on(&self, locator: Locator<'_>, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.wait_for(locator, name).await;
            match element.click().await {
                Ok(()) => return self.tapped(),
                Err(error) if Instant::now() > deadline => {
                    self.fail(&format!("cannot click “{name}”: {error}")).await;
                }
                // The bar of main actions may lie over it: a person scrolls on.
                Err(_) => {
                    self.scroll_to(locator).await;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn scroll_to(&self, locator: Locator<'_>) {
        let (script, what) = match locator {
            Locator::Css(css) => ("document.querySelector(arguments[0])", css),
            Locator::XPath(path) => (
                "document.evaluate(arguments[0], document, null, 9, null).singleNodeValue",
                path,
            ),
            _ => return,
        };
        let script = format!("const it = {script}; if (it) it.scrollIntoView({{block: 'center'}})");
        self.execute(&script, vec![json!(what)]).await;
    }

    /// Stops the test; leaves a picture and the page's text behind.
    async fn fail(&self, why: &str) -> ! {
        let file = artifacts().join(format!("failed-{}.png", self.name));
        if let Ok(png) = self.client.screenshot().await {
            let _ = std::fs::write(&file, png);
        }
        let url = self.client.current_url().await.map(|url| url.to_string());
        panic!(
            "{} ({:?}) at {}: {why}\n--- the page says:\n{}\n--- the console says:\n{}\n--- picture: {}",
            self.name,
            self.engine,
            url.unwrap_or_default(),
            self.text().await,
            self.console().await.join("\n"),
            file.display()
        );
    }
}

/// Makes Chromium on this profile trust a certificate authority, as a person does in the
/// settings of a phone. (On Linux it reads the user's NSS database; the harness gives each
/// profile a home folder of its own.)
fn trust(profile: &Path, authority: &Path) {
    assert!(
        Engine::current() == Engine::Chromium,
        "the harness knows how to trust an authority in Chromium only"
    );
    let database = profile.join(".pki/nssdb");
    std::fs::create_dir_all(&database).unwrap();
    let sql = format!("sql:{}", database.display());
    for words in [
        &["-N", "--empty-password"][..],
        &["-A", "-n", "baton", "-t", "C,,", "-i"],
    ] {
        let mut certutil = Command::new("certutil");
        certutil.args(["-d", &sql]).args(words);
        if words[0] == "-A" {
            certutil.arg(authority);
        }
        let output = certutil.output().expect("certutil starts");
        assert!(output.status.success(), "certutil: {output:?}");
    }
}

/// A string as XPath 1.0 takes it, which knows no escapes.
fn xpath_text(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}
