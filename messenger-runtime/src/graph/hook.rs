//! Watching the calls as they leave and as their answers come in.

use std::{
    fmt,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Sees every request before it leaves and every answer that arrives.
///
/// Tokens, proofs and anything that looks like one are masked. Bodies are whole: they hold what people
/// and the bot write, so a hook that stores or prints them is a choice to be made knowingly. Hooks run
/// on the task of the call; do not block in them.
///
/// ```
/// use messenger_runtime::graph::{RequestHook, RequestView};
///
/// /// Counts the calls of a bot.
/// #[derive(Debug, Default)]
/// struct Count(std::sync::atomic::AtomicU64);
///
/// impl RequestHook for Count {
///     fn on_request(&self, _: &RequestView<'_>) {
///         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///     }
/// }
/// ```
pub trait RequestHook: fmt::Debug + Send + Sync + 'static {
    /// A request is about to leave; once for every try.
    fn on_request(&self, request: &RequestView<'_>);

    /// An answer has arrived. Does nothing unless implemented.
    fn on_response(&self, response: &ResponseView<'_>) {
        let _ = response;
    }
}

/// A request as a hook sees it.
#[non_exhaustive]
pub struct RequestView<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// The whole URL; the values of secret parameters are masked.
    pub url: &'a str,
    /// Header names in lower case with their values; the token is masked.
    pub headers: &'a [(&'a str, &'a str)],
    /// The JSON body, tokens masked.
    pub body: Option<&'a str>,
    /// Which try of the call this is, from 1.
    pub attempt: u32,
}

/// An answer as a hook sees it.
#[non_exhaustive]
pub struct ResponseView<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The URL of the request, masked alike.
    pub url: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The body, tokens masked.
    pub body: &'a str,
    /// From just before the request left until the whole answer was there.
    pub elapsed: Duration,
    /// Which try of the call this is, from 1.
    pub attempt: u32,
}

impl fmt::Debug for RequestView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestView")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseView")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("status", &self.status)
            .field("elapsed", &self.elapsed)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// Prints every request and answer, for looking over a bot's shoulder while developing it.
///
/// It prints what people write. Tokens stay masked.
pub struct PrintHook(Mutex<Box<dyn Write + Send>>);

impl PrintHook {
    /// Prints to standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self::to(std::io::stderr())
    }

    /// Prints to `writer`.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Mutex::new(Box::new(writer)))
    }

    /// The hook to standard error if the environment asks for it: `MESSENGER_DEBUG` set, and neither
    /// empty nor `0`.
    #[must_use]
    pub fn from_env() -> Option<Arc<dyn RequestHook>> {
        let asked =
            std::env::var_os("MESSENGER_DEBUG").is_some_and(|value| !value.is_empty() && value != "0");
        asked.then(|| Arc::new(Self::stderr()) as _)
    }

    fn print(&self, text: &str) {
        // What others wrote must not draw on the terminal.
        let text = text.replace(|letter: char| letter.is_control() && letter != '\n', "\u{fffd}");
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody is served by a bot that stops because its debug output is closed.
        let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
    }
}

impl fmt::Debug for PrintHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintHook")
    }
}

impl RequestHook for PrintHook {
    fn on_request(&self, request: &RequestView<'_>) {
        let mut text = format!("> {} {}", request.method, request.url);
        if request.attempt > 1 {
            text += &format!(" (try {})", request.attempt);
        }
        text.push('\n');
        for (name, value) in request.headers {
            text += &format!("> {name}: {value}\n");
        }
        if let Some(body) = request.body {
            text += &format!("> {body}\n");
        }
        self.print(&text);
    }

    fn on_response(&self, response: &ResponseView<'_>) {
        let ResponseView {
            method,
            url,
            status,
            body,
            elapsed,
            ..
        } = response;
        self.print(&format!(
            "< {status} {method} {url} in {} ms\n< {body}\n",
            elapsed.as_millis()
        ));
    }
}
