//! Style sheets and scripts without what only people read: comments, indentation, spaces.

use crate::error::Result;

/// A style sheet without comments and without spaces that mean nothing.
pub fn style(sheet: &str) -> String {
    let mut lean = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(letter) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if letter == '"' || letter == '\'' {
            let end = 1 + rest[1..].find(letter).map_or(rest.len() - 1, |at| at + 1);
            lean.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            rest = &rest[letter.len_utf8()..];
            if !letter.is_ascii_whitespace() {
                if "{};,".contains(letter) && lean.ends_with(' ') {
                    lean.pop();
                }
                if letter == '}' && lean.ends_with(';') {
                    lean.pop();
                }
                lean.push(letter);
            } else if !lean.ends_with(|before| " {};,:".contains(before)) && !lean.is_empty() {
                lean.push(' ');
            }
        }
    }
    lean.truncate(lean.trim_end().len());
    lean.push('\n');
    lean
}

/// A script without the lines that are comments, and without indentation. A text over several
/// lines would lose its own, so a script that has one is refused.
pub fn script(name: &str, script: &str) -> Result<String> {
    let mut lean = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines() {
        let line = line.trim();
        if in_comment {
            in_comment = !line.ends_with("*/");
        } else if line.starts_with("/*") && (!line.contains("*/") || line.ends_with("*/")) {
            in_comment = !line.contains("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            if line.matches('`').count() % 2 == 1 {
                return Err(format!("{name}: a text goes over several lines: {line}").into());
            }
            lean.push_str(line);
            lean.push('\n');
        }
    }
    Ok(lean)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing step should fail the test")]

    use super::*;

    #[test]
    fn a_style_sheet_keeps_its_rules_and_its_texts() {
        let sheet = "/* why */\n.a > .b,\n.c :hover {\n  width: calc(1px + 2px);\n  \
                     content: \"; /* no */ }\";\n}\n\n@media (width >= 1px) {\n  .d { top: 0 }\n}\n";
        assert_eq!(
            style(sheet),
            ".a > .b,.c :hover{width:calc(1px + 2px);content:\"; /* no */ }\"}\
             @media (width >= 1px){.d{top:0}}\n"
        );
    }

    #[test]
    fn a_script_keeps_its_lines_and_what_stands_inside_them() {
        let text = "// why\nconst a = [/*__FILES__*/];\n/** What.\n * More. */\nfunction b() {\n  \
                    return \"//\"; // here\n}\n";
        assert_eq!(
            script("a.js", text).unwrap(),
            "const a = [/*__FILES__*/];\nfunction b() {\nreturn \"//\"; // here\n}\n"
        );
    }

    #[test]
    fn a_script_with_a_text_over_several_lines_is_refused() {
        assert!(script("a.js", "const a = `one\n  two`;\n").is_err());
    }
}
