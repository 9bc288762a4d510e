//! The page under a strict content security policy: no inline script, no inline style.

use super::{hex_digest, lean};
use crate::error::{Error, Result};

/// A script that stood in the page and becomes a file.
#[derive(Debug)]
pub struct Script {
    /// File name with the hash of its text.
    pub name: String,
    /// What stood between the tags.
    pub text: String,
}

/// Moves every inline script of `html` into a file, and refuses other inline code.
pub fn externalise(html: &str) -> Result<(String, Vec<Script>)> {
    let mut page = String::with_capacity(html.len());
    let mut scripts = vec![];
    let mut rest = html;
    while let Some(at) = rest.find("<script") {
        let (before, tag_on) = rest.split_at(at);
        page.push_str(before);
        let open_end = tag_on
            .find('>')
            .ok_or("a <script> tag in index.html is not closed")?;
        let (open, body_on) = tag_on.split_at(open_end + 1);
        let close = body_on
            .find("</script>")
            .ok_or("a <script> in index.html is not closed")?;
        let (body, after) = body_on.split_at(close);
        rest = &after["</script>".len()..];
        if body.trim().is_empty() {
            page.push_str(open);
        } else {
            let text = lean::script("index.html", body)?;
            let script = Script {
                name: format!("start-{}.js", &hex_digest(text.as_bytes())[..16]),
                text,
            };
            page.push_str(&open[..open.len() - 1]);
            page.push_str(&format!(" src=\"/{}\">", script.name));
            scripts.push(script);
        }
        page.push_str("</script>");
    }
    page.push_str(rest);
    refuse_inline("index.html", &page)?;
    Ok((page, scripts))
}

/// Drops Trunk's `integrity` attributes: this step changes files after Trunk hashed them.
/// The service worker checks every file against the list instead.
pub fn without_integrity(html: &str) -> String {
    const ATTRIBUTE: &str = " integrity=\"";
    let mut parts = html.split(ATTRIBUTE);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        page.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    page
}

/// Lets the words that stand in the page be drawn before the program is fetched: on a slow
/// network the two would share the line. A page in the background draws nothing; it goes on after
/// a moment.
pub fn words_first(html: &str) -> Result<String> {
    const START: &str = "await init(";
    const DRAWN: &str = "await new Promise((drawn) => {
  requestAnimationFrame(() => setTimeout(drawn));
  setTimeout(drawn, 300);
});
";
    if !html.contains("TrunkApplicationStarted") {
        return Ok(html.to_owned());
    }
    let start = html.find(START).and_then(|at| html[..at].rfind('\n'));
    let start = start.ok_or("Trunk's start script does not call init() on a line of its own")?;
    let (before, after) = html.split_at(start + 1);
    Ok(without_preload(before) + DRAWN + &without_preload(after))
}

/// Drops the hint that fetches the program at once.
fn without_preload(html: &str) -> String {
    const LINK: &str = "<link rel=\"preload\" ";
    let mut parts = html.split(LINK);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('>') {
            Some((link, rest)) if link.contains("application/wasm") => page.push_str(rest),
            _ => page.extend([LINK, part]),
        }
    }
    page
}

/// Fails on what a browser would refuse under the policy; better here than on a phone.
pub fn refuse_inline(name: &str, html: &str) -> Result<()> {
    for tag in tags(html) {
        let element = tag.split_whitespace().next().unwrap_or_default();
        if element == "<style" {
            return Err(refusal(name, tag, "a <style> element"));
        }
        if element == "<script" && !has_attribute(tag, |name| name == "src") {
            return Err(refusal(name, tag, "an inline script"));
        }
        if has_attribute(tag, |name| name == "style") {
            return Err(refusal(name, tag, "a style attribute"));
        }
        if has_attribute(tag, |name| name.starts_with("on") && name.len() > 2) {
            return Err(refusal(name, tag, "an event handler attribute"));
        }
    }
    Ok(())
}

fn refusal(name: &str, tag: &str, what: &str) -> Error {
    Error(format!(
        "{name} has {what}, which the content security policy refuses: {tag} \
         (put it into a file under style/ or public/)"
    ))
}

/// The opening tags of a page, comments left out.
fn tags(html: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = if rest.starts_with("<!--") {
            rest.find("-->")
        } else {
            rest.find('>')
        };
        let Some(end) = end else { break };
        let tag = &rest[..=end];
        if tag[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            found.push(tag.trim_end_matches('>'));
        }
        rest = &rest[end + 1..];
    }
    found
}

/// Whether a tag has an attribute whose lower-case name fits. Quoted values are skipped.
fn has_attribute(tag: &str, fits: impl Fn(&str) -> bool) -> bool {
    let mut name = String::new();
    let mut quote: Option<char> = None;
    let mut in_value = false;
    for c in tag.chars().skip_while(|c| !c.is_whitespace()).chain([' ']) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if in_value && (c == '"' || c == '\'') => quote = Some(c),
            None if c == '=' || c.is_whitespace() || (c == '/' && !in_value) => {
                if !in_value && fits(&name.to_ascii_lowercase()) {
                    return true;
                }
                in_value = c == '=';
                name.clear();
            }
            None => {
                if !in_value {
                    name.push(c);
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing step should fail the test")]

    use super::*;

    #[test]
    fn a_script_with_a_source_stays_as_it_is() {
        let html = "<script src=\"/a.js\"></script><p>x</p>";
        let (page, scripts) = externalise(html).unwrap();
        assert_eq!(page, html);
        assert!(scripts.is_empty());
    }

    #[test]
    fn integrity_goes_and_the_rest_of_the_tag_stays() {
        let page = without_integrity("<link a=\"1\" integrity=\"sha384-x\" as=\"fetch\"><p>");
        assert_eq!(page, "<link a=\"1\" as=\"fetch\"><p>");
    }

    #[test]
    fn the_words_of_the_page_come_before_the_program() {
        let trunk = "<script type=\"module\">\nimport init from '/a.js';\n\
            const wasm = await init({});\nTrunkApplicationStarted</script>\
            <link rel=\"modulepreload\" href=\"/a.js\">\
            <link rel=\"preload\" href=\"/a.wasm\" as=\"fetch\" type=\"application/wasm\"><p>";
        let page = words_first(trunk).unwrap();
        let at = |what: &str| page.find(what).unwrap();
        assert!(at("import init") < at("requestAnimationFrame"));
        assert!(at("setTimeout(drawn, 300)") < at("const wasm = await init"));
        assert!(!page.contains("a.wasm") && page.ends_with("href=\"/a.js\"><p>"));
        assert_eq!(words_first("<p>").unwrap(), "<p>");
        assert!(words_first("TrunkApplicationStarted").is_err());
    }

    #[test]
    fn attributes_of_the_moved_script_are_kept() {
        let (page, scripts) = externalise("<script type=\"module\">let a;</script>").unwrap();
        assert_eq!(scripts.len(), 1);
        assert!(page.starts_with("<script type=\"module\" src=\"/start-"));
    }

    #[test]
    fn inline_styles_and_handlers_are_refused_values_and_comments_are_not() {
        for bad in [
            "<p style=\"x\">",
            "<p class='a' STYLE='x'>",
            "<button onclick=\"go()\">",
            "<style>p{}</style>",
            "<script>go()</script>",
        ] {
            assert!(refuse_inline("page", bad).is_err(), "{bad}");
        }
        for good in [
            "<p title=\"style=x onclick=y\">",
            "<!-- <p style=\"x\"> -->",
            "<script src=\"/a.js\"></script>",
            "<a href=/on/style/>",
        ] {
            assert!(refuse_inline("page", good).is_ok(), "{good}");
        }
    }
}
