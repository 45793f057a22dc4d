//! The plain model: what the bot must say and keep, written down from what is promised of flows.

use serde_json::{Value, json};

/// What happens to a person's conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Text(&'static str),
    QuickReply {
        title: String,
        payload: String,
    },
    Postback(String),
    Location,
    Image,
    Read,
    /// Somebody else answers from the inbox.
    Agent,
}

/// A rule that a model leaves out, to see that the histories come by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    StaleTapsAnswer,
    StaleTapsReachTheFallback,
    TypedTitlesAreWords,
    NoQuestionAfterAnInterrupt,
    NoQuestionAfterAPostback,
    NoQuestionAfterOtherInput,
    AttemptsNeverRunOut,
    RetriesCountOverQuestions,
    BeginKeepsTheOldFlow,
    BeginCancelsUnheard,
    GetStartedCancels,
    CancelIsAnAnswer,
    OuterWordsDoNotCancel,
    HandOverAsks,
    AgentsAreIgnored,
    NeverExpires,
    NoticesDoNotExpire,
    FailedStepsGoOn,
    FailedStepsAsk,
    InnerValueIsLost,
    RetriedFlowKeepsItsValue,
    SorryAfterTheEnd,
    DuplicatesCount,
}

impl Fault {
    pub(crate) const ALL: [Self; 23] = [
        Self::StaleTapsAnswer,
        Self::StaleTapsReachTheFallback,
        Self::TypedTitlesAreWords,
        Self::NoQuestionAfterAnInterrupt,
        Self::NoQuestionAfterAPostback,
        Self::NoQuestionAfterOtherInput,
        Self::AttemptsNeverRunOut,
        Self::RetriesCountOverQuestions,
        Self::BeginKeepsTheOldFlow,
        Self::BeginCancelsUnheard,
        Self::GetStartedCancels,
        Self::CancelIsAnAnswer,
        Self::OuterWordsDoNotCancel,
        Self::HandOverAsks,
        Self::AgentsAreIgnored,
        Self::NeverExpires,
        Self::NoticesDoNotExpire,
        Self::FailedStepsGoOn,
        Self::FailedStepsAsk,
        Self::InnerValueIsLost,
        Self::RetriedFlowKeepsItsValue,
        Self::SorryAfterTheEnd,
        Self::DuplicatesCount,
    ];
}

const EXPIRES: u64 = 30 * 60;
const PAUSE: u64 = 30 * 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Cups,
    Way,
    Sure,
    City,
    House,
}

/// A running `Order`, with its `Address` while that has the word.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    step: Step,
    cups: u32,
    rounds: u32,
    to: Option<Address>,
    address: Option<Address>,
    failed: u32,
    expires: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Address {
    cups: u32,
    city: String,
    pictures: usize,
}

/// What the bot knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    without: Option<Fault>,
    order: Option<Order>,
    /// Titles and payloads below the last message.
    offered: Vec<(String, String)>,
    paused_until: u64,
}

impl Model {
    pub(crate) fn new(without: Option<Fault>) -> Self {
        Self {
            without,
            order: None,
            offered: Vec::new(),
            paused_until: 0,
        }
    }

    /// Whether an event that the platform delivers twice counts once.
    pub(crate) fn knows_duplicates(&self) -> bool {
        !self.lacks(Fault::DuplicatesCount)
    }

    /// The flow in the form in which it is stored, without its deadline.
    pub(crate) fn stored(&self) -> Value {
        let Some(order) = &self.order else {
            return Value::Null;
        };
        let outer = |step| {
            json!({
                "flow": "Order", "version": 3, "step": step,
                "data": {"cups": order.cups, "rounds": order.rounds, "to": order.to.as_ref().map(Address::stored)},
            })
        };
        let mut stored = match &order.address {
            None => outer(order.step.name()),
            Some(address) => json!({
                "flow": "Address", "version": 1, "step": order.step.name(), "data": address.stored(),
                "within": outer("address"),
            }),
        };
        if order.failed > 0 {
            stored["failed"] = json!(order.failed);
        }
        stored
    }

    /// What the bot says to the event.
    pub(crate) fn says(&mut self, event: &Event, now: u64) -> Vec<String> {
        if *event == Event::Agent {
            if !self.lacks(Fault::AgentsAreIgnored) {
                self.paused_until = now + PAUSE;
            }
            return Vec::new();
        }
        if now < self.paused_until {
            return Vec::new();
        }
        self.paused_until = 0;
        let mut said = Vec::new();
        let waits = self.lacks(Fault::NoticesDoNotExpire) && *event == Event::Read;
        if let Some(order) = self.order.take_if(|order| order.expires <= now && !waits) {
            if self.lacks(Fault::NeverExpires) {
                self.order = Some(order);
            } else {
                said.push(format!("{} gone cold", order.cups));
                self.note(&said);
            }
        }
        let mut more = self.answers(event, now);
        if !said.is_empty() && more == ["sorry?"] && !self.lacks(Fault::SorryAfterTheEnd) {
            more.clear();
        }
        self.note(&more);
        said.extend(more);
        said
    }

    fn lacks(&self, fault: Fault) -> bool {
        self.without == Some(fault)
    }

    fn note(&mut self, said: &[String]) {
        if let Some(last) = said.iter().rfind(|one| *one != "(pass)") {
            self.offered = crate::phone::quick_replies(last);
        }
    }

    fn answers(&mut self, event: &Event, now: u64) -> Vec<String> {
        match event {
            Event::Agent | Event::Read => Vec::new(),
            Event::Postback(payload) => match payload.as_str() {
                "GET_STARTED" => {
                    let order = self.order.take();
                    let hook = order.filter(|_| self.lacks(Fault::GetStartedCancels));
                    let mut said = vec!["hello".to_owned()];
                    said.extend(hook.map(|order| order.put_back()));
                    said
                }
                "MENU" => self.and_asks(menu(), Fault::NoQuestionAfterAPostback),
                "ORDER" => self.begins(now),
                payload => self.taps(payload, now).unwrap_or_else(|| self.fallback()),
            },
            Event::QuickReply { payload, .. } => match self.taps(payload, now) {
                Some(said) => said,
                None => self.size(payload),
            },
            Event::Text(text) => self.reads(text, now),
            Event::Location | Event::Image => {
                if self.is_at(Step::House) {
                    return self.answer(Some(1), "", now);
                }
                let said = if *event == Event::Location {
                    "nice place"
                } else {
                    "sorry?"
                };
                self.and_asks(vec![said.to_owned()], Fault::NoQuestionAfterOtherInput)
            }
        }
    }

    fn reads(&mut self, typed: &str, now: u64) -> Vec<String> {
        let text = typed.trim();
        let same = |other: &str| other.to_lowercase() == text.to_lowercase();
        let offered = self.offered.iter().find(|(title, _)| same(title)).cloned();
        if let Some((_, payload)) = offered.filter(|_| !self.lacks(Fault::TypedTitlesAreWords)) {
            match flow_payload(&payload) {
                None => return self.size(&payload),
                Some((flow, step, value)) if self.is_asked(flow, step) => {
                    return self.answer(None, value, now);
                }
                Some(_) => {}
            }
        }
        if let Some(order) = &self.order {
            let inner = order.address.is_some() && same("back");
            let outer =
                same("cancel") && !(order.address.is_some() && self.lacks(Fault::OuterWordsDoNotCancel));
            if (inner || outer) && !self.lacks(Fault::CancelIsAnAnswer) {
                return vec![self.order.take().expect("it runs").put_back()];
            }
        }
        if same("menu") {
            return self.and_asks(menu(), Fault::NoQuestionAfterAnInterrupt);
        }
        if same("stop it") {
            let order = self.order.take();
            let mut said = vec!["stopped".to_owned()];
            said.extend(order.map(|order| order.put_back()));
            return said;
        }
        if same("human") {
            let mut said = vec!["one moment".to_owned(), "(pass)".to_owned()];
            if self.lacks(Fault::HandOverAsks) {
                said.extend(self.order.as_ref().map(Order::question));
            }
            return said;
        }
        if self.order.is_some() && !self.is_at(Step::House) {
            return self.answer(None, text, now);
        }
        if same("order") {
            return self.begins(now);
        }
        self.fallback()
    }

    /// A tap that belongs to a flow.
    fn taps(&mut self, payload: &str, now: u64) -> Option<Vec<String>> {
        let (flow, step, value) = flow_payload(payload)?;
        let Some(order) = &self.order else {
            return Some(vec!["sorry?".to_owned()]);
        };
        if self.is_asked(flow, step) || self.lacks(Fault::StaleTapsAnswer) && order.step != Step::House {
            return Some(self.answer(None, value, now));
        }
        let question = order.question();
        Some(if self.lacks(Fault::StaleTapsReachTheFallback) {
            vec!["sorry?".to_owned(), question]
        } else {
            vec![question]
        })
    }

    fn is_at(&self, step: Step) -> bool {
        self.order.as_ref().is_some_and(|order| order.step == step)
    }

    fn is_asked(&self, flow: &str, step: &str) -> bool {
        let asked = self.order.as_ref().map(|order| order.step);
        asked.is_some_and(|asked| asked.flow() == flow && asked.name() == step)
    }

    fn size(&self, payload: &str) -> Vec<String> {
        let size = payload.trim_start_matches("SIZE:");
        self.and_asks(vec![format!("size {size}")], Fault::NoQuestionAfterAPostback)
    }

    fn fallback(&self) -> Vec<String> {
        self.and_asks(vec!["sorry?".to_owned()], Fault::NoQuestionAfterOtherInput)
    }

    fn and_asks(&self, mut said: Vec<String>, unless: Fault) -> Vec<String> {
        if !self.lacks(unless) {
            said.extend(self.order.as_ref().map(Order::question));
        }
        said
    }

    fn begins(&mut self, now: u64) -> Vec<String> {
        let mut said = vec!["gladly".to_owned()];
        if let Some(order) = self.order.take() {
            if self.lacks(Fault::BeginKeepsTheOldFlow) {
                said.push(order.question());
                self.order = Some(order);
                return said;
            }
            if !self.lacks(Fault::BeginCancelsUnheard) {
                said.push(order.put_back());
            }
        }
        let order = Order {
            step: Step::Cups,
            cups: 0,
            rounds: 0,
            to: None,
            address: None,
            failed: 0,
            expires: now + EXPIRES,
        };
        said.push(order.question());
        self.order = Some(order);
        said
    }

    /// The step reads what was said, or how many pictures were sent, and goes on.
    fn answer(&mut self, pictures: Option<usize>, words: &str, now: u64) -> Vec<String> {
        let before = self.order.take().expect("a flow waits");
        let mut order = before.clone();
        let mut said = Vec::new();
        let retries = |said: &mut Vec<String>, order: &mut Order, why: &str| {
            said.push(why.to_owned());
            order.failed += 1;
        };
        match order.step {
            Step::Cups => match words.parse::<u32>() {
                Ok(cups) if cups <= 5 => {
                    order.cups = cups;
                    order.comes_to(Step::Way, self.without);
                }
                fits_not => {
                    let why = match fits_not {
                        Ok(_) => "We have only five.",
                        Err(_) => "Please send a whole number, in digits.",
                    };
                    retries(&mut said, &mut order, why);
                    if order.failed >= 3 && !self.lacks(Fault::AttemptsNeverRunOut) {
                        said.push("Let me show you.".to_owned());
                        order.rounds += 10;
                        order.comes_to(Step::Cups, self.without);
                    }
                }
            },
            Step::Way => match one_of(words, &[("Here", "Here"), ("Bring it", "Deliver")]) {
                Some("Here") => {
                    said.push("Sit down.".to_owned());
                    order.comes_to(Step::Sure, self.without);
                }
                Some(_) => {
                    said.push("We come.".to_owned());
                    order.asks_for_address(self.without);
                }
                None => retries(
                    &mut said,
                    &mut order,
                    "Please choose one of these: Here, Bring it.",
                ),
            },
            Step::Sure => match one_of(words, &[("Yes", "Yes"), ("No", "No")]) {
                Some("Yes") => {
                    order.rounds += 1;
                    let city = order.to.as_ref().map_or("here", |to| &to.city);
                    return vec![format!("{} for {city} in round {}", order.cups, order.rounds)];
                }
                Some(_) => {
                    order.rounds += 1;
                    order.comes_to(Step::Cups, self.without);
                }
                None => retries(&mut said, &mut order, "Please choose one of these: Yes, No."),
            },
            Step::City if words == "boom" && !self.lacks(Fault::FailedStepsGoOn) => {
                let mut said = vec!["oops".to_owned()];
                if self.lacks(Fault::FailedStepsAsk) {
                    said.push(before.question());
                }
                self.order = Some(before);
                return said;
            }
            Step::City => {
                order.address.as_mut().expect("it has the word").city = words.to_owned();
                order.comes_to(Step::House, self.without);
            }
            Step::House => {
                let mut address = order.address.take().expect("it has the word");
                address.pictures = pictures.unwrap_or_default();
                said.push(format!("noted for {}", address.cups));
                if address.city == "Atlantis" {
                    said.push("That has gone under.".to_owned());
                    order.asks_for_address(self.without);
                    if self.lacks(Fault::RetriedFlowKeepsItsValue) {
                        order.address = Some(address);
                    }
                } else {
                    order.to = Some(address).filter(|_| !self.lacks(Fault::InnerValueIsLost));
                    order.comes_to(Step::Sure, self.without);
                }
            }
        }
        order.expires = now + EXPIRES;
        said.push(order.question());
        self.order = Some(order);
        said
    }
}

impl Order {
    fn comes_to(&mut self, step: Step, without: Option<Fault>) {
        self.step = step;
        if without != Some(Fault::RetriesCountOverQuestions) {
            self.failed = 0;
        }
    }

    fn asks_for_address(&mut self, without: Option<Fault>) {
        self.address = Some(Address {
            cups: self.cups,
            ..Address::default()
        });
        self.comes_to(Step::City, without);
    }

    fn put_back(&self) -> String {
        format!("{} put back", self.cups)
    }

    /// The question with what is offered below it, as a phone shows it.
    fn question(&self) -> String {
        let cups = self.cups;
        let offers = |question: String, offers: &[(&str, &str)]| {
            let (flow, step) = (self.step.flow(), self.step.name());
            let shown: Vec<_> = offers
                .iter()
                .map(|(title, value)| format!("[{title}=%flow:{flow}:{step}:{value}]"))
                .collect();
            format!("{question} {}", shown.join(" "))
        };
        match self.step {
            Step::Cups => offers(
                format!("How many, after {cups}?"),
                &[("1", "1"), ("2", "2"), ("3", "3")],
            ),
            Step::Way => offers(
                format!("The {cups} how?"),
                &[("Here", "Here"), ("Bring it", "Deliver")],
            ),
            Step::Sure => offers(format!("{cups}, sure?"), &[("Yes", "Yes"), ("No", "No")]),
            Step::City => ["Nantes", "Brest", "Atlantis"]
                .map(|city| format!("{city} (This=%flow:Address:city:{city})"))
                .join(" "),
            Step::House => {
                let city = self.address.as_ref().map_or("", |address| &address.city);
                format!("A picture of your house in {city}?")
            }
        }
    }
}

impl Address {
    fn stored(&self) -> Value {
        json!({"cups": self.cups, "city": self.city, "pictures": self.pictures})
    }
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Cups => "cups",
            Self::Way => "way",
            Self::Sure => "sure",
            Self::City => "city",
            Self::House => "house",
        }
    }

    fn flow(self) -> &'static str {
        match self {
            Self::Cups | Self::Way | Self::Sure => "Order",
            Self::City | Self::House => "Address",
        }
    }
}

fn menu() -> Vec<String> {
    vec!["green or black [Small=SIZE:1] [Large=SIZE:2]".to_owned()]
}

/// Flow, step and value of a payload that is a flow's.
fn flow_payload(payload: &str) -> Option<(&str, &str, &str)> {
    let mut parts = payload.strip_prefix("%flow:")?.splitn(3, ':');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// The name of the choice whose title or name was said.
fn one_of(words: &str, choices: &[(&str, &'static str)]) -> Option<&'static str> {
    let said = words.to_lowercase();
    let mut choices = choices.iter();
    choices.find_map(|(title, name)| {
        (said == title.to_lowercase() || said == name.to_lowercase()).then_some(*name)
    })
}
