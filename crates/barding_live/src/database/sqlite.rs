//! Reads the tables of users out of an SQLite file, without SQLite: pages, b-trees and records, read-only. The file may be
//! hostile, so every number in it is checked, and pages, depth and rows are bounded.
//!
//! Only what is needed: tables with a row id, their columns from `CREATE TABLE`, the beginning of each record.

use super::users::{DEFAULT_NAMES, MOST_USERS, UserRow, UserTable};
use std::io::{Read, Seek, SeekFrom};

/// B-trees are rarely deeper than four.
const DEEPEST: usize = 20;
/// Pages read in all.
const MOST_PAGES: usize = 400_000;
/// Bytes of a record that are read; the columns of Django's user fit many times.
const LONGEST_RECORD: usize = 1 << 20;

/// Counts the users of every table that looks like Django's, or of those named.
///
/// # Errors
/// When the file is no SQLite database or is broken.
pub fn user_tables<F: Read + Seek>(file: &mut F, wanted: &[String]) -> Result<Vec<UserTable>, String> {
    let mut pages = Pages::open(file)?;
    let mut tables: Vec<(String, u32, Vec<String>)> = Vec::new();
    pages.records(1, MOST_USERS, &mut |record| {
        let [kind, _, name, root, sql, ..] = record else { return };
        let (Some(name), Cell::Int(root), Some(sql)) = (name.text(), root, sql.text()) else { return };
        let columns = columns(&sql);
        let has = |name: &str| columns.iter().any(|column| column == name);
        let is_wanted =
            if wanted.is_empty() { has("password") && has("last_login") } else { wanted.contains(&name) };
        if kind.text().as_deref() == Some("table") && is_wanted && has("password") && tables.len() < 5 {
            tables.push((name, u32::try_from(*root).unwrap_or(0), columns));
        }
    })?;
    let mut counted = Vec::new();
    for (name, root, columns) in tables {
        let at = |name: &str| columns.iter().position(|column| column == name);
        let login = at("username").or_else(|| at("email"));
        let mut table = UserTable { table: harmless(&name), ..UserTable::default() };
        let mut rows = 0;
        pages.records(root, MOST_USERS + 1, &mut |record| {
            rows += 1;
            if rows > MOST_USERS {
                table.more = true;
                return;
            }
            let cell = |name: &str| at(name).and_then(|at| record.get(at));
            let flag = |name: &str, absent: bool| match cell(name) {
                Some(Cell::Int(number)) => *number != 0,
                Some(Cell::Null) | None => absent,
                Some(_) => absent,
            };
            let password = cell("password").and_then(Cell::text).unwrap_or_default();
            let user = login.and_then(|at| record.get(at)).and_then(Cell::text).unwrap_or_default();
            let user = user.split('@').next().unwrap_or_default().to_ascii_lowercase();
            table.count(&UserRow {
                beginning: beginning(&password),
                length: password.chars().count() as u64,
                active: flag("is_active", true),
                staff: flag("is_staff", false),
                superuser: flag("is_superuser", false),
                seen: matches!(cell("last_login"), Some(Cell::Text(_) | Cell::Int(_))),
                default_name: DEFAULT_NAMES.contains(&user.as_str()),
            });
        })?;
        counted.push(table);
    }
    Ok(counted)
}

fn harmless(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

/// Algorithm and work factor; nothing of a hash that has neither.
fn beginning(password: &str) -> String {
    if password.contains('$') {
        password.chars().take(40).collect()
    } else {
        password.chars().take(1).filter(|first| *first == '!').collect()
    }
}

/// A value of a record.
#[derive(Clone, Debug)]
enum Cell {
    Null,
    Int(i64),
    Other,
    Text(Vec<u8>),
}

impl Cell {
    fn text(&self) -> Option<String> {
        match self {
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        }
    }
}

struct Pages<'f, F> {
    file: &'f mut F,
    size: usize,
    usable: usize,
    read: usize,
}

impl<'f, F: Read + Seek> Pages<'f, F> {
    fn open(file: &'f mut F) -> Result<Self, String> {
        let mut head = [0; 100];
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.read_exact(&mut head))
            .map_err(|_| "it is no SQLite database".to_owned())?;
        if !head.starts_with(b"SQLite format 3\0") {
            return Err("it is no SQLite database, or an encrypted one".to_owned());
        }
        let size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = size.saturating_sub(usize::from(head[20]));
        if !size.is_power_of_two() || usable < 480 {
            return Err("its header is broken".to_owned());
        }
        if u32::from_be_bytes([head[56], head[57], head[58], head[59]]) > 1 {
            return Err("its texts are in UTF-16, which is not read here".to_owned());
        }
        Ok(Self { file, size, usable, read: 0 })
    }

    fn page(&mut self, number: u32) -> Result<Vec<u8>, String> {
        self.read += 1;
        if number == 0 || self.read > MOST_PAGES {
            return Err("it is broken, or too large to count in".to_owned());
        }
        let start = u64::from(number - 1) * self.size as u64;
        let mut page = vec![0; self.size];
        self.file
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.file.read_exact(&mut page))
            .map_err(|_| "a page is missing: it is broken or being written".to_owned())?;
        Ok(page)
    }

    /// Every record of a table, at most so many.
    fn records(&mut self, root: u32, most: u64, visit: &mut dyn FnMut(&[Cell])) -> Result<(), String> {
        let mut left = most;
        self.walk(root, 0, &mut left, visit)
    }

    fn walk(
        &mut self,
        number: u32,
        depth: usize,
        left: &mut u64,
        visit: &mut dyn FnMut(&[Cell]),
    ) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("its tree is too deep".to_owned());
        }
        let page = self.page(number)?;
        let at = if number == 1 { 100 } else { 0 };
        let broken = || "a page is broken".to_owned();
        let kind = *page.get(at).ok_or_else(broken)?;
        let cells = usize::from(u16_at(&page, at + 3).ok_or_else(broken)?);
        let (pointers, is_leaf) = match kind {
            13 => (at + 8, true),
            5 => (at + 12, false),
            _ => return Err("a table has a form that is not read here".to_owned()),
        };
        for cell in 0..cells {
            if *left == 0 {
                return Ok(());
            }
            let start = usize::from(u16_at(&page, pointers + 2 * cell).ok_or_else(broken)?);
            if is_leaf {
                *left -= 1;
                let payload = self.payload(&page, start).ok_or_else(broken)??;
                if let Some(record) = record(&payload) {
                    visit(&record);
                }
            } else {
                let child = u32_at(&page, start).ok_or_else(broken)?;
                self.walk(child, depth + 1, left, visit)?;
            }
        }
        if !is_leaf && *left > 0 {
            let child = u32_at(&page, at + 8).ok_or_else(broken)?;
            self.walk(child, depth + 1, left, visit)?;
        }
        Ok(())
    }

    /// The bytes of a record, those on overflow pages too.
    fn payload(&mut self, page: &[u8], start: usize) -> Option<Result<Vec<u8>, String>> {
        let mut at = start;
        let length = usize::try_from(varint(page, &mut at)?).ok()?;
        varint(page, &mut at)?;
        let most = self.usable - 35;
        if length <= most {
            return Some(Ok(page.get(at..at + length)?.to_vec()));
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let surplus = least + (length - least) % (self.usable - 4);
        let here = if surplus <= most { surplus } else { least };
        let mut bytes = page.get(at..at + here)?.to_vec();
        let mut next = u32_at(page, at + here)?;
        let wanted = length.min(LONGEST_RECORD);
        while next != 0 && bytes.len() < wanted {
            let page = match self.page(next) {
                Ok(page) => page,
                Err(why) => return Some(Err(why)),
            };
            let take = (wanted - bytes.len()).min(self.usable - 4);
            bytes.extend(page.get(4..4 + take)?);
            next = u32_at(&page, 0)?;
        }
        Some(Ok(bytes))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// SQLite's numbers of one to nine bytes.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0_u64;
    for place in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if place == 8 {
            return Some(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn record(payload: &[u8]) -> Option<Vec<Cell>> {
    let mut at = 0;
    let head = usize::try_from(varint(payload, &mut at)?).ok()?;
    let mut kinds = Vec::new();
    while at < head && kinds.len() < 2000 {
        kinds.push(varint(payload, &mut at)?);
    }
    let mut body = head;
    let mut cells = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let width = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            kind => usize::try_from((kind - 12) / 2).ok()?,
        };
        let Some(bytes) = body.checked_add(width).and_then(|end| payload.get(body..end)) else { break };
        body += width;
        cells.push(match kind {
            0 => Cell::Null,
            8 => Cell::Int(0),
            9 => Cell::Int(1),
            1..=6 => {
                let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
                Cell::Int(
                    bytes.iter().fold(if negative { -1 } else { 0 }, |sum, byte| sum << 8 | i64::from(*byte)),
                )
            }
            kind if kind >= 13 && kind % 2 == 1 => Cell::Text(bytes.to_vec()),
            _ => Cell::Other,
        });
    }
    Some(cells)
}

/// The names of the columns of a `CREATE TABLE`, in order.
fn columns(sql: &str) -> Vec<String> {
    let Some(open) = sql.find('(') else { return Vec::new() };
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    let mut quote = None;
    for letter in sql[open + 1..].chars() {
        match (quote, letter) {
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '[') => quote = Some(']'),
            (Some(open), letter) if letter == open => quote = None,
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth < 0 {
                    break;
                }
            }
            (None, ',') if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
        .iter()
        .map(|part| part.trim())
        .filter_map(|part| {
            let name = match part.chars().next()? {
                open @ ('"' | '`' | '\'') => part[1..].split(open).next()?,
                '[' => part[1..].split(']').next()?,
                _ => part.split(|letter: char| letter.is_whitespace() || letter == '(').next()?,
            };
            let is_constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| {
                part.len() >= word.len()
                    && part.is_char_boundary(word.len())
                    && part[..word.len()].eq_ignore_ascii_case(word)
            }) && !part.starts_with(['"', '`', '[']);
            (!is_constraint).then(|| name.to_ascii_lowercase())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn columns_are_read_past_their_types_and_constraints() {
        let sql = "CREATE TABLE \"auth_user\" (\"id\" integer NOT NULL PRIMARY KEY, [password] varchar(128), n decimal(3, 2), \
                   UNIQUE (a, b), CONSTRAINT x CHECK (y IN ('a,b')))";
        assert_eq!(columns(sql), ["id", "password", "n"]);
    }

    #[test]
    fn what_is_no_database_is_refused_and_nothing_panics() {
        assert!(user_tables(&mut Cursor::new(b"hello".to_vec()), &[]).is_err());
        let mut file = vec![0; 4096];
        file[..16].copy_from_slice(b"SQLite format 3\0");
        file[16..18].copy_from_slice(&4096_u16.to_be_bytes());
        for byte in 100..112 {
            for value in [0, 5, 13, 255] {
                file[byte] = value;
                let _ = user_tables(&mut Cursor::new(file.clone()), &[]);
            }
        }
        // A page that is its own child.
        file[100] = 5;
        file[103..105].copy_from_slice(&0_u16.to_be_bytes());
        file[108..112].copy_from_slice(&1_u32.to_be_bytes());
        assert!(user_tables(&mut Cursor::new(file), &[]).is_err());
    }
}
