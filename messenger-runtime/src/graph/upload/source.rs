//! Where the content of an upload comes from, and how it is read.

use std::{
    borrow::Cow,
    fmt, io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _, stream};
use reqwest::Body;
use sha2::{Digest as _, Sha256};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _},
};

use super::{GraphError, kinds, unreadable};
use crate::message::MediaKind;

/// How much of a file is in memory at a time.
const CHUNK: usize = 64 << 10;

type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// Where the content of an [`Upload`](super::Upload) comes from.
///
/// `Debug` shows neither addresses nor names.
#[derive(Clone)]
pub struct Source {
    pub(super) content: Content,
    pub(super) name: Arc<str>,
    content_type: Option<Arc<str>>,
}

#[derive(Clone)]
pub(super) enum Content {
    Url(Arc<str>),
    Bytes(Bytes),
    File(Arc<Path>),
    Stream(Arc<Once>),
}

/// A stream, until it is read.
pub(super) struct Once {
    pub(super) len: u64,
    reader: Mutex<Option<Reader>>,
}

impl Once {
    fn take(&self) -> Option<Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is_spent(&self) -> bool {
        self.reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }
}

impl Source {
    /// What is at this address. The platform fetches it, within 10 seconds, a film within 75.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self::new(Content::Url(url.into().into()), "")
    }

    /// These bytes, as a file of this name.
    #[must_use]
    pub fn bytes(name: impl AsRef<str>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Bytes(bytes.into()), name.as_ref())
    }

    /// The file at this path, under its own name. It is opened for each try, and read while it is sent.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Self::new(Content::File(path.into()), &name)
    }

    /// `len` bytes of a reader, as a file of this name. It can be sent once: after its first byte has left
    /// there are no further tries, and a second send is MSG503, as is a reader of another length.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, Source, Upload};
    /// # async fn example(graph: Graph, pipe: tokio::net::TcpStream) -> Result<(), GraphError> {
    /// let voice = Upload::audio(Source::stream("voice.m4a", 48_000, pipe));
    /// graph.send_file("1254459154682919", voice).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn stream(name: impl AsRef<str>, len: u64, reader: impl AsyncRead + Send + 'static) -> Self {
        let once = Once {
            len,
            reader: Mutex::new(Some(Box::pin(reader))),
        };
        Self::new(Content::Stream(Arc::new(once)), name.as_ref())
    }

    fn new(content: Content, name: &str) -> Self {
        Self {
            content,
            name: last_part(name).into(),
            content_type: None,
        }
    }

    /// Under this name in place of the file's own.
    #[must_use]
    pub fn named(self, name: impl AsRef<str>) -> Self {
        Self {
            name: last_part(name.as_ref()).into(),
            ..self
        }
    }

    /// Of this content type, such as `audio/mp4`, whatever the name says. An address has its own.
    #[must_use]
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        Self {
            content_type: Some(content_type.into().into()),
            ..self
        }
    }

    pub(super) fn content_type_for(&self, kind: MediaKind) -> Cow<'_, str> {
        match &self.content_type {
            Some(given) => Cow::Borrowed(given),
            None => kinds::content_type(kind, &self.name),
        }
    }

    /// Whether a part of it has left that cannot be had again.
    pub(super) fn is_spent(&self) -> bool {
        matches!(&self.content, Content::Stream(once) if once.is_spent())
    }

    /// The content from its beginning, and how many bytes it has. What goes wrong while it is read is also
    /// told to `trouble`.
    pub(super) async fn open(
        &self,
        kind: MediaKind,
        trouble: Arc<Trouble>,
    ) -> Result<(Body, u64), GraphError> {
        match &self.content {
            Content::Url(_) => Err(GraphError::request("an address has no content of its own", None)),
            Content::Bytes(bytes) => Ok((Body::from(bytes.clone()), bytes.len() as u64)),
            Content::File(path) => {
                let (file, len) = open(path, kind).await?;
                Ok((trouble.body(chunks(Box::pin(file), len)), len))
            }
            Content::Stream(once) => {
                if once.is_spent() {
                    return Err(GraphError::request(
                        "the stream has been sent already; make a new one for each send",
                        None,
                    ));
                }
                let len = once.len;
                let once = Arc::clone(once);
                // Taken with the first byte, so that a connection that never was leaves it whole.
                let begun = stream::once(async move {
                    let reader = once.take();
                    reader
                        .map(|reader| chunks(reader, len))
                        .ok_or_else(|| io::Error::other("the stream has been sent already"))
                });
                Ok((trouble.body(begun.try_flatten()), len))
            }
        }
    }

    /// By what the content is known again: the SHA-256 of an address, of bytes or of a file. A stream cannot
    /// be read twice, and has none.
    pub(super) async fn digest(&self, kind: MediaKind) -> Result<Option<[u8; 32]>, GraphError> {
        let mut hash = Sha256::new();
        match &self.content {
            Content::Url(url) => {
                hash.update("url ");
                hash.update(&**url);
            }
            Content::Stream(_) => return Ok(None),
            Content::Bytes(bytes) => {
                self.begin(&mut hash, kind);
                hash.update(bytes);
            }
            Content::File(path) => {
                self.begin(&mut hash, kind);
                let (file, len) = open(path, kind).await?;
                let mut chunks = std::pin::pin!(chunks(Box::pin(file), len));
                while let Some(chunk) = chunks.try_next().await.map_err(unreadable)? {
                    hash.update(&chunk);
                }
            }
        }
        Ok(Some(hash.finalize().into()))
    }

    /// A file is shown with its name, so the same content under another name is something else.
    fn begin(&self, hash: &mut Sha256, kind: MediaKind) {
        if kind == MediaKind::File {
            hash.update(format!("{} {} ", self.name.len(), self.name));
        }
        hash.update(format!("{} ", self.content_type_for(kind)));
    }

    /// By what it shows that a file was written to.
    pub(super) async fn stamp(&self) -> Option<(u64, SystemTime)> {
        let Content::File(path) = &self.content else {
            return None;
        };
        let metadata = tokio::fs::metadata(path).await.ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    }
}

async fn open(path: &Path, kind: MediaKind) -> Result<(File, u64), GraphError> {
    // Looked at before it is opened: opening a pipe waits for its other end.
    let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no regular file")));
    }
    let file = File::open(path).await.map_err(unreadable)?;
    let metadata = file.metadata().await.map_err(unreadable)?;
    kinds::check_size(kind, metadata.len())?;
    Ok((file, metadata.len()))
}

/// The `len` bytes of `reader`, some at a time; an error where it has fewer or more.
fn chunks(reader: Reader, len: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold((reader, len), |(mut reader, left)| async move {
        if left == 0 {
            return match reader.read(&mut [0]).await? {
                0 => Ok(None),
                _ => Err(io::Error::other("it is longer than it was said to be")),
            };
        }
        let room = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        let mut chunk = BytesMut::with_capacity(room);
        let got = (&mut reader).take(room as u64).read_buf(&mut chunk).await?;
        if got == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "it is shorter than it was said to be",
            ));
        }
        Ok(Some((chunk.freeze(), (reader, left - got as u64))))
    })
}

/// What went wrong with reading while the content was sent. The HTTP client tells only that something did.
#[derive(Default)]
pub(super) struct Trouble(Mutex<Option<io::Error>>);

impl Trouble {
    fn body(self: Arc<Self>, chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
        Body::wrap_stream(chunks.map_err(move |error| {
            let kind = error.kind();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            io::Error::from(kind)
        }))
    }

    pub(super) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The last part of a path, of whichever system it is.
fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Url(_) => f.write_str("Url"),
            Content::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Content::File(_) => f.write_str("File"),
            Content::Stream(once) => write!(f, "Stream({})", once.len),
        }
    }
}
