//! What the fuzz targets share: a small project in memory with the fuzzed bytes as one of its files.

use barding_deps::{Advisories, PackageName, Packages};
use barding_project::{Options, Project, python};
use barding_secrets::{FileContext, Scanner};
use barding_source::{MemoryTree, ReadLimits, Sources};
use camino::Utf8Path;
use std::io::Write;

const MANAGE: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
const SETTINGS: &str = "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\nDEBUG = False\n";

/// Reads the project's packages with `data` at `path`.
pub fn packages(path: &str, data: &[u8]) {
    let tree = MemoryTree::new().with(path, data);
    let _ = Packages::read(&sources(&tree));
}

/// Evaluates settings with `data` at `path`.
pub fn settings(path: &str, data: &[u8]) {
    let tree = shop(path, data);
    let _ = Project::read_settings(&sources(&tree), &Options::default());
}

/// Evaluates the routes with `data` at `path`.
pub fn routes(path: &str, data: &[u8]) {
    let tree = shop(path, data);
    let _ = Project::read_routes(&sources(&tree), &Options::default());
}

/// Builds the whole model with `data` at `path`.
pub fn whole(path: &str, data: &[u8]) {
    let tree = shop(path, data);
    let _ = Project::read(&sources(&tree), &Options::default());
}

/// Looks for secrets in `data` as the file at `path`.
pub fn secrets(path: &str, data: &[u8]) {
    let path = Utf8Path::new(path);
    let mut last = 0;
    for hit in Scanner::shared().scan(data, path, FileContext::of(path)) {
        assert!(hit.range.start >= last && hit.range.end <= data.len(), "hits are in order and inside");
        last = hit.range.start;
    }
}

/// Looks at `data` as an uploaded file and, where it is text, as its name; what is made harmless must be harmless.
pub fn upload(data: &[u8]) {
    let has = |bytes: &[u8], code: &str| {
        let found = barding_uploads::inspect(&mut &bytes[..], &barding_uploads::Limits::default());
        found.problems.iter().any(|problem| problem.code == code)
    };
    has(data, "");
    if let Some(stripped) = barding_uploads::strip_metadata(data) {
        let again = barding_uploads::strip_metadata(&stripped.bytes).map(|again| again.bytes);
        assert_eq!(again.as_ref(), Some(&stripped.bytes), "nothing is left to strip");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let safe = barding_uploads::safe_name(text, 255);
    assert_eq!(barding_uploads::safe_name(&safe, 255), safe, "a safe name stays as it is");
    assert!(!has(barding_uploads::neutralise_csv(text).as_bytes(), "csv-formula"), "no cell is a formula");
    if let Some(clean) = barding_uploads::sanitise_svg(text) {
        assert!(!has(clean.as_bytes(), "svg-active"), "nothing in the drawing acts");
    }
}

/// Opens an index that was damaged: four bytes of `data` say where and how.
pub fn damaged_index(data: &[u8]) {
    let _ = Advisories::open(data.to_vec());
    let mut bytes = Advisories::write(&[]);
    for change in data.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[at] ^= change[2];
    }
    if let Ok(advisories) = Advisories::open(bytes) {
        let _ = advisories.of(&PackageName::new("django")).map(|of| of.all());
    }
}

/// A zip archive with one file.
pub fn zipped(name: &str, data: &[u8]) -> std::io::Cursor<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let written = writer
        .start_file(name, zip::write::SimpleFileOptions::default())
        .and_then(|()| writer.write_all(data).map_err(Into::into));
    written.expect("memory takes any bytes");
    writer.finish().expect("memory takes any bytes")
}

fn shop(path: &str, data: &[u8]) -> MemoryTree {
    let tree = MemoryTree::new()
        .with("manage.py", MANAGE)
        .with("shop/__init__.py", "")
        .with("shop/settings.py", SETTINGS)
        .with("shop/urls.py", "from django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.page)]\n")
        .with("shop/views.py", "from django.shortcuts import render\ndef page(request):\n    return render(request, 'page.html', {'q': request.GET['q']})\n");
    tree.with(path, data)
}

fn sources(tree: &MemoryTree) -> Sources<'_> {
    Sources::new(tree, ReadLimits::default(), python::decode)
}
