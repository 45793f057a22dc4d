//! The files of a store: where they may be, who may read them, and that one process has them.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::store::OpenError;

/// How long a process that is about to end may keep the file.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many symbolic links may lead from one to the next, as on Linux.
const LINKS: usize = 40;

/// The right to the file, until it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "holding them is all it does")] [Option<File>; 2]);

/// Makes the directory (0700) and the file (0600) where they are missing, and locks the file for this process;
/// also gives the path that the file has without symbolic links.
///
/// A directory that is there is left as it is, but for one that everybody may write to: others could put their
/// files in the place of these. Files are always brought to 0600.
pub(super) fn prepare(path: &Path, any_file_system: bool) -> Result<(Lock, PathBuf), OpenError> {
    let given = path;
    let denied = |error| denied(given, error);
    let path = resolved(given).map_err(denied)?;
    let directory = directory(&path);
    private::check_directory(&directory).map_err(denied)?;
    let remote = kind::remote(&directory);
    if let (false, Some(kind)) = (any_file_system, &remote) {
        return Err(OpenError::NetworkFileSystem {
            path,
            kind: kind.clone(),
        });
    }
    private::check_file(&path).map_err(denied)?;
    let beside_it = private::open(&beside(&path, "-lock")).map_err(denied)?;
    take(&beside_it, given)?;
    // Only under the lock: closing a file that SQLite has open in this process would void its locks.
    let file = private::open(&path).map_err(denied)?;
    // A hard link or another mount of the file has another name, and another lock beside it. Only on Linux this
    // kind of lock is none of those that SQLite takes; file systems of other machines may make it one.
    let file = if cfg!(target_os = "linux") && remote.is_none() {
        if let Err(error) = take(&file, given) {
            #[expect(
                clippy::mem_forget,
                reason = "closing it would void SQLite's locks where this process has the file by its other name"
            )]
            std::mem::forget(file);
            return Err(error);
        }
        Some(file)
    } else {
        None
    };
    for ending in ["-wal", "-shm"] {
        private::restrict(&beside(&path, ending)).map_err(denied)?;
    }
    Ok((Lock([file, Some(beside_it)]), path))
}

/// Locks the file, which another process may just be giving up.
fn take(file: &File, path: &Path) -> Result<(), OpenError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(denied(path, error)),
        }
    }
}

/// The path without symbolic links, in a directory that is made where it is missing; the file itself need not
/// be there. It is absolute, so that SQLite finds no special name in it.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Some(name) = path.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
        };
        let directory = directory(&path);
        if !directory.exists() {
            make_directory(&directory)?;
        }
        let directory = fs::canonicalize(directory)?;
        let found = directory.join(name);
        match fs::read_link(&found) {
            Ok(target) => path = directory.join(target),
            Err(_no_link) => return Ok(found),
        }
    }
    Err(io::Error::other("too many symbolic links lead to it"))
}

fn denied(path: &Path, error: io::Error) -> OpenError {
    OpenError::CannotCreate {
        path: path.to_owned(),
        error,
    }
}

fn directory(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The file of the same name with an ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the entry of the file in its directory durable.
pub(super) fn sync_directory(path: &Path) -> Result<(), OpenError> {
    sync(&directory(path)).map_err(|error| denied(path, error))
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut missing: Vec<&Path> = directory
        .ancestors()
        .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
        .collect();
    missing.reverse();
    for new in missing {
        match private::make_directory(new) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        if let Some(parent) = new.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync(parent)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Directories cannot be opened for this elsewhere.
#[cfg(not(unix))]
fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
mod private {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};

    use super::{File, OpenOptions, Path, fs, io};

    const STICKY: u32 = 0o1000;

    pub(super) fn make_directory(path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().mode(0o700).create(path)
    }

    pub(super) fn check_directory(path: &Path) -> io::Result<()> {
        let mode = fs::metadata(path)?.mode();
        if mode & 0o002 != 0 && mode & STICKY == 0 {
            return Err(io::Error::other(
                "everybody may write to its directory; take that right away (chmod o-w)",
            ));
        }
        Ok(())
    }

    /// Somebody has taken the right to write away, and means it.
    pub(super) fn check_file(path: &Path) -> io::Result<()> {
        match fs::metadata(path) {
            Ok(found) if found.mode() & 0o200 == 0 => Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it is read-only; give its owner the right to write (chmod u+w)",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn open(path: &Path) -> io::Result<File> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        restrict(path)?;
        Ok(file)
    }

    /// Takes the rights of everybody else away.
    pub(super) fn restrict(path: &Path) -> io::Result<()> {
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if found.mode() & 0o077 == 0 {
            return Ok(());
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
    }
}

/// Elsewhere the rights of the user's own directory have to do.
#[cfg(not(unix))]
mod private {
    use super::{File, OpenOptions, Path, fs, io};

    pub(super) fn make_directory(path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    pub(super) fn check_directory(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn check_file(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn open(path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
    }

    pub(super) fn restrict(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
mod kind {
    use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

    /// File systems that are shared by machines, by the number that `statfs` gives (`linux/magic.h` and the
    /// sources of each). SQLite needs shared memory and locks, which these keep on one machine at best.
    const REMOTE: [(u32, &str); 17] = [
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFE53_4D42, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0x0102_1997, "9P"),
        (0x5346_414F, "AFS"),
        (0x00C3_6400, "Ceph"),
        (0x0BD0_0BD0, "Lustre"),
        (0x0116_1970, "GFS2"),
        (0x7461_636F, "OCFS2"),
        (0x7375_7245, "Coda"),
        (0x564C, "NCP"),
        (0x6B41_4653, "AFS"),
        (0x4750_4653, "GPFS"),
        (0x1983_0326, "BeeGFS"),
        (0x786F_4256, "a folder shared by VirtualBox"),
        (0xBACB_ACBC, "a folder shared by VMware"),
    ];
    const FUSE: u32 = 0x6573_5546;

    /// What kind of remote file system it is, if any.
    pub(super) fn remote(directory: &Path) -> Option<String> {
        // The field's type differs between processors; the numbers have 32 bits.
        let number = u32::try_from(rustix::fs::statfs(directory).ok()?.f_type & 0xFFFF_FFFF).ok()?;
        if number == FUSE {
            let name = name(directory).unwrap_or_else(|| "fuse".to_owned());
            // A disk of this machine, or of the machine that this one is a guest of.
            return (!matches!(&*name, "fuseblk" | "virtiofs")).then_some(name);
        }
        let known = REMOTE.iter().find(|(remote, _)| *remote == number);
        known.map(|(_, name)| (*name).to_owned())
    }

    /// The name under which the directory's file system is mounted.
    fn name(directory: &Path) -> Option<String> {
        let device = fs::metadata(directory).ok()?.dev();
        let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        named(&mounts, &device)
    }

    /// `proc(5)`: `36 35 98:0 /root /mount options - type source options`.
    fn named(mounts: &str, device: &str) -> Option<String> {
        let mount = mounts
            .lines()
            .find(|mount| mount.split(' ').nth(2) == Some(device))?;
        let (_, end) = mount.split_once(" - ")?;
        end.split(' ').next().map(str::to_owned)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_mount_is_found_by_its_device() {
            let mounts = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
                          40 22 0:39 / /home/jo/far rw,nosuid - fuse.sshfs jo@far:/ rw\n";
            assert_eq!(named(mounts, "0:39").as_deref(), Some("fuse.sshfs"));
            assert_eq!(named(mounts, "8:1").as_deref(), Some("ext4"));
            assert_eq!(named(mounts, "0:40"), None);
        }

        #[test]
        fn the_temporary_directory_is_here() {
            assert_eq!(remote(&std::env::temp_dir()), None);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod kind {
    /// Only Linux tells by a number that is the same everywhere.
    pub(super) fn remote(_directory: &std::path::Path) -> Option<String> {
        None
    }
}
