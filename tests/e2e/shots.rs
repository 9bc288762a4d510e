//! Pictures of every screen, for people to look at: `cargo xtask shots`.
//!
//! The list of screens stands here and nowhere else. Each is taken in both themes, at the
//! size of a phone and of a desk, as `target/shots/<screen>-<theme>-<width>.png`. They are
//! taken on the demo, as the person who has that screen.
//!
//! With `BATON_AXE` the same walk looks for barriers instead (the layer `axe` of the tests): the
//! program axe-core reads each screen in both themes, and whatever it calls a violation fails.

#![expect(clippy::print_stdout, reason = "it tells which picture it takes")]

#[path = "shots/between.rs"]
mod between;
#[path = "chromium/by_code.rs"]
mod by_code;
mod support;

use std::path::{Path, PathBuf};

use serde_json::json;
use support::{INSECURE_NAME, Phone, Server, smaller};

/// Who holds the phone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Nobody signed in yet.
    Nobody,
    /// A rep of the demo's distributor.
    Rep,
    /// Its office, as an Admin.
    Office,
}

/// How one gets to a screen.
#[derive(Clone, Copy)]
enum Way {
    /// By its address.
    At(&'static str),
    /// By the first link of a selector on another screen, and what follows its address.
    Link(&'static str, &'static str, &'static str),
    /// The same over two links.
    Links(&'static str, [&'static str; 2], &'static str),
}

/// One screen, and what shows that it is complete.
struct Screen {
    name: &'static str,
    who: Who,
    way: Way,
    ready_css: &'static str,
}

const TITLE: &str = "[data-testid=title]";
const CASE: &str = "[data-testid=case-card] a.case-open";
const LINE: &str = "a[data-testid=stock-row]";
const HANDOFF: &str = "a[data-testid=handoff-row]";
const SOLD: &str = "/stock?whose=facility";
const FACILITY: &str = "a[data-testid=facility-link]";
const SOLD_LINE: &str = "a[data-testid=facility-line]";

const fn screen(name: &'static str, who: Who, way: Way) -> Screen {
    Screen {
        name,
        who,
        way,
        ready_css: TITLE,
    }
}

const SCREENS: &[Screen] = &[
    screen("sign-in", Who::Nobody, Way::At("/")),
    screen("setup-old-link", Who::Nobody, Way::At("/setup#0000")),
    screen("invite-old-link", Who::Nobody, Way::At("/invite#0000")),
    Screen {
        name: "rescue",
        who: Who::Nobody,
        way: Way::At("/rescue.html"),
        ready_css: "main",
    },
    screen("today", Who::Rep, Way::At("/")),
    screen("case", Who::Rep, Way::Link("/", CASE, "")),
    screen("case-use", Who::Rep, Way::Link("/", CASE, "/use")),
    screen("case-mark", Who::Rep, Way::Link("/", CASE, "/mark")),
    screen("case-cover", Who::Rep, Way::Link("/", CASE, "/cover")),
    screen("case-bill", Who::Rep, Way::Link("/", CASE, "/bill")),
    screen("case-swap-none", Who::Rep, Way::Link("/", CASE, "/swap")),
    screen("case-edit", Who::Office, Way::Link("/", CASE, "/edit")),
    screen("case-new", Who::Office, Way::At("/case/new")),
    screen("stock", Who::Rep, Way::At("/stock")),
    screen("stock-nothing-found", Who::Rep, Way::At("/stock?q=zzzz")),
    screen("line", Who::Rep, Way::Link("/stock", LINE, "")),
    screen("stock-sold", Who::Rep, Way::At(SOLD)),
    screen("facility", Who::Rep, Way::Link(SOLD, FACILITY, "")),
    screen(
        "line-share",
        Who::Rep,
        Way::Links(SOLD, [FACILITY, SOLD_LINE], "/share"),
    ),
    screen("order-new", Who::Rep, Way::At("/order/new")),
    screen("count", Who::Rep, Way::At("/count")),
    screen("receive", Who::Rep, Way::At("/receive")),
    screen("scan", Who::Rep, Way::At("/scan")),
    screen("handoffs", Who::Rep, Way::At("/handoffs")),
    screen("handoff-new", Who::Rep, Way::At("/handoff/new")),
    screen("handoff", Who::Rep, Way::Link("/handoffs", HANDOFF, "")),
    screen("handoff-scan", Who::Rep, Way::At("/handoff/scan")),
    screen(
        "handoff-code",
        Who::Rep,
        Way::Link("/handoffs", HANDOFF, "/code"),
    ),
    screen(
        "handoff-proof",
        Who::Rep,
        Way::Link("/handoffs", HANDOFF, "/proof"),
    ),
    screen("request-new", Who::Rep, Way::At("/request/new")),
    screen("give-back", Who::Rep, Way::At("/return")),
    screen("activity", Who::Rep, Way::At("/activity")),
    screen("me", Who::Rep, Way::At("/me")),
    screen("me-scanner", Who::Rep, Way::At("/me/scanner")),
    screen("not-found", Who::Rep, Way::At("/nothing/here")),
    screen("office-today", Who::Office, Way::At("/")),
    screen("office", Who::Office, Way::At("/office")),
    screen("office-people", Who::Office, Way::At("/office/people")),
    screen(
        "office-facilities",
        Who::Office,
        Way::At("/office/facilities"),
    ),
    screen("office-accounts", Who::Office, Way::At("/office/accounts")),
    screen(
        "office-approvals",
        Who::Office,
        Way::At("/office/approvals"),
    ),
    screen("office-disputes", Who::Office, Way::At("/office/disputes")),
    screen("office-devices", Who::Office, Way::At("/office/devices")),
    screen("office-trays", Who::Office, Way::At("/office/trays")),
    screen(
        "tray",
        Who::Office,
        Way::Link("/office/trays", "a[data-testid=tray-row]", ""),
    ),
    screen("office-recalls", Who::Office, Way::At("/office/recalls")),
    screen("office-links", Who::Office, Way::At("/office/links")),
    screen(
        "office-adjustments",
        Who::Office,
        Way::At("/office/adjustments"),
    ),
    screen("office-stock", Who::Office, Way::At("/stock")),
];

/// What an organization sees that has just begun.
const EMPTY: &[(&str, &str)] = &[
    ("empty-today", "/"),
    ("empty-stock", "/stock"),
    ("empty-handoffs", "/handoffs"),
    ("empty-activity", "/activity"),
    ("empty-facilities", "/office/facilities"),
    ("empty-trays", "/office/trays"),
    ("empty-count", "/count"),
    ("empty-order", "/order/new"),
];

const SIZES: &[(u32, u32)] = &[(390, 844), (1280, 800)];
const THEMES: &[&str] = &["light", "dark"];

/// What is done on every screen.
enum Task {
    /// Pictures into this folder.
    Pictures(PathBuf),
    /// Look for barriers with this script.
    Barriers(String),
}

/// How many screens are free of barriers, and how many are not.
#[derive(Default)]
struct Found {
    free: u32,
    barred: u32,
    /// Every address that was shown.
    paths: Vec<String>,
}

/// The branches of the playbook that are a plan for Ben on a demo case, and their pictures' names.
const PLANS: [(&str, &str); 4] = [
    ("already-scheduled", "Already scheduled"),
    ("shipped", "Shipped from the manufacturer"),
    ("created", "Created in custody"),
    ("in-the-field", "Transferred in the field"),
];
/// The branches that are Facility Stock made usable: picture, facility, serial.
const SHARES: [(&str, &str, &str); 2] = [
    ("linked", "Lakeside", "LK-1"),
    ("rebuilt", "St. Anne", "RB-1"),
];

/// One small picture a branch, for the walk in the README.
async fn playbook(folder: &Path) {
    let server = Server::demo("playbook").await;
    let ana = Phone::new("playbook-ana", &server).await;
    sign_in(&ana, Who::Rep).await;
    ana.goto("/case/new").await;
    ana.wait_for_title("Schedule a case").await;
    picture(&ana, folder, "not-yet-scheduled").await;
    for (name, case) in PLANS {
        ana.goto("/").await;
        ana.click_row(CASE, case).await;
        ana.click_test_id("cant-cover").await;
        ana.click_row("[data-testid=pick-rep]", "Ben Okafor").await;
        ana.wait_until("a question or the plan", || async {
            let title = ana.texts(TITLE).await.concat();
            title == "What happened?" || title == "The plan"
        })
        .await;
        if ana.texts(TITLE).await.concat() == "What happened?" {
            ana.click_test_id("show-plan").await;
        }
        ana.wait_for_title("The plan").await;
        picture(&ana, folder, name).await;
    }
    ana.close().await;
    let ben = Phone::new("playbook-ben", &server).await;
    ben.goto("/").await;
    ben.click_test_id("demo-ben@demo").await;
    ben.click_row(CASE, "Shared").await;
    ben.wait_for_test_id("light").await;
    picture(&ben, folder, "shared").await;
    ben.close().await;
    let office = Phone::new("playbook-omar", &server).await;
    office.goto("/").await;
    office.click_test_id("demo-omar@demo").await;
    office.wait_for_title("Today").await;
    for (name, facility, serial) in SHARES {
        office.goto("/stock?whose=facility").await;
        office
            .click_row("[data-testid=facility-link]", facility)
            .await;
        office
            .click_row("[data-testid=facility-line]", serial)
            .await;
        office.click_test_id("share-line").await;
        office.wait_for_title("Make it usable").await;
        office.select("Who is to use it", "Ben Okafor").await;
        picture(&office, folder, name).await;
    }
    office.close().await;
}

async fn picture(phone: &Phone, folder: &Path, name: &str) {
    show_theme(phone, "light").await;
    // A plan begins with who covers it and what is to be done; its warnings stand before that.
    let script = "const plan = document.querySelector('[data-testid=cover-preview]');
        if (plan) scrollTo(0, plan.getBoundingClientRect().top + scrollY - 90);
        else scrollTo(0, 0);";
    phone.execute(script, vec![]).await;
    let file = folder.join(format!("{name}.png"));
    phone.screenshot(&file).await;
    let png = std::fs::read(&file).expect("the picture");
    std::fs::write(&file, smaller(&png)).expect("a smaller picture");
    println!("{}", file.display());
}

#[tokio::main]
async fn main() {
    if let Ok(folder) = std::env::var("BATON_SHOTS_PLAYBOOK") {
        return playbook(Path::new(&folder)).await;
    }
    let task = match std::env::var("BATON_AXE") {
        Ok(file) => Task::Barriers(std::fs::read_to_string(file).expect("axe-core is there")),
        Err(_) => Task::Pictures(PathBuf::from(
            std::env::var("BATON_SHOTS").unwrap_or_default(),
        )),
    };
    if let Task::Pictures(folder) = &task {
        assert!(folder.is_dir(), "start this with `cargo xtask shots`");
    }
    let found = walk(&task).await;
    if std::env::var("BATON_SHOTS_ONLY")
        .unwrap_or_default()
        .is_empty()
    {
        let missing = not_shown(&found.paths);
        assert!(missing.is_empty(), "no screen shows {missing:?}");
    }
    if matches!(task, Task::Barriers(_)) {
        let verdict = if found.barred == 0 { "ok" } else { "FAILED" };
        println!(
            "test result: {verdict}. {} passed; {} failed; 0 ignored",
            found.free, found.barred
        );
        assert!(found.barred == 0, "there are barriers");
    }
}

async fn walk(task: &Task) -> Found {
    let mut found = Found::default();
    let only = std::env::var("BATON_SHOTS_ONLY").unwrap_or_default();
    let mut server = Server::demo("shots").await;
    for who in [Who::Nobody, Who::Rep, Who::Office] {
        let wanted: Vec<&Screen> = SCREENS
            .iter()
            .filter(|screen| screen.who == who && (only.is_empty() || screen.name == only))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let phone = Phone::new("shots", &server).await;
        sign_in(&phone, who).await;
        for screen in wanted {
            go(&phone, screen).await;
            look(&phone, screen.name, task, &mut found).await;
        }
        if who == Who::Nobody && only.is_empty() {
            look_at_gates(&phone, &server, task, &mut found).await;
        }
        if who == Who::Office && only.is_empty() {
            look_at_recall(&phone, task, &mut found).await;
        }
        if who == Who::Rep && only.is_empty() {
            look_at_journeys(&phone, task, &mut found).await;
            // Last, because it stops the server: what a rep sees without one.
            phone.goto("/").await;
            phone.wait_for_service_worker().await;
            server.stop().await;
            phone.reload().await;
            phone.wait_for_css(CASE).await;
            look(&phone, "today-offline", task, &mut found).await;
            server.start().await;
        }
        phone.close().await;
    }
    if only.is_empty() {
        look_at_nothing(task, &mut found).await;
    }
    if only.is_empty() || only == "handing" {
        between::handing(task, &mut found).await;
    }
    if only.is_empty() || only == "scanning" {
        between::scanning(task, &mut found).await;
    }
    found
}

/// What stands in the way: an address that is not secure, a second tab.
async fn look_at_gates(phone: &Phone, server: &Server, task: &Task, found: &mut Found) {
    let insecure = server.url().replace("127.0.0.1", INSECURE_NAME);
    phone.client().goto(&insecure).await.expect("an address");
    phone.wait_for_test_id("insecure-steps").await;
    look(phone, "insecure", task, found).await;
    phone.goto("/").await;
    phone.wait_for_css(TITLE).await;
    let client = phone.client();
    let first = client.window().await.expect("a window");
    let second = client.new_window(true).await.expect("a tab").handle;
    client.switch_to_window(second).await.expect("the tab");
    phone.goto("/").await;
    phone.wait_for_test_id("second-tab").await;
    look(phone, "second-tab", task, found).await;
    client.close_window().await.expect("the tab closes");
    client.switch_to_window(first).await.expect("the window");
}

/// What exists only after somebody did something: a plan, a swap, a request.
async fn look_at_journeys(phone: &Phone, task: &Task, found: &mut Found) {
    phone.goto("/").await;
    phone.click_row(CASE, "Transferred in the field").await;
    phone.click_test_id("cant-cover").await;
    phone
        .click_row("[data-testid=pick-rep]", "Ben Okafor")
        .await;
    phone.click_test_id("show-plan").await;
    phone.wait_for_test_id("plan-steps").await;
    look(phone, "case-cover-plan", task, found).await;
    phone.click_test_id("confirm-plan").await;
    phone.wait_for_test_id("swap-handoffs").await;
    look(phone, "case-swap", task, found).await;
    phone.goto("/").await;
    phone.click_row(CASE, "Shipped from the manufacturer").await;
    phone.click_row("[data-testid=request-for-case]", "").await;
    phone.wait_for_test_id("request-need").await;
    look(phone, "request-for-case", task, found).await;
    phone.click_test_id("confirm-request").await;
    phone.wait_for_text("Waiting for the warehouse").await;
    look(phone, "request", task, found).await;
}

/// A recall, from a line to who holds and who used it.
async fn look_at_recall(phone: &Phone, task: &Task, found: &mut Found) {
    let line = href(phone, "/stock", LINE).await;
    let line = line.trim_start_matches("/stock/");
    phone.goto(&format!("/office/recalls?line={line}")).await;
    phone
        .fill_css("#recall-reason", "Notice: seal may be open")
        .await;
    look(phone, "office-recall-new", task, found).await;
    phone.click_test_id("save-recall").await;
    phone.wait_for_test_id("recall-on-hand").await;
    look(phone, "office-recall", task, found).await;
}

/// An organization that has just begun: the way in, and every list without anything in it.
async fn look_at_nothing(task: &Task, found: &mut Found) {
    let server = Server::stopped("shots-empty");
    let printed = server.run(&["init"]);
    let token = printed.split("/setup#").nth(1).unwrap_or_default();
    let token = token.split_whitespace().next().unwrap_or_default();
    let mut server = server;
    server.start().await;
    let phone = Phone::new("shots-empty", &server).await;
    phone.goto(&format!("/setup#{token}")).await;
    phone.fill_css("#organization", "North Ridge").await;
    phone.fill_css("#admin", "Ada Admin").await;
    phone.fill_css("#login", "ada@north").await;
    phone.fill_css("#password", "short").await;
    phone.click_test_id("begin").await;
    look(&phone, "setup-faulty", task, found).await;
    phone.fill_css("#password", "a long enough sentence").await;
    phone.click_test_id("begin").await;
    phone.wait_for_test_id("net-state").await;
    for (name, path) in EMPTY {
        phone.goto(path).await;
        phone.wait_for_css(TITLE).await;
        look(&phone, name, task, found).await;
    }
    phone.close().await;
}

/// The addresses of `state::Route`, as its variants' documentation has them, that nobody saw.
fn not_shown(seen: &[String]) -> Vec<&'static str> {
    let is_name = |part: &str| part.starts_with(':');
    let shows = |path: &str, pattern: &str| {
        let (path, pattern): (Vec<&str>, Vec<&str>) =
            (path.split('/').collect(), pattern.split('/').collect());
        path.len() == pattern.len()
            && path.iter().zip(&pattern).all(|(part, wanted)| {
                // An id is longer than any word of an address.
                part == wanted || (is_name(wanted) && part.len() > 20)
            })
    };
    include_str!("../../src/state/route.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("/// `/")?.strip_suffix('`'))
        .map(|pattern| pattern.trim())
        .filter(|pattern| {
            let pattern = format!("/{pattern}");
            !seen.iter().any(|path| shows(path, &pattern))
        })
        .collect()
}

async fn look(phone: &Phone, name: &str, task: &Task, found: &mut Found) {
    found.paths.push(phone.path().await);
    match task {
        Task::Pictures(folder) => take(phone, name, folder).await,
        Task::Barriers(script) => {
            for theme in THEMES {
                let barriers = barriers(phone, script, theme).await;
                if barriers.is_empty() {
                    found.free += 1;
                    continue;
                }
                found.barred += 1;
                println!("{name} ({theme}):\n    {}", barriers.join("\n    "));
            }
        }
    }
}

/// What axe-core calls a violation on the screen shown: rule, help, and the first places.
async fn barriers(phone: &Phone, script: &str, theme: &str) -> Vec<String> {
    show_theme(phone, theme).await;
    phone.execute(script, vec![]).await;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, {resultTypes: ['violations']}).then(
            found => done(found.violations.map(one => `${one.id}: ${one.help}: ` +
                one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(' | '))),
            error => done(['axe-core did not run: ' + error]));";
    let found = phone.execute_async(run, vec![]).await;
    serde_json::from_value(found).unwrap_or_else(|_| vec!["axe-core said nothing".to_owned()])
}

async fn show_theme(phone: &Phone, theme: &str) {
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
    phone.cdp("Emulation.setEmulatedMedia", media).await;
    // A colour that is still fading from one theme to the other is in neither.
    let script = "return !document.getAnimations().some(a => a instanceof CSSTransition)";
    phone
        .wait_until("nothing moves any more", || async {
            phone.execute(script, vec![]).await == json!(true)
        })
        .await;
}

async fn sign_in(phone: &Phone, who: Who) {
    let login = match who {
        Who::Nobody => return,
        Who::Rep => "ana@demo",
        Who::Office => "ada@demo",
    };
    phone.goto("/").await;
    phone.click_test_id(&format!("demo-{login}")).await;
    phone.wait_for_test_id("net-state").await;
}

async fn go(phone: &Phone, screen: &Screen) {
    match screen.way {
        Way::At(path) => phone.goto(path).await,
        Way::Link(from, css, rest) => {
            phone.goto(from).await;
            phone.wait_for_css(css).await;
            let href = href(phone, from, css).await;
            phone.goto(&format!("{href}{rest}")).await;
        }
        Way::Links(from, [first, second], rest) => {
            let between = href(phone, from, first).await;
            let href = href(phone, &between, second).await;
            phone.goto(&format!("{href}{rest}")).await;
        }
    }
    phone.wait_for_css(screen.ready_css).await;
}

/// Where the first link of a selector leads.
async fn href(phone: &Phone, from: &str, css: &str) -> String {
    phone.goto(from).await;
    phone.wait_for_css(css).await;
    let script = "return document.querySelector(arguments[0]).getAttribute('href')";
    let href = phone.execute(script, vec![json!(css)]).await;
    href.as_str().unwrap_or_default().to_owned()
}

/// One screen in both themes and sizes.
async fn take(phone: &Phone, name: &str, folder: &Path) {
    for theme in THEMES {
        for &(width, height) in SIZES {
            phone.resize(width, height).await;
            show_theme(phone, theme).await;
            let file = folder.join(format!("{name}-{theme}-{width}.png"));
            phone.screenshot(&file).await;
            println!("{}", file.display());
        }
    }
    phone.resize(390, 844).await;
}
