//! What was done to each process of a node, and so of which sends nobody knows whether they were noted as done.

use std::time::Duration;

use tokio::time::Instant;

/// How long a store may take to note that a send is done, on a machine whose disk has a lot to do: until then the send
/// is in doubt where its process gets into trouble.
pub(super) const DOUBT: Duration = Duration::from_secs(3);

/// A time with a beginning, and an end unless it lasts.
type Span = (Instant, Option<Instant>);

/// Every process there was, by its number, and when the database was away.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    processes: Vec<Process>,
    database_away: Vec<Span>,
}

#[derive(Debug, Default)]
struct Process {
    ended: Option<Instant>,
    stopped: Vec<Span>,
    /// When it said that it had lost leases.
    lost_leases: Vec<Instant>,
}

impl Troubles {
    /// A process is started; gives its number.
    pub(super) fn born(&mut self) -> usize {
        self.processes.push(Process::default());
        self.processes.len() - 1
    }

    /// It has ended.
    pub(super) fn ended(&mut self, process: usize) {
        self.processes[process].ended = Some(Instant::now());
    }

    /// It is about to be stopped.
    pub(super) fn stops(&mut self, process: usize) {
        self.processes[process].stopped.push((Instant::now(), None));
    }

    /// It goes on.
    pub(super) fn goes_on(&mut self, process: usize) {
        end_last(&mut self.processes[process].stopped);
    }

    /// It says that it has lost leases: it or its database is slower than they last, as on a machine that has a lot to do.
    pub(super) fn loses_leases(&mut self, process: usize) {
        self.processes[process].lost_leases.push(Instant::now());
    }

    /// The database is about to be killed: all processes lose their connections.
    pub(super) fn database_goes(&mut self) {
        self.database_away.push((Instant::now(), None));
    }

    /// It can be connected to again.
    pub(super) fn database_is_back(&mut self) {
        end_last(&mut self.database_away);
    }

    /// Whether `process`, whose message was taken at `taken`, may have been kept from noting that.
    pub(super) fn doubt(&self, process: usize, taken: Instant) -> bool {
        let Some(process) = self.processes.get(process) else {
            return false;
        };
        let said_since = taken - DOUBT..=taken + 2 * DOUBT;
        process.ended.is_some_and(|ended| ended <= taken + DOUBT)
            || process.lost_leases.iter().any(|said| said_since.contains(said))
            || process
                .stopped
                .iter()
                .chain(&self.database_away)
                .any(|span| begins_by(span, taken + DOUBT) && lasts_until(span, taken - DOUBT))
    }

    /// Whether `process` was stopped until just now: what it sends, it may have begun before that.
    pub(super) fn has_just_gone_on(&self, process: usize) -> bool {
        let now = Instant::now();
        self.processes
            .get(process)
            .is_some_and(|process| process.stopped.iter().any(|span| lasts_until(span, now - DOUBT)))
    }

    /// Whether any of them was in trouble at any time since.
    pub(super) fn any_since(&self, since: Instant) -> bool {
        let ended = |process: &Process| process.ended.is_some_and(|ended| ended >= since);
        let stopped = |process: &Process| process.stopped.iter().any(|span| lasts_until(span, since));
        self.processes
            .iter()
            .any(|process| ended(process) || stopped(process))
            || self.database_away.iter().any(|span| lasts_until(span, since))
    }
}

fn end_last(spans: &mut [Span]) {
    if let Some((_, end)) = spans.last_mut() {
        end.get_or_insert_with(Instant::now);
    }
}

fn begins_by((begin, _): &Span, moment: Instant) -> bool {
    *begin <= moment
}

fn lasts_until((_, end): &Span, moment: Instant) -> bool {
    end.is_none_or(|end| end >= moment)
}
