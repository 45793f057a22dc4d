//! What the platforms take for each kind of media: types, sizes and names.

use std::borrow::Cow;

use crate::message::{
    Fields, LimitErrors, MediaKind, Platform,
    limits::{self, Limit},
};

/// Where errors say it is: the form's part that holds the file.
const PART: &str = "filedata";
/// What nothing is known of.
const UNKNOWN: &str = "application/octet-stream";

/// Containers of sound as well as of films; their extension alone does not tell which.
const CONTAINERS: &[&str] = &["3gpp", "mp4", "mpeg", "ogg", "webm"];

/// What Instagram takes as sound.
const INSTAGRAM_AUDIO: &[&str] = &[
    "audio/aac",
    "audio/m4a",
    "audio/mp4",
    "audio/wav",
    "audio/wave",
    "audio/x-m4a",
    "audio/x-wav",
];
/// What Instagram takes as a film.
const INSTAGRAM_VIDEO: &[&str] = &[
    "video/avi",
    "video/mp4",
    "video/ogg",
    "video/quicktime",
    "video/webm",
    "video/x-msvideo",
];

pub(super) fn limit(kind: MediaKind) -> Limit {
    match kind {
        MediaKind::Image => limits::IMAGE_FILE,
        MediaKind::Audio | MediaKind::Video | MediaKind::File => limits::MEDIA_FILE,
    }
}

pub(super) fn check_size(kind: MediaKind, bytes: u64) -> Result<(), LimitErrors> {
    let got = usize::try_from(bytes).unwrap_or(usize::MAX);
    Fields::default().number(PART, got, limit(kind)).finish()
}

/// The first half of the types that a kind takes; a file may be of any.
fn family(kind: MediaKind) -> Option<&'static str> {
    match kind {
        MediaKind::Image => Some("image"),
        MediaKind::Audio => Some("audio"),
        MediaKind::Video => Some("video"),
        MediaKind::File => None,
    }
}

/// The content type by the name's extension.
pub(super) fn content_type(kind: MediaKind, name: &str) -> Cow<'static, str> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let guesses = mime_guess::from_ext(extension);
    let family = family(kind);
    let fits = |guess: &mime_guess::Mime| family.is_none_or(|family| guess.type_() == family);
    if let Some(fitting) = guesses.iter().find(fits) {
        return fitting.essence_str().to_owned().into();
    }
    match (guesses.first(), family) {
        (Some(guess), Some(family @ ("audio" | "video")))
            if matches!(guess.type_().as_str(), "audio" | "video")
                && CONTAINERS.contains(&guess.subtype().as_str()) =>
        {
            format!("{family}/{}", guess.subtype()).into()
        }
        (Some(guess), _) => guess.essence_str().to_owned().into(),
        (None, _) => UNKNOWN.into(),
    }
}

/// Whether the platform takes such a file.
pub(super) fn check(
    platform: Platform,
    kind: MediaKind,
    name: &str,
    content_type: &str,
) -> Result<(), LimitErrors> {
    let refuse = |what| Fields::default().invalid(PART, what).finish();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    let is_known = essence != UNKNOWN;
    let is_of = |family: &str| essence.split('/').next() == Some(family);
    match kind {
        MediaKind::Audio if !is_of("audio") => return refuse("not of a type audio/*"),
        MediaKind::Image if is_known && !is_of("image") => return refuse("not of a type image/*"),
        MediaKind::Video if is_known && !is_of("video") => return refuse("not of a type video/*"),
        _ => {}
    }
    if platform == Platform::Messenger {
        return Ok(());
    }
    match kind {
        MediaKind::Audio if !INSTAGRAM_AUDIO.contains(&&*essence) => {
            refuse("Instagram takes AAC, M4A, WAV and MP4 as audio")
        }
        MediaKind::Video if !INSTAGRAM_VIDEO.contains(&&*essence) => {
            refuse("Instagram takes MP4, OGG, AVI, MOV and WebM as video")
        }
        MediaKind::File if essence != "application/pdf" => refuse("Instagram takes PDF files only"),
        _ if !name.is_ascii() => refuse("Instagram takes ASCII file names only"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MediaKind::{Audio, File, Image, Video};

    #[test]
    fn the_type_follows_the_extension_and_the_kind() {
        for (kind, name, expected) in [
            (Image, "logo.png", "image/png"),
            (Image, "a.b.JPG", "image/jpeg"),
            (Audio, "call.mp3", "audio/mpeg"),
            (Audio, "call.m4a", "audio/m4a"),
            (Audio, "call.mp4", "audio/mp4"),
            (Audio, "call.ogg", "audio/ogg"),
            (Video, "film.mp4", "video/mp4"),
            (Video, "film.ogg", "video/ogg"),
            (Video, "film.mov", "video/quicktime"),
            (File, "bill.pdf", "application/pdf"),
            (File, "film.mp4", "video/mp4"),
            (File, "LICENSE", UNKNOWN),
            (Image, "bill.pdf", "application/pdf"),
            (Image, ".png", "image/png"),
        ] {
            assert_eq!(content_type(kind, name), expected, "{kind:?} {name}");
        }
    }

    /// What the check says to a file of this kind and name; empty where it is taken.
    fn said(platform: Platform, kind: MediaKind, name: &str) -> String {
        let checked = check(platform, kind, name, &content_type(kind, name));
        checked.err().map(|errors| errors.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_type_of_another_kind_is_refused() {
        for (kind, name, words) in [
            (Image, "a.png", ""),
            (Image, "a.pdf", "MSG103 filedata: not of a type image/*"),
            (Image, "a", ""),
            (Video, "a.png", "MSG103 filedata: not of a type video/*"),
            (Audio, "a", "MSG103 filedata: not of a type audio/*"),
            (File, "a.exe", ""),
        ] {
            assert_eq!(said(Platform::Messenger, kind, name), words, "{kind:?} {name}");
        }
    }

    #[test]
    fn instagram_takes_what_it_lists() {
        for (kind, names) in [
            (Audio, &["a.aac", "a.m4a", "a.wav", "a.mp4"][..]),
            (Video, &["a.mp4", "a.ogg", "a.avi", "a.mov", "a.webm"]),
            (Image, &["a.png", "a.jpg", "a.gif"]),
            (File, &["a.pdf"]),
        ] {
            for name in names {
                assert_eq!(said(Platform::Instagram, kind, name), "", "{kind:?} {name}");
            }
        }
        for (kind, name, words) in [
            (
                Audio,
                "a.mp3",
                "MSG103 filedata: Instagram takes AAC, M4A, WAV and MP4 as audio",
            ),
            (
                Video,
                "a.mkv",
                "MSG103 filedata: Instagram takes MP4, OGG, AVI, MOV and WebM as video",
            ),
            (File, "a.zip", "MSG103 filedata: Instagram takes PDF files only"),
            (
                Image,
                "é.png",
                "MSG103 filedata: Instagram takes ASCII file names only",
            ),
        ] {
            assert_eq!(said(Platform::Instagram, kind, name), words, "{kind:?} {name}");
        }
        assert_eq!(said(Platform::Messenger, Image, "é.png"), "");
    }

    #[test]
    fn sizes_end_at_the_limit() {
        for (kind, most) in [
            (Image, 8 << 20),
            (Audio, 25 << 20),
            (Video, 25 << 20),
            (File, 25 << 20),
        ] {
            assert!(check_size(kind, 1).is_ok());
            assert!(check_size(kind, most).is_ok());
            assert_eq!(
                check_size(kind, most + 1).unwrap_err().to_string(),
                format!("MSG101 filedata: {} bytes, at most {most}", most + 1)
            );
            assert_eq!(
                check_size(kind, 0).unwrap_err().to_string(),
                "MSG103 filedata: empty"
            );
        }
    }
}
