//! One style sheet out of many: a component's rules stand in a file of their own, but a
//! phone on a slow network should ask once, and one file compresses better than twenty.

use std::fs;
use std::path::Path;

use super::{hex_digest, lean};
use crate::error::{At, Result};

/// Joins all style sheets of the page that are files of this build, in their order, and
/// puts the one in the place of the first.
pub fn bundle(staging: &Path, html: &str) -> Result<String> {
    let mut joined = String::new();
    let mut page = String::with_capacity(html.len());
    let mut place = None;
    let mut rest = html;
    while let Some(at) = rest.find("<link") {
        let end = rest[at..]
            .find('>')
            .map(|length| at + length + 1)
            .ok_or("a <link> tag in index.html is not closed")?;
        let tag = &rest[at..end];
        page.push_str(&rest[..at]);
        match own_sheet(tag) {
            Some(name) => {
                let file = staging.join(name);
                let text = fs::read_to_string(&file).at(format!("reading {name}"))?;
                joined.push_str(text.trim_end());
                joined.push('\n');
                fs::remove_file(&file).at(format!("removing {name}"))?;
                place.get_or_insert(page.len());
            }
            None => page.push_str(tag),
        }
        rest = &rest[end..];
    }
    page.push_str(rest);
    if let Some(place) = place {
        let joined = lean::style(&joined);
        let name = format!("styles-{}.css", &hex_digest(joined.as_bytes())[..16]);
        fs::write(staging.join(&name), joined).at(format!("writing {name}"))?;
        page.insert_str(
            place,
            &format!("<link rel=\"stylesheet\" href=\"/{name}\">"),
        );
    }
    Ok(page)
}

/// The file name in a tag such as `<link rel="stylesheet" href="/tokens-12ab.css">`.
fn own_sheet(tag: &str) -> Option<&str> {
    if !tag.contains("rel=\"stylesheet\"") || tag.contains("media=") {
        return None;
    }
    let href = tag.split("href=\"").nth(1)?.split('"').next()?;
    let name = href.strip_prefix('/')?;
    (name.ends_with(".css") && !name.contains("..")).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn the_page_links_every_sheet_in_its_order() {
        let read = |name| fs::read_to_string(crate::paths::root().join(name)).unwrap_or_default();
        let sheet = |line: &str| {
            Some(
                line.split("href=\"style/")
                    .nth(1)?
                    .split('"')
                    .next()?
                    .to_owned(),
            )
        };
        let linked: Vec<String> = read("index.html").lines().filter_map(sheet).collect();
        let order: Vec<String> = read("style/ORDER.txt").lines().map(str::to_owned).collect();
        assert!(!order.is_empty());
        assert_eq!(linked, order);
    }
}
