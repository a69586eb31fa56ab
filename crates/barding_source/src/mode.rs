//! Who may read and change a file of the disk. Its content is not opened.

use camino::Utf8Path;

/// The permission bits of what stands at `path`; `None` where there is nothing, or where files have no such bits.
#[cfg(unix)]
pub fn mode_of(path: &Utf8Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o7777)
}

/// The permission bits of what stands at `path`; `None` where there is nothing, or where files have no such bits.
#[cfg(not(unix))]
pub fn mode_of(_: &Utf8Path) -> Option<u32> {
    None
}

/// The permission bits of the regular file at `path`, without those of others when a folder above keeps them out.
pub fn mode_with_folders(path: &Utf8Path) -> Option<u32> {
    if !path.is_file() {
        return None;
    }
    let mode = mode_of(path)?;
    let path = path.canonicalize_utf8().ok()?;
    let is_closed =
        path.ancestors().skip(1).any(|folder| mode_of(folder).is_none_or(|mode| mode & 0o001 == 0));
    Some(if is_closed { mode & !0o007 } else { mode })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_closed_folder_keeps_others_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let file = root.join("shop.env");
        std::fs::write(&file, "A=1").unwrap();
        let set = |path: &Utf8Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(&file, 0o664);
        set(root, 0o755);
        let above_is_open = root.ancestors().skip(1).all(|up| mode_of(up).unwrap() & 1 == 1);
        assert_eq!(mode_with_folders(&file), Some(if above_is_open { 0o664 } else { 0o660 }));
        set(root, 0o750);
        assert_eq!(mode_with_folders(&file), Some(0o660));
        assert_eq!(mode_with_folders(root), None, "a folder is no file");
        assert_eq!(mode_with_folders(&root.join("none")), None);
    }
}
