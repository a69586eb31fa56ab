//! Letters of other scripts that look like Latin ones in common fonts.

/// The Latin letter this one looks like.
pub(super) fn latin_lookalike(character: char) -> Option<char> {
    if character.is_ascii() {
        return None;
    }
    LOOKALIKES.iter().find(|(_, others)| others.contains(character)).map(|(latin, _)| *latin)
}

/// Cyrillic, Greek, Armenian, Cherokee, Lisu and a few more, by the letter they look like.
const LOOKALIKES: &[(char, &str)] = &[
    ('a', "\u{0430}\u{03B1}\u{0251}\u{237A}"),
    ('b', "\u{042C}\u{13CF}\u{0184}"),
    ('c', "\u{0441}\u{03F2}\u{1D04}"),
    ('d', "\u{0501}\u{13E7}\u{146F}"),
    ('e', "\u{0435}\u{04BD}\u{212E}"),
    ('g', "\u{0261}\u{0581}"),
    ('h', "\u{04BB}\u{0570}\u{13C2}"),
    ('i', "\u{0456}\u{03B9}\u{0131}\u{04CF}\u{13A5}"),
    ('j', "\u{0458}\u{03F3}"),
    ('k', "\u{03BA}\u{043A}\u{1D0B}"),
    ('l', "\u{04C0}\u{0406}\u{05D5}\u{05DF}\u{2113}"),
    ('m', "\u{043C}"),
    ('n', "\u{0578}\u{057C}\u{043F}"),
    ('o', "\u{043E}\u{03BF}\u{0585}\u{03C3}\u{0ED0}\u{1D0F}"),
    ('p', "\u{0440}\u{03C1}\u{2CA3}"),
    ('q', "\u{051B}\u{0563}\u{0566}"),
    ('r', "\u{0433}\u{1D26}\u{2C85}"),
    ('s', "\u{0455}\u{A731}\u{01BD}"),
    ('t', "\u{03C4}\u{0442}\u{1D1B}"),
    ('u', "\u{057D}\u{03C5}\u{1D1C}\u{028B}"),
    ('v', "\u{03BD}\u{0475}\u{05D8}\u{1D20}"),
    ('w', "\u{051D}\u{0461}\u{026F}\u{1D21}"),
    ('x', "\u{0445}\u{03C7}\u{157D}"),
    ('y', "\u{0443}\u{03B3}\u{04AF}\u{10E7}"),
    ('z', "\u{1D22}\u{0290}"),
    ('A', "\u{0410}\u{0391}\u{13AA}\u{15C5}"),
    ('B', "\u{0412}\u{0392}\u{13F4}\u{15F7}"),
    ('C', "\u{0421}\u{03F9}\u{13DF}"),
    ('D', "\u{13A0}\u{15DE}"),
    ('E', "\u{0415}\u{0395}\u{13AC}"),
    ('F', "\u{03DC}\u{15B4}"),
    ('G', "\u{050C}\u{13C0}"),
    ('H', "\u{041D}\u{0397}\u{13BB}"),
    ('I', "\u{0399}\u{2160}"),
    ('J', "\u{0408}\u{13AB}\u{037F}"),
    ('K', "\u{041A}\u{039A}\u{13E6}"),
    ('L', "\u{13DE}\u{053C}"),
    ('M', "\u{041C}\u{039C}\u{13B7}"),
    ('N', "\u{039D}\u{2C9A}"),
    ('O', "\u{041E}\u{039F}\u{0555}"),
    ('P', "\u{0420}\u{03A1}\u{13E2}"),
    ('Q', "\u{051A}\u{2D55}"),
    ('R', "\u{13A1}\u{13D2}"),
    ('S', "\u{0405}\u{054F}\u{13DA}"),
    ('T', "\u{0422}\u{03A4}\u{13A2}"),
    ('U', "\u{054D}\u{144C}"),
    ('V', "\u{0474}\u{13D9}\u{142F}"),
    ('W', "\u{051C}\u{13B3}"),
    ('X', "\u{0425}\u{03A7}\u{2D5D}"),
    ('Y', "\u{0423}\u{03A5}\u{04AE}"),
    ('Z', "\u{0396}\u{13C3}"),
];
