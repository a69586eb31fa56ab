//! Secrets in every version of every file that any reference of a git repository reaches.
//!
//! First the commits are walked from the oldest on, and each blob is noted once, with the commit that brought it. Then the
//! blobs are scanned in parallel. Nothing is checked out and nothing is run.

use crate::repository::{LARGEST_OBJECT, RepositoryError, open};
use crate::sensitive::{self, Sensitive};
use crate::tree::is_binary_by_name;
use crate::{FileContext, Scanner, Secret};
use barding_source::Problem;
use camino::{Utf8Path, Utf8PathBuf};
use gix::ObjectId;
use gix::objs::TreeRefIter;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which part of the history to look at.
#[derive(Clone, Debug, Default)]
pub struct HistoryOptions {
    /// Only what was committed on or after this day, `YYYY-MM-DD`.
    pub since: Option<Day>,
    /// Only what this branch, tag or commit reaches.
    pub branch: Option<String>,
}

/// A day of the calendar in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // Years begin in March here, so that the leap day comes last.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
        Some(Self(days - 719_468))
    }

    fn of_seconds(seconds: i64) -> Self {
        Self(seconds.div_euclid(86_400))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        write!(formatter, "{:04}-{month:02}-{day:02}", year_of_era + era * 400 + later)
    }
}

/// A secret in the history.
#[derive(Clone, Debug)]
pub struct HistorySecret {
    /// The secret, with the path and line of the version that brought it.
    pub secret: Secret,
    /// The full id of that commit.
    pub commit: String,
    /// The day its author wrote it.
    pub date: Day,
    /// Whether some file of HEAD still has it.
    pub is_in_head: bool,
}

/// A file of the history that should never have been tracked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFile {
    /// Its path.
    pub path: Utf8PathBuf,
    /// What it is.
    pub what: Sensitive,
    /// The full id of the commit that brought it.
    pub commit: String,
    /// The day its author wrote it.
    pub date: Day,
    /// Whether HEAD still has it.
    pub is_in_head: bool,
}

/// What was found in a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryScan {
    /// Secrets: each once per path, by date.
    pub secrets: Vec<HistorySecret>,
    /// Files that should never have been tracked.
    pub files: Vec<HistoryFile>,
    /// How many commits were walked.
    pub commits: usize,
    /// How many versions of files were looked at.
    pub blobs: usize,
    /// Submodules: repositories of their own, which were not looked at.
    pub submodules: Vec<Utf8PathBuf>,
    /// Whether the repository holds a part of its history only.
    pub is_shallow: bool,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Looks through the history of the repository that `folder` lies in.
///
/// # Errors
/// When there is no repository there, or the branch does not exist. What else cannot be read is a problem of the scan.
pub fn scan_history(folder: &Utf8Path, options: &HistoryOptions) -> Result<HistoryScan, RepositoryError> {
    let mut repository = open(folder)?;
    repository.object_cache_size_if_unset(16 << 20);
    let mut scan =
        HistoryScan { is_shallow: repository.is_shallow().unwrap_or(true), ..HistoryScan::default() };
    let tips = tips(&repository, options, &mut scan)?;
    let commits = commits(&repository, tips, &mut scan);
    scan.commits = commits.len();
    let mut noted = Noted::default();
    for (number, commit) in commits.iter().enumerate() {
        let is_new = options.since.is_none_or(|since| commit.day >= since);
        noted.walk(&repository, commit.tree, number, is_new, &mut scan);
    }
    let head = head_blobs(&repository);
    let blobs = noted.blobs_by_path();
    scan.blobs = blobs.len();
    let found = scan_blobs(folder, repository, &blobs, &mut scan);
    collect(found, &commits, &head, &mut scan);
    for (path, number) in noted.sensitive {
        let Some(what) = sensitive::of(&path) else { continue };
        let commit = &commits[number];
        let is_in_head = head.paths.contains(&path);
        scan.files.push(HistoryFile {
            path,
            what,
            commit: commit.id.to_string(),
            date: commit.day,
            is_in_head,
        });
    }
    scan.submodules = noted.submodules.into_iter().collect();
    scan.problems.sort();
    scan.problems.dedup();
    Ok(scan)
}

struct Commit {
    id: ObjectId,
    tree: ObjectId,
    day: Day,
}

fn tips(
    repository: &gix::Repository,
    options: &HistoryOptions,
    scan: &mut HistoryScan,
) -> Result<Vec<ObjectId>, RepositoryError> {
    if let Some(branch) = &options.branch {
        let id = repository
            .rev_parse_single(branch.as_str())
            .ok()
            .and_then(|id| id.object().ok())
            .and_then(|object| object.peel_to_kind(gix::objs::Kind::Commit).ok())
            .ok_or_else(|| RepositoryError::NoSuchBranch(branch.clone()))?;
        return Ok(vec![id.id]);
    }
    let mut tips: Vec<ObjectId> = repository.head_id().ok().map(|id| id.detach()).into_iter().collect();
    if let Ok(platform) = repository.references()
        && let Ok(references) = platform.all()
    {
        for reference in references {
            match reference {
                Ok(mut reference) => match reference.peel_to_commit() {
                    Ok(commit) => tips.push(commit.id),
                    // A tag may name a tree or a blob; a broken reference leads nowhere.
                    Err(_) => scan.problems.push(Problem::general(format!(
                        "the git reference {} leads to no commit, so what it names was not looked at",
                        reference.name().as_bstr()
                    ))),
                },
                Err(error) => {
                    scan.problems
                        .push(Problem::general(format!("a git reference could not be read: {error}")));
                }
            }
        }
    }
    tips.sort();
    tips.dedup();
    Ok(tips)
}

/// The commits that the tips reach, the oldest first.
fn commits(repository: &gix::Repository, tips: Vec<ObjectId>, scan: &mut HistoryScan) -> Vec<Commit> {
    let sorting = gix::revision::walk::Sorting::ByCommitTime(Default::default());
    let mut commits = Vec::new();
    let walk = match repository.rev_walk(tips).sorting(sorting).all() {
        Ok(walk) => walk,
        Err(error) => {
            scan.problems.push(Problem::general(format!("the git history could not be walked: {error}")));
            return commits;
        }
    };
    for step in walk {
        let read = step.and_then(|info| {
            let commit = info.object()?;
            let seconds = commit.author()?.seconds();
            Ok(Commit { id: commit.id, tree: commit.tree_id()?.detach(), day: Day::of_seconds(seconds) })
        });
        match read {
            Ok(commit) => commits.push(commit),
            Err(error) => {
                scan.problems.push(Problem::general(format!("a git commit could not be read: {error}")));
            }
        }
    }
    commits.reverse();
    commits
}

/// Folders nested deeper than this are refused.
const DEEPEST: usize = 256;

/// What the commits brought, each thing once.
#[derive(Default)]
struct Noted {
    trees: HashSet<ObjectId>,
    blobs: HashMap<ObjectId, Option<(usize, Utf8PathBuf)>>,
    sensitive: BTreeMap<Utf8PathBuf, usize>,
    submodules: std::collections::BTreeSet<Utf8PathBuf>,
}

impl Noted {
    fn walk(
        &mut self,
        repository: &gix::Repository,
        tree: ObjectId,
        commit: usize,
        is_new: bool,
        scan: &mut HistoryScan,
    ) {
        let mut folders = vec![(tree, Utf8PathBuf::new(), 0)];
        while let Some((id, path, depth)) = folders.pop() {
            if !self.trees.insert(id) || depth > DEEPEST {
                continue;
            }
            let data = match repository.find_object(id) {
                Ok(mut object) => object.take_data_of_tree(),
                Err(error) => Err(error.to_string()),
            };
            let data = match data {
                Ok(data) => data,
                Err(error) => {
                    scan.problems
                        .push(Problem::general(format!("the git tree {id} could not be read: {error}")));
                    continue;
                }
            };
            for entry in TreeRefIter::from_bytes(&data, id.kind()) {
                let Ok(entry) = entry else {
                    scan.problems.push(Problem::general(format!("the git tree {id} is broken")));
                    break;
                };
                let below = path.join(String::from_utf8_lossy(entry.filename).as_ref());
                if entry.mode.is_tree() {
                    folders.push((entry.oid.to_owned(), below, depth + 1));
                } else if entry.mode.is_commit() {
                    self.submodules.insert(below);
                } else if entry.mode.is_blob() {
                    if is_new && sensitive::of(&below).is_some() {
                        self.sensitive.entry(below.clone()).or_insert(commit);
                    }
                    if is_binary_by_name(&below) {
                        continue;
                    }
                    self.blobs
                        .entry(entry.oid.to_owned())
                        .or_insert_with(|| is_new.then_some((commit, below)));
                }
            }
        }
    }

    /// Versions of one file stand side by side: git stores them as differences from each other, so what the one needed to be
    /// decoded is still at hand for the next.
    fn blobs_by_path(&mut self) -> Vec<(ObjectId, usize, Utf8PathBuf)> {
        let blobs = std::mem::take(&mut self.blobs);
        let mut list: Vec<_> = blobs
            .into_iter()
            .filter_map(|(id, first)| first.map(|(commit, path)| (id, commit, path)))
            .collect();
        list.sort_by(|a, b| (&a.2, a.1, a.0).cmp(&(&b.2, b.1, b.0)));
        list
    }
}

trait TreeData {
    fn take_data_of_tree(&mut self) -> Result<Vec<u8>, String>;
}

impl TreeData for gix::Object<'_> {
    fn take_data_of_tree(&mut self) -> Result<Vec<u8>, String> {
        match self.kind {
            gix::objs::Kind::Tree => Ok(std::mem::take(&mut self.data)),
            other => Err(format!("it is a {other}")),
        }
    }
}

#[derive(Default)]
struct Head {
    blobs: HashSet<ObjectId>,
    paths: HashSet<Utf8PathBuf>,
}

fn head_blobs(repository: &gix::Repository) -> Head {
    let mut head = Head::default();
    if let Ok(tree) = repository.head_tree_id_or_empty()
        && let Ok(index) = repository.index_from_tree(&tree)
    {
        for entry in index.entries() {
            head.blobs.insert(entry.id);
            head.paths.insert(Utf8PathBuf::from(String::from_utf8_lossy(entry.path(&index)).as_ref()));
        }
    }
    head
}

struct FoundInBlob {
    blob: ObjectId,
    commit: usize,
    secret: Secret,
}

/// A blob, the commit that brought it, and its path there.
type Blob = (ObjectId, usize, Utf8PathBuf);

/// Blobs that one thread takes at a time.
const BATCH: usize = 128;

/// Packs are mapped into memory, and what was read of them counts as ours until they are let go. After this many bytes of
/// blobs the repository is opened anew, so that a large one does not come to lie in memory as a whole.
const BYTES_OF_A_ROUND: u64 = 128 << 20;

fn scan_blobs(
    folder: &Utf8Path,
    repository: gix::Repository,
    blobs: &[Blob],
    scan: &mut HistoryScan,
) -> Vec<FoundInBlob> {
    let waiting = Mutex::new(blobs.rchunks(BATCH).collect());
    let mut found = Vec::new();
    let mut repository = repository.into_sync();
    loop {
        scan_round(&repository, &waiting, &mut found, scan);
        if lock(&waiting).is_empty() {
            return found;
        }
        drop(repository);
        repository = match open(folder) {
            Ok(opened) => opened.into_sync(),
            Err(error) => {
                scan.problems.push(Problem::general(format!(
                    "a part of the git history was not looked at, for the second opening failed: {error}"
                )));
                return found;
            }
        };
    }
}

/// Scans the batches that wait, the last first, until none is left or the round has read its share.
fn scan_round(
    repository: &gix::ThreadSafeRepository,
    waiting: &Mutex<Vec<&[Blob]>>,
    found: &mut Vec<FoundInBlob>,
    scan: &mut HistoryScan,
) {
    let read = AtomicU64::new(0);
    let is_over = || read.load(Ordering::Relaxed) >= BYTES_OF_A_ROUND;
    let outcome = Mutex::new((found, &mut scan.problems));
    let threads = rayon::current_num_threads().clamp(1, 8);
    std::thread::scope(|threads_of_scan| {
        for _ in 0..threads {
            threads_of_scan.spawn(|| {
                let mut repository = repository.to_thread_local();
                repository.objects.set_pack_cache(|| {
                    Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(48 << 20))
                });
                let mut found = Vec::new();
                let mut problems = Vec::new();
                while !is_over() {
                    let Some(mut batch) = lock(waiting).pop() else { break };
                    while let Some(((id, commit, path), rest)) = batch.split_first() {
                        match scan_blob(&repository, *id, path, &read) {
                            Ok(secrets) => found.extend(secrets.into_iter().map(|secret| FoundInBlob {
                                blob: *id,
                                commit: *commit,
                                secret,
                            })),
                            Err(why) => problems
                                .push(Problem::with_file(path.clone(), format!("in the git history: {why}"))),
                        }
                        batch = rest;
                        if is_over() {
                            break;
                        }
                    }
                    if !batch.is_empty() {
                        lock(waiting).push(batch);
                    }
                }
                let mut outcome = lock(&outcome);
                outcome.0.append(&mut found);
                outcome.1.append(&mut problems);
            });
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn scan_blob(
    repository: &gix::Repository,
    id: ObjectId,
    path: &Utf8Path,
    read: &AtomicU64,
) -> Result<Vec<Secret>, String> {
    let header =
        repository.find_header(id).map_err(|error| format!("blob {id} could not be read: {error}"))?;
    if header.size() > LARGEST_OBJECT {
        return Err(format!("blob {id} is larger than {} MB and was not looked at", LARGEST_OBJECT >> 20));
    }
    let object =
        repository.find_object(id).map_err(|error| format!("blob {id} could not be read: {error}"))?;
    let text = &object.data;
    read.fetch_add(text.len() as u64, Ordering::Relaxed);
    if text[..text.len().min(8000)].contains(&0) {
        return Ok(Vec::new());
    }
    let hits = Scanner::shared().scan(text, path, FileContext::of(path));
    Ok(Secret::place(hits, text, path, 1, 0).collect())
}

/// One entry per secret and path: the version that brought it.
fn collect(found: Vec<FoundInBlob>, commits: &[Commit], head: &Head, scan: &mut HistoryScan) {
    let in_head: HashSet<(&str, &str)> = found
        .iter()
        .filter(|found| head.blobs.contains(&found.blob))
        .map(|found| (found.secret.detector.id.as_str(), found.secret.value.reveal()))
        .collect();
    let mut first: BTreeMap<(&str, &str, &Utf8Path), &FoundInBlob> = BTreeMap::new();
    for one in &found {
        let key = (one.secret.detector.id.as_str(), one.secret.value.reveal(), one.secret.path.as_path());
        let known = first.entry(key).or_insert(one);
        if (one.commit, one.secret.line, one.blob) < (known.commit, known.secret.line, known.blob) {
            *known = one;
        }
    }
    for ((detector, value, _), one) in first {
        let commit = &commits[one.commit];
        scan.secrets.push(HistorySecret {
            secret: one.secret.clone(),
            commit: commit.id.to_string(),
            date: commit.day,
            is_in_head: in_head.contains(&(detector, value)),
        });
    }
    scan.secrets.sort_by(|a, b| {
        (a.date, &a.secret.path, a.secret.line, a.secret.offset).cmp(&(
            b.date,
            &b.secret.path,
            b.secret.line,
            b.secret.offset,
        ))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for day in ["1970-01-01", "2000-02-29", "2024-12-31", "1999-03-01"] {
            assert_eq!(Day::parse(day).unwrap().to_string(), day);
        }
        assert_eq!(Day::parse("1970-01-02"), Some(Day::of_seconds(86_400)));
        assert_eq!(Day::parse("yesterday"), None);
    }
}
