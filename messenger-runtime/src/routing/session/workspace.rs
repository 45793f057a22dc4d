//! The sessions and timers of one turn, on their way to its commit.

use std::{
    any::{TypeId, type_name},
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    SessionError, SessionState,
    stored::{self, Json, StoredSessions},
    unreadable::{Unreadable, UnreadableHook},
};
use crate::{
    Clock, Rejection,
    catalog::Interpreter,
    routing::dialog::DialogChange,
    store::{Cause, Conversation, EventKey, TimerChange},
};

/// How many bytes the sessions of a conversation may take together.
pub(crate) const SESSIONS_LIMIT: usize = 256 << 10;

/// What the turns of a bot share.
pub(crate) struct Sessions {
    clock: Arc<dyn Clock>,
    hook: Option<UnreadableHook>,
    interpreter: Option<Arc<Interpreter>>,
    /// The type behind each name, as they come: two types of one name would overwrite each other.
    types: Mutex<HashMap<&'static str, (TypeId, &'static str)>>,
}

impl Sessions {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        hook: Option<UnreadableHook>,
        interpreter: Option<Interpreter>,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock,
            hook,
            interpreter: interpreter.map(Arc::new),
            types: Mutex::default(),
        })
    }

    fn claim_name<T: SessionState>(&self) -> Result<(), Rejection> {
        let mut types = lock(&self.types);
        let (known, other) = *types
            .entry(T::NAME)
            .or_insert((TypeId::of::<T>(), type_name::<T>()));
        if known == TypeId::of::<T>() {
            return Ok(());
        }
        let name = T::NAME;
        let this = type_name::<T>();
        Err(Rejection::new(format!(
            "MSG631: `{this}` and `{other}` are both stored as the session `{name}`; give each a `NAME` of its own"
        )))
    }

    /// Logs what could not be read and calls the hook.
    fn report(&self, unreadable: &Unreadable) {
        let (conversation, cause) = (&unreadable.conversation, &unreadable.cause);
        tracing::error!(?conversation, cause = &*cause.code, "{cause}");
        if let Some(hook) = &self.hook
            && catch_unwind(AssertUnwindSafe(|| hook(unreadable))).is_err()
        {
            tracing::error!("the hook of `on_unreadable` panicked");
        }
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

/// Collects what the handlers of a turn change, one handler after the other.
///
/// A handler begins on top of what was kept before, and what it changes is kept when it [ends](Self::end)
/// well. What a handler left that failed is gone with the next beginning, or at the end of the turn.
#[derive(Debug)]
pub(crate) struct Workspace {
    sessions: Arc<Sessions>,
    conversation: Arc<Conversation>,
    key: EventKey,
    /// Whether the person is known by a `user_ref` alone.
    by_user_ref: bool,
    stored: Arc<StoredSessions>,
    /// The flow that waits for an answer, and its step.
    flow: Option<(String, String)>,
    /// The language that the person has chosen.
    language: Option<Arc<str>>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Which handler is at work, counted from 1.
    handler: u32,
    held: BTreeSet<&'static str>,
    now: Changes,
    kept: Changes,
    fault: Option<SessionError>,
    /// What was reported in this turn.
    reported: BTreeSet<&'static str>,
    /// State of the conversation that was kept aside before any handler began.
    aside: Vec<(String, Cause)>,
    timers_set: u32,
    flow_is_over: bool,
    /// The locale of the person's profile, once it was asked for.
    looked_up: Option<Locale>,
}

#[derive(Debug, Default)]
struct Changes {
    sessions: BTreeMap<&'static str, Option<Json>>,
    timers: Vec<TimerChange>,
    unreadable: BTreeMap<&'static str, (String, Cause)>,
    dialog: Option<DialogChange>,
    language: Option<Locale>,
}

/// A locale, where there is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Locale(pub(crate) Option<Arc<str>>);

/// What a turn commits.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// What each session is from now on; `None` where there is none any more.
    pub(crate) sessions: BTreeMap<&'static str, Option<Json>>,
    pub(crate) timers: Vec<TimerChange>,
    pub(crate) unreadable: Vec<(String, Cause)>,
    /// The language that the person has from now on, where that changes.
    pub(crate) language: Option<Locale>,
}

/// What a handler did with a session that it gives back.
pub(super) enum GivenBack {
    Unchanged,
    Removed,
    Changed(Json),
    Unstorable(SessionError),
}

impl Workspace {
    pub(crate) fn new(
        sessions: &Arc<Sessions>,
        conversation: &Arc<Conversation>,
        key: EventKey,
        by_user_ref: bool,
        stored: &Arc<StoredSessions>,
        flow: Option<(String, String)>,
        language: Option<Arc<str>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            flow,
            language,
            sessions: Arc::clone(sessions),
            conversation: Arc::clone(conversation),
            key,
            by_user_ref,
            stored: Arc::clone(stored),
            inner: Mutex::default(),
        })
    }

    /// A handler begins.
    pub(crate) fn begin(&self) {
        let mut inner = lock(&self.inner);
        inner.handler += 1;
        inner.held.clear();
        inner.now = Changes::default();
        inner.fault = None;
    }

    /// The handler at work ended well: what it changed is kept.
    ///
    /// # Errors
    ///
    /// Where it cannot be; nothing of it is kept then.
    pub(crate) fn end(&self) -> Result<(), SessionError> {
        let mut guard = lock(&self.inner);
        let inner = &mut *guard;
        let now = std::mem::take(&mut inner.now);
        let held = std::mem::take(&mut inner.held);
        inner.handler += 1;
        if let Some(fault) = inner.fault.take() {
            return Err(fault);
        }
        if let Some(name) = held.first() {
            return Err(SessionError::Held { name });
        }
        self.check_size(&inner.kept, &now)?;
        inner.kept.sessions.extend(now.sessions);
        inner.kept.timers.extend(now.timers);
        inner.kept.unreadable.extend(now.unreadable);
        if now.dialog.is_some() {
            inner.kept.dialog = now.dialog;
        }
        if now.language.is_some() {
            inner.kept.language = now.language;
        }
        Ok(())
    }

    /// The flow that waits for an answer, and its step.
    pub(crate) fn flow(&self) -> Option<(&str, &str)> {
        if lock(&self.inner).flow_is_over {
            return None;
        }
        let (flow, step) = self.flow.as_ref()?;
        Some((flow, step))
    }

    /// The flow that waited is over before the handlers run.
    pub(crate) fn flow_is_over(&self) {
        lock(&self.inner).flow_is_over = true;
    }

    /// Notes what the handler at work does with the dialog; the last change counts.
    pub(crate) fn change_dialog(&self, handler: u32, change: DialogChange) {
        let mut inner = lock(&self.inner);
        if inner.handler == handler {
            inner.now.dialog = Some(change);
        }
    }

    /// What the handlers that have ended did with the dialog.
    pub(crate) fn take_dialog(&self) -> Option<DialogChange> {
        lock(&self.inner).kept.dialog.take()
    }

    /// The bot's catalogue.
    pub(crate) fn interpreter(&self) -> Option<&Arc<Interpreter>> {
        self.sessions.interpreter.as_ref()
    }

    /// The language that the person has chosen.
    pub(crate) fn language(&self) -> Option<Arc<str>> {
        let inner = lock(&self.inner);
        let changed = inner.now.language.as_ref().or(inner.kept.language.as_ref());
        changed.map_or(&self.language, |Locale(changed)| changed).clone()
    }

    /// Notes the language that the person chooses, or that it is that of their profile again.
    pub(crate) fn change_language(&self, handler: u32, language: Option<Arc<str>>) {
        let mut inner = lock(&self.inner);
        if inner.handler == handler {
            inner.now.language = Some(Locale(language));
        }
    }

    /// The locale of the person's profile, where this turn has asked for it already.
    pub(crate) fn looked_up(&self) -> Option<Locale> {
        lock(&self.inner).looked_up.clone()
    }

    pub(crate) fn look_up(&self, locale: Option<Arc<str>>) {
        lock(&self.inner).looked_up = Some(Locale(locale));
    }

    /// The turn failed: nothing of what was kept so far stays.
    pub(crate) fn discard(&self) {
        lock(&self.inner).kept = Changes::default();
    }

    /// Ends the turn and gives what was kept. A handler still at work has failed.
    pub(crate) fn finish(&self) -> Work {
        let mut inner = lock(&self.inner);
        inner.handler += 1;
        let kept = std::mem::take(&mut inner.kept);
        let mut unreadable = std::mem::take(&mut inner.aside);
        unreadable.extend(kept.unreadable.into_values());
        Work {
            sessions: kept.sessions,
            timers: kept.timers,
            unreadable,
            language: kept.language,
        }
    }

    /// Keeps a part of the conversation's state aside that could not be read, whatever the handlers do.
    pub(crate) fn set_aside(&self, body: String, unreadable: &Unreadable) {
        lock(&self.inner).aside.push((body, unreadable.cause.clone()));
        self.sessions.report(unreadable);
    }

    pub(crate) fn conversation(&self) -> &Arc<Conversation> {
        &self.conversation
    }

    /// The handler at work.
    pub(crate) fn handler(&self) -> u32 {
        lock(&self.inner).handler
    }

    /// Hands a session to the handler at work.
    pub(super) fn take<T: SessionState>(&self) -> Result<T, Rejection> {
        self.sessions.claim_name::<T>()?;
        let changed = {
            let mut inner = lock(&self.inner);
            if !inner.held.insert(T::NAME) {
                return Err(Rejection::new(format!(
                    "MSG630: the session `{}` is taken twice at once; take it once and pass it on by reference",
                    T::NAME
                )));
            }
            inner.changed(T::NAME).cloned()
        };
        let stored = match &changed {
            Some(changed) => changed.as_ref(),
            None => self.stored.get(T::NAME),
        };
        let Some(stored) = stored else {
            return Ok(T::default());
        };
        stored::read(stored).or_else(|fault| {
            self.set_session_aside::<T>(stored, fault);
            Ok(T::default())
        })
    }

    fn set_session_aside<T: SessionState>(&self, stored: &Json, fault: stored::Fault) {
        let was = match fault.version {
            Some(version) => format!("stored in version {version} and read in version {}", T::VERSION),
            None => format!("read in version {}", T::VERSION),
        };
        let text = format!(
            "the session `{}`, {was}, cannot be read: {}",
            T::NAME,
            fault.text()
        );
        let unreadable = Unreadable {
            conversation: Arc::clone(&self.conversation),
            session: Some(T::NAME),
            version: fault.version,
            cause: Cause::new("MSG603", text),
            error: fault.source(),
        };
        let is_new = {
            let mut inner = lock(&self.inner);
            let aside = (stored.text().to_owned(), unreadable.cause.clone());
            inner.now.sessions.insert(T::NAME, None);
            inner.now.unreadable.insert(T::NAME, aside);
            inner.reported.insert(T::NAME)
        };
        if is_new {
            self.sessions.report(&unreadable);
        }
    }

    /// Takes a session back from the handler that had it.
    pub(super) fn give_back(&self, handler: u32, name: &'static str, given: GivenBack) {
        let mut inner = lock(&self.inner);
        if inner.handler != handler {
            return;
        }
        inner.held.remove(name);
        let change = match given {
            GivenBack::Unchanged => return,
            GivenBack::Removed => None,
            GivenBack::Changed(json) => Some(json),
            GivenBack::Unstorable(error) => {
                inner.fault.get_or_insert(error);
                return;
            }
        };
        let is_as_before = match inner.changed(name) {
            Some(before) => *before == change,
            None => self.stored.get(name) == change.as_ref(),
        };
        if !is_as_before {
            inner.now.sessions.insert(name, change);
        }
    }

    /// Notes a change of a timer by the handler at work; whether it still is.
    pub(crate) fn change_timer(&self, handler: u32, change: impl FnOnce(u32) -> TimerChange) -> bool {
        let mut inner = lock(&self.inner);
        if inner.handler != handler {
            return false;
        }
        let ordinal = inner.timers_set;
        inner.timers_set += 1;
        inner.now.timers.push(change(ordinal));
        true
    }

    /// Has the handler at work fail when it ends.
    pub(crate) fn fail(&self, handler: u32, error: SessionError) {
        let mut inner = lock(&self.inner);
        if inner.handler == handler {
            inner.fault.get_or_insert(error);
        }
    }

    pub(crate) fn key(&self) -> &EventKey {
        &self.key
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.sessions.clock
    }

    pub(crate) fn is_by_user_ref(&self) -> bool {
        self.by_user_ref
    }

    /// Refuses changes by which the sessions grow past the limit.
    fn check_size(&self, kept: &Changes, now: &Changes) -> Result<(), SessionError> {
        if now.sessions.is_empty() {
            return Ok(());
        }
        let size = |name: &str, json: &Json| name.len() + json.text().len();
        let before = |name: &str| match kept.sessions.get(name) {
            Some(kept) => kept.as_ref(),
            None => self.stored.get(name),
        };
        let names: BTreeSet<&str> = self
            .stored
            .keys()
            .map(String::as_str)
            .chain(kept.sessions.keys().copied())
            .chain(now.sessions.keys().copied())
            .collect();
        let (mut had, mut has) = (0, 0);
        for name in names {
            let old = before(name);
            let new = now.sessions.get(name).map_or(old, Option::as_ref);
            had += old.map_or(0, |json| size(name, json));
            has += new.map_or(0, |json| size(name, json));
        }
        if has > SESSIONS_LIMIT && has > had {
            return Err(SessionError::TooLarge {
                what: "the sessions of the conversation".to_owned(),
                bytes: has,
                limit: SESSIONS_LIMIT,
            });
        }
        Ok(())
    }
}

impl Inner {
    /// What a session was changed to in this turn, if it was.
    fn changed(&self, name: &str) -> Option<&Option<Json>> {
        self.now
            .sessions
            .get(name)
            .or_else(|| self.kept.sessions.get(name))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing of the user's runs under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
