//! A new SECRET_KEY.

use crate::deliver::print;
use crate::exit::Exit;
use anyhow::Context as _;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write it as a line for a .env file
    #[arg(long)]
    env: bool,
    /// Write the lines that change the key without logging everybody out, and when not to use them
    #[arg(long, conflicts_with = "env")]
    fallbacks: bool,
}

/// Makes one.
pub(crate) fn run(how: &Args) -> anyhow::Result<Exit> {
    let key = secret_key()?;
    let text = if how.env {
        format!("SECRET_KEY='{}'\n", for_env(key)?)
    } else if how.fallbacks {
        rotation(&for_env(key)?)
    } else {
        format!("{key}\n")
    };
    print(&text)?;
    Ok(Exit::Clean)
}

/// The letters of `django.core.management.utils.get_random_secret_key`.
const ALPHABET: &[u8; 50] = b"abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
const LENGTH: usize = 50;

/// 50 letters, each drawn evenly from the system's randomness: 282 bits.
fn secret_key() -> anyhow::Result<String> {
    let mut key = String::with_capacity(LENGTH);
    let mut bytes = [0; 64];
    while key.len() < LENGTH {
        getrandom::fill(&mut bytes).ok().context("the system gave no randomness, so no key was made")?;
        // 250 is the largest multiple of 50 in a byte; letting more in would favour the first letters.
        let even = bytes.iter().filter(|byte| **byte < 250).map(|byte| ALPHABET[usize::from(byte % 50)]);
        key.extend(even.map(char::from).take(LENGTH - key.len()));
    }
    Ok(key)
}

/// Readers of .env files take a `$` for another variable and a `#` for a comment; a key without them costs three bits.
fn for_env(mut key: String) -> anyhow::Result<String> {
    while key.contains(['$', '#']) {
        key = secret_key()?;
    }
    Ok(key)
}

fn rotation(key: &str) -> String {
    format!(
        "# In the environment, or in a file outside the repository that only the site's user may read:\n\
         SECRET_KEY='{key}'\n\
         SECRET_KEY_OLD='the key used so far'\n\
         \n\
         # In the settings (Django 4.1 and later):\n\
         #   SECRET_KEY = os.environ[\"SECRET_KEY\"]\n\
         #   SECRET_KEY_FALLBACKS = [old for old in [os.environ.get(\"SECRET_KEY_OLD\")] if old]\n\
         \n\
         # The old key goes on reading sessions, signed cookies and password-reset links; the new one writes them. Remove\n\
         # the old key when the sessions made with it have ended (SESSION_COOKIE_AGE, two weeks by default).\n\
         # When the old key was published (committed, logged, in an image), do not keep it: whoever has it can make\n\
         # sessions and reset links. Leave SECRET_KEY_FALLBACKS empty, and everybody logs in anew.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_like_djangos_own() {
        let mut letters = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for _ in 0..200 {
            let key = secret_key().unwrap();
            assert_eq!(key.len(), 50);
            letters.extend(key.bytes());
            keys.insert(key);
        }
        assert_eq!(keys.len(), 200);
        assert_eq!(letters, ALPHABET.iter().copied().collect());
    }

    #[test]
    fn a_key_for_an_env_file_needs_no_escape() {
        let key = for_env("a$b".to_owned()).unwrap();
        assert!(!key.contains(['$', '#', '\'']), "{key}");
        assert!(rotation(&key).contains(&key));
    }
}
