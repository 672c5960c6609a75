//! Files that are on disk when the call returns, whole or not at all, and private to the user.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Mode and owner of a file, as far as the platform has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ownership {
    /// Permission bits.
    pub(crate) mode: u32,
    /// Numeric user.
    pub(crate) user: u32,
    /// Numeric group.
    pub(crate) group: u32,
}

impl Ownership {
    /// Of a file that was looked at; absent on platforms without modes and numeric owners.
    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other platforms have no such thing")]
    pub(crate) fn of(metadata: &fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self { mode: metadata.mode() & 0o7777, user: metadata.uid(), group: metadata.gid() })
    }

    /// Of a file that was looked at; absent on platforms without modes and numeric owners.
    #[cfg(not(unix))]
    pub(crate) fn of(_metadata: &fs::Metadata) -> Option<Self> {
        None
    }
}

/// Replaces a file: temporary file beside it, fsync, rename, fsync of the folder. Without an
/// ownership the file is the user's own and 0600.
pub(crate) fn replace(path: &Path, bytes: &[u8], as_of: Option<Ownership>) -> io::Result<()> {
    let temporary = beside(path, bytes, as_of)?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_dir(parent(path))
}

/// Creates a file as [`replace`] does; one that exists already is an error.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    beside(path, bytes, None)?.persist_noclobber(path).map_err(|error| error.error)?;
    sync_dir(parent(path))
}

/// Opens a file for appending, and creates it privately.
pub(crate) fn open_to_append(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().create(true).append(true)).open(path)
}

/// Opens a file for reading and writing in place, and creates it privately.
pub(crate) fn open_in_place(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().create(true).truncate(false).read(true).write(true)).open(path)
}

/// Makes a folder and its missing parents, 0700.
pub(crate) fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes a folder as [`make_private_dir`] does, and closes one that others could look into.
pub(crate) fn make_private_root(dir: &Path) -> io::Result<()> {
    make_private_dir(dir)?;
    let open_to_others = Ownership::of(&fs::metadata(dir)?).is_some_and(|of| of.mode & 0o077 != 0);
    if open_to_others { set_mode(dir, 0o700) } else { Ok(()) }
}

/// Makes a folder's entries durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// The files of a folder with an extension, in the order of their names; none if it is missing.
pub(crate) fn files_ending(dir: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = children(dir)?;
    found.retain(|path| path.extension().is_some_and(|ending| ending == extension));
    Ok(found)
}

/// What is in a folder, in the order of the names; nothing if it is missing.
pub(crate) fn children(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let listing = match fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found =
        listing.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

fn beside(
    path: &Path,
    bytes: &[u8],
    as_of: Option<Ownership>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut temporary = tempfile::NamedTempFile::new_in(parent(path))?;
    temporary.write_all(bytes)?;
    if let Some(wanted) = as_of {
        take_ownership(temporary.as_file(), wanted)?;
    }
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// Owner first: changing it clears the set-user and set-group bits of the mode.
#[cfg(unix)]
fn take_ownership(file: &File, wanted: Ownership) -> io::Result<()> {
    let now = Ownership::of(&file.metadata()?);
    if now.is_none_or(|now| (now.user, now.group) != (wanted.user, wanted.group)) {
        std::os::unix::fs::fchown(file, Some(wanted.user), Some(wanted.group))?;
    }
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(wanted.mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix this can fail")]
fn take_ownership(_file: &File, _wanted: Ownership) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix this can fail")]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
