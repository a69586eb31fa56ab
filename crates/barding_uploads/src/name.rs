//! File names as users send them: what is wrong with one, and a name that is safe on every system.

mod confusables;

use crate::name::confusables::latin_lookalike;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One thing that is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameProblem {
    /// A stable word, such as `name-bidi`.
    pub code: &'static str,
    /// What was seen, in words, safe to print.
    pub detail: String,
}

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Files that change how their folder is served, or what tools running in it do.
const CONFIGURATION: [&str; 16] = [
    ".htaccess",
    ".htpasswd",
    ".user.ini",
    "php.ini",
    "web.config",
    ".ftpaccess",
    "nginx.conf",
    "crossdomain.xml",
    "clientaccesspolicy.xml",
    ".env",
    ".gitconfig",
    ".bashrc",
    ".profile",
    "desktop.ini",
    "autorun.inf",
    "thumbs.db",
];

/// Extensions that a server or a desktop runs, in the middle of a name as well as at its end.
#[rustfmt::skip]
const RUNNABLE: [&str; 103] = [
    "php", "php3", "php4", "php5", "php6", "php7", "php8", "phps", "pht", "phtm", "phtml", "phar", "inc", "asp", "aspx", "ashx", "asmx",
    "ascx", "asa", "asax", "cer", "cdx", "config", "jsp", "jspx", "jsw", "jsv", "jspf", "jhtml", "cfm", "cfml", "cfc", "pl", "pm", "cgi",
    "fcgi", "py", "pyc", "pyw", "pyz", "rb", "sh", "bash", "zsh", "lua", "tcl", "html", "htm", "xhtml", "xht", "shtml", "shtm", "stm", "mht",
    "mhtml", "htc", "hta", "svgz", "xsl", "xslt", "js", "mjs", "cjs", "wasm", "swf", "exe", "dll", "scr", "com", "bat", "cmd", "msi", "msp",
    "ps1", "psm1", "vbs", "vbe", "jse", "wsf", "wsh", "lnk", "url", "reg", "jar", "jnlp", "apk", "ipa", "dmg", "pkg", "app", "deb", "rpm",
    "iso", "img", "cpl", "pif", "gadget", "scf", "htaccess", "htpasswd", "ini", "phtx", "vb",
];

/// Ends of two parts that belong together.
const PAIRS: [&str; 8] = ["tar.gz", "tar.bz2", "tar.xz", "tar.zst", "tar.lz", "tar.lz4", "tar.z", "tar.lzma"];

/// A name longer than this is a problem; file systems stop here.
const LONGEST: usize = 255;

/// Everything that is wrong with a name as it was sent, in a fixed order; nothing for an ordinary name.
pub fn name_problems(name: &str) -> Vec<NameProblem> {
    let mut problems = Vec::new();
    let mut add = |code: &'static str, detail: String| problems.push(NameProblem { code, detail });
    if name.trim_matches([' ', '.', '\u{3000}']).is_empty() {
        add("name-empty", "the name is empty".into());
    }
    if name.len() > LONGEST {
        add("name-too-long", format!("the name has {} bytes, at most {LONGEST} are allowed", name.len()));
    }
    if let Some(character) = name.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        add("name-control", format!("the name has the control character U+{:04X}", u32::from(character)));
    }
    if let Some(character) = name.chars().find(|c| is_bidi(*c)) {
        add(
            "name-bidi",
            format!("the name has U+{:04X}, which turns the direction of the text", u32::from(character)),
        );
    }
    if let Some(character) = name.chars().find(|c| is_invisible(*c) && !is_bidi(*c)) {
        add("name-invisible", format!("the name has the invisible character U+{:04X}", u32::from(character)));
    }
    let folded: String = name.nfkc().filter(|c| !is_invisible(*c)).collect();
    if folded.contains(['/', '\\'])
        || folded.get(1..2) == Some(":") && folded.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        add("name-path", "the name has folders in it".into());
    }
    let lower = folded.to_lowercase();
    if ["%00", "%2e%2e", "%2f", "%5c", "%0a", "%0d"].iter().any(|escape| lower.contains(escape)) {
        add("name-escape", "the name has percent escapes of special characters".into());
    }
    let base = base_name(&lower);
    if base.contains(':') {
        add("name-stream", "the name has a colon, which names a stream or a drive on Windows".into());
    }
    if base.contains(['<', '>', '"', '\'', '`', '|', ';', '&', '$', '*', '?']) {
        add("name-special", "the name has characters that are special to shells or to HTML".into());
    }
    if !base.is_empty() && (base.ends_with(['.', ' ']) || base.starts_with(' ')) {
        add("name-edges", "the name begins with a blank, or ends with a blank or a dot".into());
    }
    let trimmed = base.trim_matches([' ', '.']);
    let stem = trimmed.split('.').next().unwrap_or_default().trim_end();
    if is_device(stem) {
        add("name-reserved", "the name is that of a device on Windows".into());
    }
    if CONFIGURATION.contains(&base.trim_end_matches([' ', '.'])) {
        add("name-configuration", "a file of this name changes how its folder is served".into());
    } else if base.starts_with('.') && !trimmed.is_empty() {
        add("name-hidden", "the name begins with a dot".into());
    }
    let mut parts: Vec<&str> = trimmed.split('.').skip(1).map(str::trim).collect();
    let last = parts.pop();
    if let Some(part) = parts.iter().find(|part| RUNNABLE.contains(part)) {
        add("name-double-extension", format!("the name has the extension .{part} before its last one"));
    }
    if let (Some(last), Some((_, sent))) =
        (last, base_name(name).rsplit_once(['.', '\u{FF0E}', '\u{FE52}', '\u{2024}']))
    {
        if !sent.is_ascii() || !last.is_ascii() {
            add(
                "name-extension-unicode",
                "the extension has letters that only look like the usual ones".into(),
            );
        } else if folded != name && base_name(name).matches('.').count() != base.matches('.').count() {
            add("name-extension-unicode", "the name has a character that only looks like a dot".into());
        }
    }
    if let Some(character) = first_lookalike(base_name(&folded)) {
        add(
            "name-confusable",
            format!("the name mixes Latin letters with U+{:04X}, which looks like one", u32::from(character)),
        );
    }
    problems
}

/// A name that is safe on every system, in every shell and page: one extension, no folders, no tricks, at most
/// `longest` bytes. The same name in gives the same name out, and a safe name stays as it is.
pub fn safe_name(name: &str, longest: usize) -> String {
    let mut safe = made_safe(name, longest);
    // What one round takes away can bring a letter and its accent together, or leave nothing but an accent. A second round
    // settles that; the bound is there because nobody has proved it.
    for _ in 0..8 {
        let again = made_safe(&safe, longest);
        if again == safe {
            break;
        }
        safe = again;
    }
    safe
}

fn made_safe(name: &str, longest: usize) -> String {
    let visible: String = name.nfkc().filter(|c| !is_invisible(*c) && !c.is_control()).collect();
    let base = base_name(&visible).to_string();
    let plain = fold_lookalikes(&base);
    let (stem, extension) = split(plain.trim_matches([' ', '.', '_']));
    let extension: String = extension
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.')
        .take(16)
        .collect();
    let mut stem = tidy(&stem);
    if stem.is_empty() {
        stem = "file".into();
    }
    if is_device(&stem.to_lowercase()) {
        stem.insert_str(0, "file_");
    }
    let room = longest.max(24) - if extension.is_empty() { 0 } else { extension.len() + 1 };
    while stem.len() > room || stem.ends_with(is_combining_mark) && stem.len() == room {
        stem.pop();
    }
    let stem = stem.trim_end_matches(['_', '-', '.']);
    if extension.is_empty() { stem.to_string() } else { format!("{stem}.{extension}") }
}

/// The part after the last separator of any system.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The stem and the extension, where `.tar.gz` and its like count as one.
fn split(name: &str) -> (String, String) {
    let lower = name.to_ascii_lowercase();
    for pair in PAIRS {
        if let Some(start) = lower.strip_suffix(pair).and_then(|rest| rest.strip_suffix('.'))
            && !start.is_empty()
        {
            return (name[..start.len()].to_string(), pair.to_string());
        }
    }
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && extension.chars().any(|c| c.is_ascii_alphanumeric()) =>
        {
            (stem.to_string(), extension.to_string())
        }
        _ => (name.to_string(), String::new()),
    }
}

/// Letters, digits, `-` and `_`; everything else becomes one `_`. A mark may follow a letter, a heap of marks may not.
fn tidy(stem: &str) -> String {
    let mut out = String::with_capacity(stem.len());
    let mut marks = 0;
    for character in stem.chars() {
        if is_combining_mark(character) {
            marks += 1;
            if marks <= 2 && !out.is_empty() && !out.ends_with('_') {
                out.push(character);
            }
            continue;
        }
        marks = 0;
        if character.is_alphanumeric() || character == '-' {
            out.push(character);
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_matches(['_', '-']).to_string()
}

fn is_device(stem: &str) -> bool {
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|n| {
            matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem) || numbered("com") || numbered("lpt")
}

fn is_bidi(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that take no room on the screen and are not needed in a file's name: format characters, fillers, tags.
fn is_invisible(character: char) -> bool {
    is_bidi(character)
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{06DD}' | '\u{070F}' | '\u{08E2}' | '\u{115F}' | '\u{1160}'
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}'
            | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// The first letter of another script that looks like a Latin one and stands in a word together with Latin letters.
fn first_lookalike(name: &str) -> Option<char> {
    name.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()))
        .flat_map(str::chars)
        .find(|c| latin_lookalike(*c).is_some())
}

/// Words that mix Latin letters with look-alikes become Latin; words of one other script stay as they are.
fn fold_lookalikes(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for piece in name.split_inclusive(|c: char| !c.is_alphabetic()) {
        if first_lookalike(piece).is_some() {
            out.extend(piece.chars().map(|c| latin_lookalike(c).unwrap_or(c)));
        } else {
            out.push_str(piece);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str) -> Vec<&'static str> {
        name_problems(name).into_iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn ordinary_names_have_no_problem() {
        for name in [
            "photo.jpg",
            "Jahresbericht 2024 (final).pdf",
            "отчёт.docx",
            "報告書.xlsx",
            "naïve café.txt",
            "data.v1.2.csv",
            "a.tar.gz",
        ] {
            assert_eq!(codes(name), Vec::<&str>::new(), "{name}");
        }
    }

    #[test]
    fn each_trick_has_its_word() {
        for (name, code) in [
            ("", "name-empty"),
            ("..", "name-empty"),
            ("a\0.jpg", "name-control"),
            ("a\r\nX-Y: z.jpg", "name-control"),
            ("photo\u{202E}gpj.exe", "name-bidi"),
            ("pho\u{200B}to.jpg", "name-invisible"),
            ("../../etc/passwd", "name-path"),
            ("..\\x.jpg", "name-path"),
            ("C:x.jpg", "name-path"),
            ("x.php%00.jpg", "name-escape"),
            ("x.asp::$DATA", "name-stream"),
            ("<img onerror=x>.png", "name-special"),
            ("x.php.", "name-edges"),
            ("con.jpg", "name-reserved"),
            ("COM1", "name-reserved"),
            (".htaccess", "name-configuration"),
            (".secret.jpg", "name-hidden"),
            ("shell.php.jpg", "name-double-extension"),
            ("shell.PhP.jpg", "name-double-extension"),
            ("x.\u{FF50}\u{FF48}\u{FF50}", "name-extension-unicode"),
            ("x\u{FF0E}php", "name-extension-unicode"),
            ("p\u{0430}ypal.pdf", "name-confusable"),
        ] {
            assert!(codes(name).contains(&code), "{name:?}: {:?}", codes(name));
        }
        assert!(codes(&"a".repeat(300)).contains(&"name-too-long"));
    }

    #[test]
    fn safe_names() {
        for (name, safe) in [
            ("photo.JPG", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a b.png", "a_b.png"),
            ("shell.php.jpg", "shell_php.jpg"),
            ("backup.TAR.gz", "backup.tar.gz"),
            ("con.jpg", "file_con.jpg"),
            (".htaccess", "htaccess"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("x.\u{FF50}\u{FF48}\u{FF50}", "x.php"),
            ("p\u{0430}ypal.pdf", "paypal.pdf"),
            ("отчёт.docx", "отчёт.docx"),
            ("<script>.svg", "script.svg"),
            ("...", "file"),
            ("", "file"),
        ] {
            assert_eq!(safe_name(name, 255), safe, "{name:?}");
        }
        assert_eq!(safe_name(&format!("{}.jpeg", "ü".repeat(300)), 100).len(), 99);
    }

    #[test]
    fn a_safe_name_stays() {
        for name in ["photo.jpg", "a_b-c.tar.gz", "отчёт.docx", "file_con.txt"] {
            assert_eq!(safe_name(name, 255), name);
            assert!(codes(name).is_empty());
        }
    }
}
