//! Files: where their content comes from, and uploads.

use std::{
    fs,
    io::Cursor,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use messenger_runtime::graph::{Source, Upload};
use serde_json::Value;

use super::{Args, Built, Caller, Failure, typed, unsaid};

/// The content that stands for a buffer, a stream or the path of a file; `None` where it is none of these.
pub(crate) fn source(what: &Value, options: &Value) -> Result<Option<Source>, Failure> {
    let Some((mark, file)) = ["$buffer", "$stream", "$path"]
        .into_iter()
        .find_map(|mark| Some((mark, what.get(mark)?)))
    else {
        return Ok(None);
    };
    let name = file["name"].as_str().ok_or_else(|| unsaid("a file has a name"))?;
    let base64 = file["base64"]
        .as_str()
        .ok_or_else(|| unsaid("a file has content"))?;
    let bytes = BASE64_STANDARD.decode(base64).map_err(unsaid)?;
    let source = match mark {
        "$buffer" => Source::bytes(name, bytes),
        "$stream" => Source::stream(name, bytes.len() as u64, Cursor::new(bytes)),
        _ => Source::file(on_disk(name, &bytes)?),
    };
    Ok(Some(match options["filename"].as_str() {
        Some(name) => source.named(name),
        None => source,
    }))
}

/// A file of this name in a directory of its own.
fn on_disk(name: &str, bytes: &[u8]) -> Result<std::path::PathBuf, Failure> {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed).to_string();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity").join(number);
    fs::create_dir_all(&directory).map_err(unsaid)?;
    let file = directory.join(name);
    fs::write(&file, bytes).map_err(unsaid)?;
    Ok(file)
}

/// An upload is for once unless the others say `is_reusable`.
pub(crate) fn upload(caller: &Caller, kind: &Value, what: &Value, options: &Value) -> Result<Built, Failure> {
    let source = match (source(what, options)?, what.as_str(), what["url"].as_str()) {
        (Some(source), ..) => source,
        (None, Some(url), _) | (None, None, Some(url)) => Source::url(url),
        (None, None, None) => return Err(unsaid("neither an address nor a file")),
    };
    let reusable = options["is_reusable"].as_bool().unwrap_or_default();
    caller.request(
        caller
            .graph
            .upload(Upload::new(typed(kind)?, source).reusable(reusable)),
    )
}

pub(crate) fn build(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    let of = |kind: &str| upload(caller, &kind.into(), args.get(0), args.get(1));
    match method {
        "uploadAttachment" => upload(caller, args.get(0), args.get(1), args.get(2)),
        "uploadAudio" => of("audio"),
        "uploadImage" => of("image"),
        "uploadVideo" => of("video"),
        "uploadFile" => of("file"),
        _ => Err(Failure::Unknown),
    }
}
