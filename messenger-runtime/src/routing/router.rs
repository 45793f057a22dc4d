//! The order in which routes are tried.

use std::borrow::Cow;

use super::{
    Captures, Declined, Pattern, Route, RouteKind, Table,
    dialog::{Waiting, Way},
    explain::{Trace, Why},
    fold::eq_folded,
    kinds::{Kind, is_message, is_postback, is_quick_reply, own_kind, typed},
    table::Entry,
    text::{TextPattern, TextRoutes},
};
use crate::{
    event::{Channel, Event, Object},
    message::{FlowPayload, split_key},
};

/// A bot's routes, sorted for the way an event takes through them.
pub(crate) struct Router<S: 'static> {
    table: Table<S>,
    by_kind: Vec<Vec<usize>>,
    texts: TextRoutes,
    /// The entries behind the routes of `texts`.
    text_entries: Vec<usize>,
}

/// What routing must know of the conversation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Situation<'s> {
    /// The quick replies of the last message.
    pub(crate) offered: &'s [Offered],
    /// The app's own id, by which its echoes are known.
    pub(crate) own_app: Option<&'s str>,
    /// The flow that waits for an answer.
    pub(crate) flow: Option<&'s dyn Waiting>,
}

/// A quick reply of the last message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Offered {
    pub(crate) title: String,
    pub(crate) payload: String,
}

/// Whose message an echo repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EchoOf {
    /// The bot's own.
    Own,
    /// Another app's, or a person's who answers from the inbox.
    Other,
}

/// Where an event may go.
#[derive(Debug)]
pub(crate) enum Fit<'c> {
    /// To the entry of a route whose pattern fits.
    Entry(usize, &'c Captures<'c>),
    /// To the flow that waits.
    Flow(Way<'c>),
}

/// Goes there: reads the captures and takes the route, or declines. A flow is always taken.
type Take<'f, T> = &'f mut dyn FnMut(Fit<'_>) -> Result<T, Declined>;

impl<S: 'static> Router<S> {
    pub(crate) fn new(table: Table<S>) -> Self {
        let mut by_kind = vec![Vec::new(); RouteKind::ALL.len()];
        let (mut text_entries, mut patterns) = (Vec::new(), Vec::new());
        for (index, entry) in table.entries.iter().enumerate() {
            by_kind[entry.route.kind as usize].push(index);
            let pattern = match (entry.route.kind, entry.pattern) {
                (RouteKind::Text, Pattern::Regex { pattern, captures }) => TextPattern::Regex {
                    pattern,
                    captures: !captures.is_empty(),
                },
                (RouteKind::Text, Pattern::Words(words)) => TextPattern::Words(words),
                (RouteKind::Text, _) => TextPattern::Regex {
                    pattern: "",
                    captures: false,
                },
                _ => continue,
            };
            text_entries.push(index);
            patterns.push(pattern);
        }
        Self {
            table,
            by_kind,
            texts: TextRoutes::new(patterns),
            text_entries,
        }
    }

    pub(crate) fn entry(&self, index: usize) -> &'static Entry<S> {
        &self.table.entries[index]
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.table.entries.len()
    }

    /// The entries of a kind, in the order of `bot!`.
    pub(crate) fn of_kind(&self, kind: RouteKind) -> &[usize] {
        &self.by_kind[kind as usize]
    }

    /// Takes the first route that fits.
    pub(crate) fn route<T>(
        &self,
        event: &Event<'_>,
        situation: Situation<'_>,
        trace: &mut Trace,
        take: Take<'_, T>,
    ) -> Option<T> {
        Routing {
            router: self,
            event,
            situation,
            trace,
            take,
        }
        .run()
    }
}

/// One event on its way.
struct Routing<'r, T, S: 'static> {
    router: &'r Router<S>,
    event: &'r Event<'r>,
    situation: Situation<'r>,
    trace: &'r mut Trace,
    take: Take<'r, T>,
}

impl<'r, T, S: 'static> Routing<'r, T, S> {
    fn run(&mut self) -> Option<T> {
        let event = self.event;
        let own = own_kind(event);
        if event.channel() == Channel::Standby {
            return self.standby(own.as_ref());
        }
        if event.is_echo() {
            let of = match echo_of(event, self.situation.own_app) {
                EchoOf::Own => "own",
                EchoOf::Other => "other",
            };
            return self.kind(&Kind {
                route: RouteKind::Echo,
                words: vec![Cow::Borrowed(of)],
            });
        }
        if let Some(taken) = self.reference() {
            return Some(taken);
        }
        if let Some(payload) = self.payload_of_a_flow() {
            return self.answer(payload);
        }
        self.postback()
            .or_else(|| self.quick_reply())
            .or_else(|| self.typed_title())
            .or_else(|| self.running_flow())
            .or_else(|| self.text())
            .or_else(|| self.attachments())
            .or_else(|| own.as_ref().and_then(|own| self.kind(own)))
            .or_else(|| self.kind(&Kind::of(RouteKind::Event)))
            .or_else(|| {
                if said_by_a_person(event) {
                    self.kind(&Kind::of(RouteKind::Fallback))
                } else {
                    None
                }
            })
    }

    /// Standby goes to `on_standby` alone, thread-control events by their kind.
    fn standby(&mut self, own: Option<&Kind<'_>>) -> Option<T> {
        match own {
            Some(own) if own.is_thread_control() => self.kind(own),
            _ => self.kind(&Kind::of(RouteKind::Standby)),
        }
    }

    /// A `ref` that a referral route names, wherever it arrives.
    fn reference(&mut self) -> Option<T> {
        let reference = self.event.reference()?;
        let router = self.router;
        router.of_kind(RouteKind::Referral).iter().find_map(|&index| {
            let captures = match router.entry(index).pattern {
                Pattern::Template { literals, captures } => Captures::template(literals, captures, reference),
                _ => return None,
            };
            match captures {
                Some(captures) => self.try_entry(index, &captures),
                None => self.miss(index, Why::ReferenceDiffers),
            }
        })
    }

    /// What was tapped, where it belongs to a flow.
    fn payload_of_a_flow(&self) -> Option<FlowPayload<'r>> {
        let event = self.event;
        if is_postback(event) || is_quick_reply(event) {
            FlowPayload::read(event.payload()?)
        } else {
            None
        }
    }

    /// A tap on an answer: to the step that waits for it. One of an older question has the question asked again; where
    /// no flow runs it goes to `fallback` alone.
    fn answer(&mut self, payload: FlowPayload<'_>) -> Option<T> {
        match self.situation.flow {
            Some(flow) if flow.is_at(payload.flow, payload.step) => {
                self.flow(Way::Answer(Some(payload.value)))
            }
            Some(_) => self.flow(Way::Again),
            None => self.kind(&Kind::of(RouteKind::Fallback)),
        }
    }

    /// The words that cancel the flow, text routes that interrupt it, then its step.
    fn running_flow(&mut self) -> Option<T> {
        let flow = self.situation.flow?;
        if let Some(text) = typed(self.event) {
            if flow.is_cancelled_by(text) {
                return self.flow(Way::Cancel);
            }
            if let Some(taken) = self.texts(|route| route.interrupts) {
                return Some(taken);
            }
        }
        if is_message(self.event) && flow.takes(self.event) {
            return self.flow(Way::Answer(None));
        }
        None
    }

    fn flow(&mut self, way: Way<'_>) -> Option<T> {
        (self.take)(Fit::Flow(way)).ok()
    }

    fn postback(&mut self) -> Option<T> {
        if !is_postback(self.event) {
            return None;
        }
        self.event
            .payload()
            .and_then(|payload| self.payload(payload, RouteKind::Postback))
            .or_else(|| self.kind(&Kind::of(RouteKind::Postback)))
            .or_else(|| self.kind(&Kind::of(RouteKind::Payload)))
    }

    fn quick_reply(&mut self) -> Option<T> {
        if !is_quick_reply(self.event) {
            return None;
        }
        let payload = self.event.payload();
        payload
            .and_then(|payload| self.payload(payload, RouteKind::QuickReply))
            .or_else(|| self.quick_reply_of_any_payload(payload))
    }

    fn quick_reply_of_any_payload(&mut self, payload: Option<&str>) -> Option<T> {
        let content = match (payload, self.event.text()) {
            (Some(payload), Some(text)) if payload == text => contact(payload),
            _ => None,
        };
        // A phone number or an e-mail address goes to the step that waits for one.
        if content.is_some()
            && let Some(flow) = self.situation.flow
            && flow.takes(self.event)
        {
            return self.flow(Way::Answer(None));
        }
        let words = content.into_iter().map(Cow::Borrowed).collect();
        self.kind(&Kind {
            route: RouteKind::QuickReply,
            words,
        })
        .or_else(|| self.kind(&Kind::of(RouteKind::Payload)))
    }

    /// Text that equals the title of a quick reply offered in the last message counts as that tap.
    fn typed_title(&mut self) -> Option<T> {
        let text = typed(self.event)?;
        let offered = self
            .situation
            .offered
            .iter()
            .find(|offered| eq_folded(offered.title.trim(), text))?;
        if let Some(payload) = FlowPayload::read(&offered.payload) {
            let flow = self.situation.flow?;
            return if flow.is_at(payload.flow, payload.step) {
                self.flow(Way::Answer(Some(payload.value)))
            } else {
                None
            };
        }
        self.payload(&offered.payload, RouteKind::QuickReply)
            .or_else(|| self.quick_reply_of_any_payload(Some(&offered.payload)))
    }

    /// The route whose payload pattern fits, of `kind` or of `on_payload`.
    fn payload(&mut self, payload: &str, kind: RouteKind) -> Option<T> {
        let table = &self.router.table;
        let found = if kind == RouteKind::Postback {
            (table.postback)(payload)
        } else {
            (table.quick_reply)(payload)
        };
        if self.trace.is_on() {
            self.trace_payloads(kind, found);
        }
        let index = found?;
        self.try_entry(
            index,
            &Captures::payload(&self.router.entry(index).pattern, payload),
        )
    }

    fn trace_payloads(&mut self, kind: RouteKind, found: Option<usize>) {
        for (index, entry) in self.router.table.entries.iter().enumerate() {
            let answers = matches!(entry.pattern, Pattern::Payload { .. })
                && (entry.route.kind == kind
                    || entry.route.kind == RouteKind::Payload
                    || (entry.route.kind == RouteKind::GetStarted && kind == RouteKind::Postback));
            if answers && found != Some(index) {
                self.trace.add(entry.route, Why::PayloadDiffers);
            }
        }
    }

    /// Text routes in the order of `bot!`; the text is trimmed for them.
    fn text(&mut self) -> Option<T> {
        self.texts(|_| true)
    }

    fn texts(&mut self, is_asked: impl Fn(Route) -> bool) -> Option<T> {
        let text = typed(self.event)?;
        let router = self.router;
        let mut next = 0;
        for (position, captures) in router.texts.matches(text) {
            if !is_asked(router.entry(router.text_entries[position]).route) {
                continue;
            }
            self.miss_texts(next..position);
            next = position + 1;
            let captures = captures.map_or_else(Captures::none, Captures::text);
            if let Some(taken) = self.try_entry(router.text_entries[position], &captures) {
                return Some(taken);
            }
        }
        self.miss_texts(next..router.text_entries.len());
        None
    }

    fn miss_texts(&mut self, positions: std::ops::Range<usize>) {
        if self.trace.is_on() {
            for position in positions {
                self.miss::<T>(self.router.text_entries[position], Why::TextDiffers);
            }
        }
    }

    fn attachments(&mut self) -> Option<T> {
        let words: Vec<_> = self
            .event
            .attachments()
            .iter()
            .map(|one| Cow::Borrowed(one.kind.as_str()))
            .collect();
        if words.is_empty() {
            None
        } else {
            self.kind(&Kind {
                route: RouteKind::Attachment,
                words,
            })
        }
    }

    /// Routes of one kind: those that name one of the event's words first, then those for every event.
    fn kind(&mut self, kind: &Kind<'_>) -> Option<T> {
        let router = self.router;
        let of_kind = router.of_kind(kind.route);
        let named = of_kind
            .iter()
            .find_map(|&index| match router.entry(index).pattern {
                Pattern::OneOf(names)
                    if names
                        .iter()
                        .any(|name| kind.words.iter().any(|word| word == name)) =>
                {
                    self.try_entry(index, &Captures::none())
                }
                Pattern::OneOf(_) => self.miss(index, Why::OtherWord),
                _ => None,
            });
        named.or_else(|| {
            of_kind
                .iter()
                .find_map(|&index| match router.entry(index).pattern {
                    Pattern::Any => self.try_entry(index, &Captures::none()),
                    _ => None,
                })
        })
    }

    fn try_entry(&mut self, index: usize, captures: &Captures<'_>) -> Option<T> {
        let route = self.router.entry(index).route;
        match (self.take)(Fit::Entry(index, captures)) {
            Ok(taken) => {
                self.trace.took(route);
                Some(taken)
            }
            Err(Declined { capture }) => self.miss(index, Why::Unreadable { capture }),
        }
    }

    fn miss<U>(&mut self, index: usize, why: Why) -> Option<U> {
        if self.trace.is_on() {
            self.trace.add(self.route_of(index), why);
        }
        None
    }

    fn route_of(&self, index: usize) -> Route {
        self.router.entry(index).route
    }
}

/// Whose message an echo repeats.
///
/// What carries the key of an outbox is the bot's. Otherwise the app's id tells; where there is none to
/// compare with, because the bot does not know its own or because the echo is of Instagram, which names no
/// app, nothing can be told and it counts as the bot's.
pub(crate) fn echo_of(event: &Event<'_>, own_app: Option<&str>) -> EchoOf {
    let message = event.message();
    let metadata = message.and_then(|message| message.metadata.as_deref());
    if event.is_of_outbox() || metadata.and_then(split_key).is_some() {
        return EchoOf::Own;
    }
    match (own_app, message.and_then(|message| message.app_id.as_deref())) {
        (None, _) => EchoOf::Own,
        (Some(own), Some(app)) if own == app => EchoOf::Own,
        (Some(_), None) if event.object() == Object::Instagram => EchoOf::Own,
        (Some(_), _) => EchoOf::Other,
    }
}

/// Whether a person said it to the bot, so that silence would be rude.
pub(crate) fn said_by_a_person(event: &Event<'_>) -> bool {
    !event.is_standby() && (is_postback(event) || is_quick_reply(event) || is_message(event))
}

/// The word for what a phone or e-mail quick reply brought; their payload equals their text.
fn contact(text: &str) -> Option<&'static str> {
    if text.contains('@') {
        Some("email")
    } else if text.chars().filter(char::is_ascii_digit).count() >= 5
        && text.chars().all(|c| c.is_ascii_digit() || "+-() .".contains(c))
    {
        Some("phone")
    } else {
        None
    }
}
