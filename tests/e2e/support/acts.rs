//! What a person does in many journeys, by what they see.

use serde_json::json;

use super::{Phone, Server};

impl Phone {
    /// Opens the app and signs in as somebody of the demo, by one tap.
    pub async fn enter_demo(&self, login: &str) {
        self.goto("/").await;
        self.click_test_id(&format!("demo-{login}")).await;
        self.wait_for_title("Today").await;
        self.wait_for_service_worker().await;
    }

    /// Opens the app and signs in with a login and a password.
    pub async fn enter(&self, login: &str, password: &str) {
        self.goto("/").await;
        self.fill_css("#login", login).await;
        self.fill_css("#password", password).await;
        self.click_test_id("sign-in").await;
        self.wait_for_title("Today").await;
        self.wait_for_service_worker().await;
    }

    /// Waits for the heading of a screen.
    pub async fn wait_for_title(&self, title: &str) {
        self.wait_until(&format!("the screen “{title}”"), || async {
            self.texts("[data-testid=title]")
                .await
                .first()
                .is_some_and(|shown| shown == title)
        })
        .await;
    }

    /// Goes to a screen without loading the page again, as a tap on a link does.
    pub async fn visit(&self, path: &str) {
        let script = "const link = document.createElement('a');
            link.href = arguments[0];
            document.body.append(link);
            link.click();
            link.remove();";
        self.execute(script, vec![json!(path)]).await;
        self.wait_until(&format!("the address {path}"), || async {
            self.path().await == path.split('?').next().unwrap_or_default()
        })
        .await;
    }

    /// What the label of a stock line's pieces would say, with brackets: DI, expiry, lot, serial.
    pub async fn label_of(&self, line: &str) -> String {
        self.visit(line).await;
        self.wait_for_css("dl.facts").await;
        let script = "const facts = {};
            for (const name of document.querySelectorAll('dl.facts dt'))
                facts[name.innerText] = name.nextElementSibling.innerText;
            const two = number => String(number).padStart(2, '0');
            const day = facts.Expires && new Date(facts.Expires);
            const expiry = day && !isNaN(day)
                ? `(17)${two(day.getFullYear() % 100)}${two(day.getMonth() + 1)}${two(day.getDate())}`
                : '';
            return `(01)${facts.DI}${expiry}` + (facts.Lot ? `(10)${facts.Lot}` : '')
                + (facts.Serial ? `(21)${facts.Serial}` : '');";
        let code = self.execute(script, vec![]).await;
        code.as_str().unwrap_or_default().to_owned()
    }

    /// Strokes as a scanner sends them: five milliseconds apart, the separator as Ctrl+], Enter at the
    /// end. Made in the page, because drivers type as slowly as their machine is busy; with the times
    /// that a keyboard's strokes carry, because a page may stand still between two of them.
    pub async fn scan(&self, text: &str) {
        let script = "const [text] = arguments;
            const target = document.activeElement || document.body;
            // Nobody lifts a scanner within the moment after typing.
            let time = performance.now() + 400;
            const stroke = (key, ctrlKey) => {
                const event = new KeyboardEvent('keydown', {key, ctrlKey, bubbles: true, cancelable: true});
                time += 5;
                Object.defineProperty(event, 'timeStamp', {value: time});
                const passed = target.dispatchEvent(event);
                if (passed && key.length === 1 && !ctrlKey && 'value' in target) target.value += key;
            };
            for (const key of text) key === '\\u001d' ? stroke(']', true) : stroke(key, false);
            stroke('Enter', false);";
        self.execute(script, vec![json!(text)]).await;
    }

    /// The path of the address shown.
    pub async fn path(&self) -> String {
        let path = self.execute("return location.pathname", vec![]).await;
        path.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the mark in the head says that the server has everything.
    pub async fn wait_until_confirmed(&self) {
        self.wait_for_state("All confirmed").await;
    }

    /// The same where a kill may have taken the session's cookie, which the browser writes when it
    /// likes: then the phone asks for a sign-in before it sends, and gets it.
    pub async fn wait_until_sent(&self, login: &str, server: &Server) {
        let mark = || async { self.texts("[data-testid=net-state]").await.concat() };
        self.wait_until("the server is heard again", || async {
            let mark = mark().await;
            mark.contains("All confirmed") || mark.contains("Sign in to send")
        })
        .await;
        if mark().await.contains("Sign in to send") {
            self.visit("/me").await;
            self.wait_for_test_id("sign-in-again").await;
            self.fill_css("#login", login).await;
            self.fill_css("#password", &server.demo_password()).await;
            self.click_test_id("sign-in").await;
        }
        self.wait_until_confirmed().await;
    }

    /// Waits for what the mark in the head says.
    pub async fn wait_for_state(&self, words: &str) {
        self.wait_until(&format!("the mark says “{words}”"), || async {
            self.texts("[data-testid=net-state]")
                .await
                .iter()
                .any(|shown| shown.contains(words))
        })
        .await;
    }

    /// Goes to a case and waits until its light says that it is ready, not that it will be.
    pub async fn wait_until_ready(&self, case: &str) {
        self.visit(case).await;
        self.wait_until("the case is ready", || async {
            let light = self.texts("[data-testid=light]").await.concat();
            light.trim() == "Ready"
        })
        .await;
    }

    /// The number at a test id, for example `count-confirmed`.
    pub async fn number(&self, test_id: &str) -> u64 {
        let texts = self.texts(&format!("[data-testid=\"{test_id}\"]")).await;
        let text = texts.first().map(String::as_str).unwrap_or_default();
        match text.trim().parse() {
            Ok(number) => number,
            Err(_) => panic!("{test_id} shows “{text}”, not a number"),
        }
    }

    /// Clicks the first element of a selector whose text contains some words.
    pub async fn click_row(&self, css: &str, words: &str) {
        self.click_within(css, words, ":scope").await;
    }

    /// Clicks what a selector finds within the first element of another one that contains some words.
    pub async fn click_within(&self, css: &str, words: &str, what: &str) {
        let script = "for (const row of document.querySelectorAll(arguments[0]))
                if (row.innerText.includes(arguments[1])) {
                    const it = arguments[2] === ':scope' ? row : row.querySelector(arguments[2]);
                    it.scrollIntoView({block: 'center'});
                    it.click();
                    return true;
                }
            return false;";
        self.wait_until(&format!("“{words}” among {css}"), || async {
            let arguments = vec![json!(css), json!(words), json!(what)];
            self.execute(script, arguments).await == json!(true)
        })
        .await;
        self.tapped();
    }

    /// Presses a stepper's plus or minus within the n-th element of a selector.
    pub async fn step(&self, css: &str, place: usize, stepper: &str, more: bool) {
        let script = "const row = document.querySelectorAll(arguments[0])[arguments[1]];
            const value = row && row.querySelector(`[data-testid='${arguments[2]}']`);
            const buttons = value ? value.parentElement.querySelectorAll('button') : [];
            const button = buttons[arguments[3] ? buttons.length - 1 : 0];
            if (button) button.click();
            return !!button;";
        let arguments = vec![json!(css), json!(place), json!(stepper), json!(more)];
        self.wait_until(&format!("the stepper {stepper}"), || async {
            self.execute(script, arguments.clone()).await == json!(true)
        })
        .await;
    }

    /// Clicks a test id within the n-th element of a selector.
    pub async fn open_nth(&self, css: &str, place: usize, test_id: &str) {
        let script = "const row = document.querySelectorAll(arguments[0])[arguments[1]];
            const button = row && row.querySelector(`[data-testid='${arguments[2]}']`);
            if (button) button.click();
            return !!button;";
        let arguments = vec![json!(css), json!(place), json!(test_id)];
        self.wait_until(&format!("{test_id} in row {place}"), || async {
            self.execute(script, arguments.clone()).await == json!(true)
        })
        .await;
        self.tapped();
    }

    /// On the page of a cover swap: ticks and unticks what else has to be seen to, as quickly as the
    /// page lets one. Each tap is an entry that is signed and written.
    pub async fn start_recording(&self) {
        let script = "window.recording = setInterval(() => {
            const row = document.querySelector('[data-testid=other-need-row]');
            if (row) row.click();
        }, 5);";
        self.execute(script, vec![]).await;
        self.wait_for_state("saved here").await;
    }

    /// How many records the mark in the head calls saved on this phone.
    pub async fn shown_as_saved(&self) -> u64 {
        let mark = self.texts("[data-testid=net-state]").await.concat();
        let digits: String = mark.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_default()
    }

    /// The ids of all entries that Activity lists with a status.
    pub async fn entries_with(&self, status: &str) -> Vec<String> {
        let script = "return Array.from(document.querySelectorAll('li[data-testid^=entry-]'))
            .filter(row => row.innerText.includes(arguments[0]))
            .map(row => row.dataset.testid.slice('entry-'.length))";
        let found = self.execute(script, vec![json!(status)]).await;
        serde_json::from_value(found).unwrap_or_default()
    }
}

impl Server {
    /// Checks the whole ledger with the server's own command.
    pub fn verify(&self) -> String {
        self.run(&["verify"])
    }
}
