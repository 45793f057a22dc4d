//! A multipart form with a file in it.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};

use super::{
    Upload,
    source::{Source, Trouble},
    unreadable,
};
use crate::{
    BoxFuture,
    graph::{GraphError, call::MakeForm},
    message::MediaKind,
};

/// The part that holds the file.
const FILE: &str = "filedata";

/// A form whose parts are JSON or plain texts, and a file among them.
pub(in crate::graph) struct FileForm {
    kind: MediaKind,
    source: Source,
    /// Before the file and behind it.
    parts: [Vec<(Cow<'static, str>, Value)>; 2],
    is_behind: bool,
    trouble: Mutex<Arc<Trouble>>,
}

impl FileForm {
    pub(in crate::graph) fn new(upload: Upload) -> Self {
        Self {
            kind: upload.kind,
            source: upload.source,
            parts: Default::default(),
            is_behind: false,
            trouble: Mutex::default(),
        }
    }

    /// Adds a part: a string as it is, anything else as JSON.
    pub(in crate::graph) fn part(mut self, name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        self.parts[usize::from(self.is_behind)].push((name.into(), value));
        self
    }

    /// The file comes here.
    pub(in crate::graph) fn file(mut self) -> Self {
        self.is_behind = true;
        self
    }

    async fn filled(&self) -> Result<Form, GraphError> {
        let trouble = Arc::<Trouble>::default();
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&trouble);
        let (content, len) = self.source.open(self.kind, trouble).await?;
        let content_type = self.source.content_type_for(self.kind);
        let file = Part::stream_with_length(content, len)
            .file_name(quoted(&self.source.name))
            .mime_str(&content_type)
            .map_err(|_| GraphError::request("the content type of the upload is not one", None))?;
        let [before, behind] = &self.parts;
        let form = texts(Form::new(), before).part(FILE, file);
        Ok(texts(form, behind))
    }
}

fn texts(form: Form, parts: &[(Cow<'static, str>, Value)]) -> Form {
    parts.iter().fold(form, |form, (name, value)| match value {
        Value::String(text) => form.text(name.clone(), text.clone()),
        json => form.text(name.clone(), json.to_string()),
    })
}

impl MakeForm for FileForm {
    fn form(&self) -> BoxFuture<'_, Result<Form, GraphError>> {
        Box::pin(self.filled())
    }

    fn is_spent(&self) -> bool {
        self.source.is_spent()
    }

    fn trouble(&self) -> Option<GraphError> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.take().map(unreadable)
    }

    fn outline(&self) -> String {
        let mut outline: Map<String, Value> = Map::new();
        for (name, value) in self.parts.iter().flatten() {
            outline.insert(name.to_string(), value.clone());
        }
        outline.insert(
            FILE.to_owned(),
            serde_json::json!({
                "filename": quoted(&self.source.name),
                "content_type": self.source.content_type_for(self.kind),
            }),
        );
        Value::Object(outline).to_string()
    }
}

/// A name within the quotes of a header, escaped as browsers do.
///
/// Specification: multipart/form-data, <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>
fn quoted(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for char in name.chars() {
        if char.is_ascii_control() || matches!(char, '"' | '\\') {
            safe += &format!("%{:02X}", u32::from(char));
        } else {
            safe.push(char);
        }
    }
    if safe.is_empty() {
        safe.push_str("file");
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_name_leaves_its_quotes(name in proptest::prelude::any::<String>()) {
            let safe = quoted(&name);
            proptest::prop_assert!(!safe.is_empty());
            proptest::prop_assert!(!safe.contains(['"', '\\', '\r', '\n', '\0']));
        }
    }

    #[test]
    fn names_are_escaped_as_browsers_do() {
        assert_eq!(quoted("menu café.pdf"), "menu café.pdf");
        assert_eq!(
            quoted("a\"; name=\"recipient\"\r\n\r\nx"),
            "a%22; name=%22recipient%22%0D%0A%0D%0Ax"
        );
        assert_eq!(quoted(""), "file");
    }
}
