//! Keys and sequences of keys. PURE.

/// One press: a key with its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Lower-case name of the key, as `KeyboardEvent.key` says it: `a`, `enter`, `arrowup`, `?`.
    pub key: String,
    /// Ctrl, or Cmd on Apple.
    pub command: bool,
    /// Alt, or Option.
    pub alt: bool,
    /// Shift; only counts for letters and named keys, as signs need it on some keyboards and not on others.
    pub shift: bool,
}

impl Chord {
    /// The chord of a key event; `None` for modifiers alone and for keys that an input method has taken.
    pub fn pressed(key: &str, command: bool, alt: bool, shift: bool) -> Option<Self> {
        if matches!(
            key,
            "" | "Shift" | "Control" | "Alt" | "Meta" | "CapsLock" | "Process" | "Dead" | "Unidentified"
        ) {
            return None;
        }
        let mut key = key.to_ascii_lowercase();
        // Chinese punctuation comes from the same keys.
        key = match key.as_str() {
            "？" => "?".to_owned(),
            "【" => "[".to_owned(),
            "】" => "]".to_owned(),
            "、" | "／" => "/".to_owned(),
            " " => "space".to_owned(),
            _ => key,
        };
        let counts = key.chars().count() > 1 || key.chars().all(char::is_alphanumeric);
        Some(Self {
            key,
            command,
            alt,
            shift: shift && counts,
        })
    }

    /// Has a modifier that makes it a command, also while text is edited.
    pub fn is_command(&self) -> bool {
        self.command || self.alt
    }
}

/// Reads `g a`, `mod+k`, `shift+x`, `?`, `mod+enter`, `alt+arrowup`.
pub fn parse(keys: &str) -> Vec<Chord> {
    keys.split_whitespace()
        .map(|chord| {
            let mut parts: Vec<&str> = chord.split('+').collect();
            let key = parts.pop().unwrap_or_default().to_ascii_lowercase();
            let has = |name| parts.contains(&name);
            Chord {
                key,
                command: has("mod"),
                alt: has("alt"),
                shift: has("shift"),
            }
        })
        .collect()
}

/// The caps to draw for a sequence: `["Ctrl", "K"]`; an empty one stands for "then": `["G", "", "A"]`.
pub fn spoken(chords: &[Chord], apple: bool) -> Vec<String> {
    let mut caps = Vec::new();
    for (index, chord) in chords.iter().enumerate() {
        if index > 0 {
            caps.push(String::new());
        }
        let named = [
            (chord.command, if apple { "⌘" } else { "Ctrl" }),
            (chord.alt, if apple { "⌥" } else { "Alt" }),
            (chord.shift, "Shift"),
        ];
        caps.extend(named.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned()));
        caps.push(match chord.key.as_str() {
            "escape" => "Esc".to_owned(),
            "enter" => "Enter".to_owned(),
            "space" => "Space".to_owned(),
            "arrowup" => "↑".to_owned(),
            "arrowdown" => "↓".to_owned(),
            "arrowleft" => "←".to_owned(),
            "arrowright" => "→".to_owned(),
            key => key.to_ascii_uppercase(),
        });
    }
    caps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_match_what_is_written() {
        let check = |written, key, command, alt, shift, expected| {
            let pressed = Chord::pressed(key, command, alt, shift).map(|chord| vec![chord]);
            assert_eq!(pressed == Some(parse(written)), expected, "{written} {key}");
        };
        check("a", "a", false, false, false, true);
        check("a", "A", false, false, false, true);
        check("a", "A", false, false, true, false);
        check("shift+x", "X", false, false, true, true);
        check("?", "?", false, false, true, true);
        check("?", "？", false, false, true, true);
        check("mod+k", "k", true, false, false, true);
        check("k", "k", true, false, false, false);
        check("alt+arrowup", "ArrowUp", false, true, false, true);
        check("space", " ", false, false, false, true);
        check("a", "Process", false, false, false, false);
        check("mod+enter", "Enter", true, false, false, true);
    }

    #[test]
    fn says_sequences() {
        assert_eq!(spoken(&parse("g a"), false), ["G", "", "A"]);
        assert_eq!(spoken(&parse("mod+k"), true), ["⌘", "K"]);
        assert_eq!(spoken(&parse("mod+enter"), false), ["Ctrl", "Enter"]);
    }
}
