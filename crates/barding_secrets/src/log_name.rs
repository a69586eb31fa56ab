//! What the name of a header, a form field, a variable or a key in a log says about its value.

use crate::name::{self, NameKind};

/// Whether a value of that name may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameVerdict {
    /// It says nothing against it.
    Open,
    /// A key of some sort: a value that looks random is hidden.
    HideRandom,
    /// Hidden, whatever the value is.
    Hide,
}

/// Names that [`name::judge`] does not know, for nobody writes their values into code: words in lower case, joined.
const ALSO: &[&str] = &[
    "authorization",
    "proxyauthorization",
    "cookie",
    "cookies",
    "setcookie",
    "sessionid",
    "sessionkey",
    "sessioncookie",
    "csrftoken",
    "csrfmiddlewaretoken",
    "xcsrftoken",
    "cvv",
    "cvv2",
    "cvc",
    "cvn",
    "cardnumber",
    "ccnumber",
    "creditcard",
    "creditcardnumber",
    "pan",
    "iban",
    "ssn",
    "socialsecuritynumber",
    "pin",
    "pincode",
    "otp",
    "totp",
    "otpcode",
    "otptoken",
    "mfacode",
    "verificationcode",
    "recoverycode",
    "recoverycodes",
    "backupcodes",
    "privatekey",
    "secretkey",
    "dsn",
    "sentrydsn",
    "databaseurl",
    "connectionstring",
];

/// Names that end in a telling word and mean a count, a kind or a place.
const OPEN: &[&str] = &[
    "maxtokens",
    "prompttokens",
    "completiontokens",
    "inputtokens",
    "outputtokens",
    "totaltokens",
    "numtokens",
    "tokens",
    "djangocontribauth",
    "auth",
    "backendauth",
    "pagetoken",
    "nexttoken",
];

/// Judges a name as logs write it: `HTTP_AUTHORIZATION`, `X-Api-Key`, `csrfmiddlewaretoken`, `db.password`.
pub fn judge_log_name(name: &str) -> NameVerdict {
    let last = name.rsplit('.').next().unwrap_or(name);
    let words = name::words(last);
    let mut joined = words.concat();
    if let Some(header) = joined.strip_prefix("http").filter(|_| words.len() > 1) {
        joined = header.to_owned();
    }
    if OPEN.contains(&joined.as_str()) {
        return NameVerdict::Open;
    }
    let ends = |word: &str| joined == word || word.len() > 7 && joined.ends_with(word);
    if ALSO.iter().any(|word| ends(word)) {
        return NameVerdict::Hide;
    }
    match name::judge(last) {
        NameKind::Other => NameVerdict::Open,
        NameKind::WeakKey => NameVerdict::HideRandom,
        _ => NameVerdict::Hide,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_fields_and_variables() {
        use NameVerdict::{Hide, HideRandom, Open};
        let cases = [
            ("HTTP_AUTHORIZATION", Hide),
            ("Authorization", Hide),
            ("HTTP_COOKIE", Hide),
            ("Set-Cookie", Hide),
            ("X-Api-Key", Hide),
            ("HTTP_X_CSRFTOKEN", Hide),
            ("csrfmiddlewaretoken", Hide),
            ("db.password", Hide),
            ("password1", Hide),
            ("oldPassword", Hide),
            ("SECRET_KEY", Hide),
            ("cvc", Hide),
            ("card_number", Hide),
            ("access_token", Hide),
            ("key", HideRandom),
            ("key_id", Open),
            ("max_tokens", Open),
            ("HTTP_HOST", Open),
            ("user", Open),
            ("pinned", Open),
            ("panel", Open),
            ("AUTH_PASSWORD_VALIDATORS", Open),
            ("", Open),
            ("CONTENT_TYPE", Open),
        ];
        for (name, verdict) in cases {
            assert_eq!(judge_log_name(name), verdict, "{name}");
        }
    }
}
