//! Reads one code per line on standard input and writes one JSON object per line:
//!
//! ```text
//! $ echo '(01)09506000117843(17)271231(10)AB12' | cargo run -q -p baton-udi --example parse
//! {"agency":"GS1","device_identifier":"09506000117843","lot":"AB12","serial":null,
//!  "expiry":"2027-12-31","manufactured":null,"quantity":null,"warnings":[],
//!  "elements":[["01","09506000117843"],["17","271231"],["10","AB12"]]}
//! ```
//!
//! (in one line). The separator may be the character itself or written `<GS>` or `\x1d`.
//! Text that follows none of the standards gives `"agency":null`. Two-digit years are read as
//! of today, or as of the day named by `--today 2026-11-23`.

use baton_udi::{Date, Outcome, Udi, parse};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> Result<(), Box<dyn Error>> {
    let today = today()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\r').unwrap_or(&text);
        writeln!(out, "{}", json(&parse(text, today)))?;
    }
    out.flush()?;
    Ok(())
}

/// The day named on the command line, else the day it is in UTC.
fn today() -> Result<Date, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--today"), Some(day)) => Ok(day.parse()?),
        (None, _) => {
            let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
            Ok(i32::try_from(days)
                .ok()
                .and_then(Date::from_days)
                .ok_or("the clock is out of range")?)
        }
        _ => Err("usage: parse [--today YYYY-MM-DD] < codes".into()),
    }
}

fn json(outcome: &Outcome) -> String {
    let udi = match outcome {
        Outcome::Udi(udi) => Some(udi),
        Outcome::Text(_) => None,
    };
    let text = |field: fn(&Udi) -> Option<String>| match udi.and_then(field) {
        Some(value) => quoted(&value),
        None => String::from("null"),
    };
    let number = |value: Option<u32>| value.map_or(String::from("null"), |n| n.to_string());
    let members = [
        ("agency", text(|udi| Some(udi.agency.to_string()))),
        (
            "device_identifier",
            text(|udi| udi.device_identifier.clone()),
        ),
        ("lot", text(|udi| udi.lot.clone())),
        ("serial", text(|udi| udi.serial.clone())),
        ("expiry", text(|udi| Some(udi.expiry?.to_string()))),
        (
            "manufactured",
            text(|udi| Some(udi.manufactured?.to_string())),
        ),
        ("quantity", number(udi.and_then(|udi| udi.quantity))),
        ("warnings", warnings(udi)),
        ("elements", elements(udi)),
    ];
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn warnings(udi: Option<&Udi>) -> String {
    let warnings = udi.map_or(&[][..], |udi| &udi.warnings);
    let words: Vec<String> = warnings
        .iter()
        .map(|warning| quoted(&warning.to_string()))
        .collect();
    format!("[{}]", words.join(","))
}

fn elements(udi: Option<&Udi>) -> String {
    let elements = udi.map_or(&[][..], |udi| &udi.elements);
    let pairs: Vec<String> = elements
        .iter()
        .map(|(key, value)| format!("[{},{}]", quoted(key), quoted(value)))
        .collect();
    format!("[{}]", pairs.join(","))
}

/// A JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
