//! Letters in lower case, for searching and sorting.
//!
//! The standard library's tables for every script of the world are 12 kB of the download. Where names
//! on labels and of people have capitals at all they are Latin, Greek or Cyrillic letters, and there
//! the small ones follow the capitals by rule. Rarer letters stay as they are.

/// Text in lower case.
pub fn lower(text: &str) -> String {
    text.chars().map(small).collect()
}

fn small(letter: char) -> char {
    let code = u32::from(letter);
    let even_is_capital = |code: u32| code + (code + 1) % 2;
    let odd_is_capital = |code: u32| code + code % 2;
    let code = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => {
            code + 32
        }
        0x100..=0x12F
        | 0x132..=0x137
        | 0x14A..=0x177
        | 0x1A0
        | 0x1DE..=0x1EF
        | 0x1F8..=0x21F
        | 0x222..=0x233
        | 0x460..=0x481
        | 0x48A..=0x4BF
        | 0x1EA0..=0x1EFF => even_is_capital(code),
        0x139..=0x148 | 0x179..=0x17E | 0x1AF | 0x1CD..=0x1DC => odd_is_capital(code),
        0x178 => 0xFF,
        0x386 => 0x3AC,
        0x388..=0x38A => code + 37,
        0x38C => 0x3CC,
        0x38E | 0x38F => code + 63,
        0x400..=0x40F => code + 80,
        _ => code,
    };
    char::from_u32(code).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_greek_and_cyrillic_letters_are_as_the_standard_has_them() {
        let blocks = [
            0..0x180,
            0x1CD..0x1F0,
            0x1F8..0x220,
            0x222..0x234,
            0x386..0x3CF,
            0x400..0x4C0,
            0x1EA0..0x1F00,
        ];
        let letters = blocks.into_iter().flatten().filter_map(char::from_u32);
        for letter in letters.chain(['Ơ', 'ơ', 'Ư', 'ư']) {
            // One capital becomes two characters there: the Turkish dotted I.
            if letter.to_lowercase().count() == 1 {
                assert_eq!(
                    lower(&letter.to_string()),
                    letter.to_lowercase().to_string()
                );
            }
        }
    }
}
