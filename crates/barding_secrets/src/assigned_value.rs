//! What a value is that is assigned to a telling name: a secret, and of which sort, or a word, a path, a placeholder.

use crate::assignment::Assignment;
use crate::context::{Surroundings, Syntax};
use crate::detector::Detector;
use crate::name::NameKind;
use crate::placeholder::{is_dummy_password, is_dummy_token, is_uuid, is_words};
use crate::scanner::{Scan, known};
use crate::{Certainty, entropy};

impl Scan<'_> {
    /// The detector for an assigned value, or `None` when the value is hardly a secret.
    pub(crate) fn judge_value(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if matches!(self.context.surroundings, Surroundings::Translations) {
            return None;
        }
        let (detector, certainty) = match kind {
            NameKind::Password | NameKind::EmailPassword => self.judge_password(kind, name, value, found)?,
            NameKind::DjangoSecretKey => self.judge_django_key(name, value)?,
            NameKind::Secret | NameKind::ClientSecret | NameKind::WeakKey => {
                self.judge_token(kind, name, value, found)?
            }
            NameKind::Other => return None,
        };
        let is_dense = self.is_dense();
        match self.context.surroundings {
            Surroundings::Project if !is_dense => Some((detector, certainty)),
            Surroundings::Generated if detector.named.is_empty() => None,
            _ if is_dense => None,
            _ if certainty == Certainty::Low => None,
            _ => Some((detector, Certainty::Low)),
        }
    }

    fn judge_django_key(&self, name: &str, value: &[u8]) -> Option<(&'static Detector, Certainty)> {
        if is_dummy_django_key(value) || value.len() < 8 {
            return None;
        }
        // Django reads capitals only; elsewhere a few words name a field or show a reader what goes there.
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) && is_words(value) {
            return None;
        }
        let certainty = if value.len() >= 20 && entropy::looks_random(value) && !is_words(value) {
            Certainty::High
        } else {
            Certainty::Medium
        };
        Some((known("django-secret-key"), certainty))
    }

    fn judge_password(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if value.len() < 4
            || value.len() > 200
            || is_dummy_password(value)
            || value.eq_ignore_ascii_case(name.as_bytes())
            || is_uninteresting(value)
        {
            return None;
        }
        let in_databases = (name == "PASSWORD" || found.is_default) && self.is_in_databases(found.name.start);
        let detector = match kind {
            NameKind::EmailPassword => known("django-email-password"),
            _ if in_databases => known("django-database-password"),
            _ => known("password-in-code"),
        };
        let certain_name = kind == NameKind::EmailPassword || detector.id == "django-database-password";
        let digits = value.iter().any(u8::is_ascii_digit);
        let letters = value.iter().any(u8::is_ascii_alphabetic);
        let upper = value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
        let marks = value.iter().any(|byte| !byte.is_ascii_alphanumeric());
        let strong = letters && digits && value.len() >= 8 && (upper || marks || value.len() >= 12);
        if is_app_password(value) && kind == NameKind::EmailPassword {
            return Some((detector, Certainty::High));
        }
        if !certain_name && is_full_of_marks(value) {
            return Some((detector, Certainty::Low));
        }
        if value.iter().any(u8::is_ascii_whitespace) && !certain_name {
            // Sentences: labels, help texts, error messages.
            return None;
        }
        let only_words = is_words(value);
        if certain_name {
            return Some((detector, if strong { Certainty::High } else { Certainty::Medium }));
        }
        if only_words || !(digits || (marks && upper)) {
            // A word may be a password, a label, a field name or a choice; a name in capitals or a bare setting speaks for the first.
            let setting =
                name.bytes().all(|byte| !byte.is_ascii_lowercase()) || self.context.syntax == Syntax::Config;
            let wordlike = value.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                && value.len() >= 6;
            return (setting
                && wordlike
                && self.context.surroundings == Surroundings::Project
                && value.iter().all(u8::is_ascii_alphanumeric))
            .then_some((detector, Certainty::Low));
        }
        let certainty = match self.context.syntax {
            Syntax::Text if !found.quoted && !strong => return None,
            _ if strong && entropy::looks_random(value) => Certainty::Medium,
            _ => Certainty::Low,
        };
        Some((detector, certainty))
    }

    fn judge_token(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if value.len() < 8 || is_dummy_token(value) {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        if kind != NameKind::WeakKey || lower.len() > 4 {
            let fits = |detector: &&'static Detector| {
                let named = detector.named.iter().any(|word| contains_word(&lower, word));
                named
                    && entropy::bits_per_byte(value) >= detector.entropy.max(2.5)
                    && detector.value_expression().is_match(value)
            };
            let varied = value.iter().any(u8::is_ascii_digit) && !is_words(value);
            if let Some(detector) = self.scanner.named.iter().copied().find(fits)
                && varied
            {
                return Some((detector, detector.certainty()));
            }
        }
        if is_uninteresting(value)
            || is_uuid(value)
            || is_words(value)
            || value.iter().any(u8::is_ascii_whitespace)
        {
            return None;
        }
        let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        let plain = value.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'+' | b'/'
                        | b'='
                        | b'_'
                        | b'-'
                        | b'.'
                        | b'~'
                        | b'$'
                        | b'!'
                        | b'@'
                        | b'#'
                        | b'%'
                        | b'^'
                        | b'&'
                        | b'*'
                        | b':'
                )
        });
        if is_full_of_marks(value) {
            return Some((known("generic-secret"), Certainty::Low));
        }
        if !plain || letters == 0 || digits == 0 || !entropy::looks_random(value) {
            return None;
        }
        if !found.quoted && self.context.syntax == Syntax::Text && value.len() < 16 {
            return None;
        }
        match kind {
            NameKind::WeakKey => {
                let long = value.len() >= 20 && value.len() <= 200 && entropy::bits_per_byte(value) >= 3.6;
                let hex = entropy::alphabet(value) == entropy::Alphabet::Hex;
                (long && !hex && !value.contains(&b'.') && !value.contains(&b':'))
                    .then_some((known("generic-secret"), Certainty::Low))
            }
            NameKind::ClientSecret => Some((
                known("oauth-client-secret"),
                if value.len() >= 20 { Certainty::High } else { Certainty::Medium },
            )),
            _ => {
                if value.len() < 10 || entropy::bits_per_byte(value) < 2.8 {
                    return None;
                }
                let random = value.len() >= 16 && digits * 12 >= value.len();
                Some((known("generic-secret"), if random { Certainty::Medium } else { Certainty::Low }))
            }
        }
    }

    /// Whether a database engine is named nearby.
    fn is_in_databases(&self, at: usize) -> bool {
        let near = &self.text[at.saturating_sub(700)..self.text.len().min(at + 500)];
        [&b"ENGINE"[..], b"django.db.backends", b"DATABASES"]
            .iter()
            .any(|word| memchr::memmem::find(near, word).is_some())
    }
}

/// Whether a provider's name stands in a name at the beginning of one of its words.
fn contains_word(name: &str, word: &str) -> bool {
    name.match_indices(word)
        .any(|(at, _)| at == 0 || word.len() > 4 || !name.as_bytes()[at - 1].is_ascii_alphanumeric())
}

/// Google's app passwords: four groups of four letters.
fn is_app_password(value: &[u8]) -> bool {
    value.len() == 19
        && value
            .split(|byte| *byte == b' ')
            .all(|group| group.len() == 4 && group.iter().all(u8::is_ascii_lowercase))
}

/// Paths, addresses, dotted names, versions, regular expressions: texts that no one uses as a secret.
fn is_uninteresting(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let dotted = text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        });
    text.starts_with('/') && text.matches('/').count() > 1 && !text.ends_with('=')
        || text.contains("://")
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with("sha256-")
        || text.starts_with("sha384-")
        || text.starts_with("sha512-")
        || text.starts_with("sha1-")
        || text.starts_with("sha256:")
        || text.starts_with("sha256=")
        || text.starts_with("sha384=")
        || text.starts_with("sha512=")
        || text.starts_with("data:")
        || dotted
        || text.starts_with('^')
        || text.contains("(?")
        || text.contains("\\d")
        || text.contains("\\w")
        || text.contains("()")
        || text.starts_with('#') && text.len() <= 9
        || text.ends_with(".html")
        || text.ends_with(".json")
        || text.ends_with(".py")
        || text.ends_with(".txt")
        || text.contains(".objects.")
        || text.contains("self.")
}

/// A text no one writes but to be hard to guess: many sorts of marks, and brackets that do not close.
fn is_full_of_marks(value: &[u8]) -> bool {
    if value.len() < 12 || value.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'\\') {
        return false;
    }
    let mut sorts: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| {
            byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b',')
        })
        .collect();
    let mut open = Vec::new();
    let closes = sorts.iter().all(|byte| match byte {
        b'(' | b'[' | b'{' | b'<' => {
            open.push(*byte);
            true
        }
        b')' => open.pop() == Some(b'('),
        b']' => open.pop() == Some(b'['),
        b'}' => open.pop() == Some(b'{'),
        b'>' => open.pop() == Some(b'<'),
        _ => true,
    }) && open.is_empty();
    sorts.sort_unstable();
    sorts.dedup();
    sorts.len() >= 5 && !closes && value.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 5
}

/// What stands for SECRET_KEY in examples. Words such as "insecure" and "secret" do occur in keys that are in use, so only
/// holes, known texts and repetitions are dismissed.
fn is_dummy_django_key(value: &[u8]) -> bool {
    if value.starts_with(b"django-insecure-") {
        return is_dummy_token(&value[b"django-insecure-".len()..]);
    }
    is_dummy_token(value)
}
