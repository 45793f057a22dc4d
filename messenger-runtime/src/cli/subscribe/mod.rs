//! `subscribe`: has the platform send the page's events to the bot.
//!
//! Two subscriptions are compared with what the bot needs, shown, asked about and written: the app's (where
//! events go, and which) and the page's (that its events go to the app). `fields` says which fields the
//! bot's routes need.

mod fields;

use std::process::ExitCode;

use self::fields::Needed;
use super::{
    Failure,
    args::Subscribe,
    ask::{self, Mark},
    page::Meant,
    print, tell,
};
use crate::{
    Bot, BotBuilder,
    graph::{App, GraphError, NewSubscription, SubscribedApp, Subscription},
    message::Platform,
};

/// Where the app's id comes from, as an error says it.
const NO_APP_ID: &str =
    "MESSENGER_APP_ID is not set; expected: the app's id from the App Dashboard, digits only";

/// Shows both subscriptions, asks, and writes what differs.
pub(super) async fn run<B: Bot>(
    builder: BotBuilder<B>,
    name: &str,
    args: Subscribe,
) -> Result<ExitCode, Failure> {
    let (config, client) = builder.into_client()?;
    let options = args.options();
    let callback_url = args.callback_url.or_else(|| config.callback_url.clone());
    let (app_id, callback_url) = match (config.provider.app_id(), callback_url) {
        (Some(app_id), Some(callback_url)) => (app_id, callback_url),
        (app_id, callback_url) => {
            let no_address = || {
                format!(
                    "the webhook's public address is not known; give it with `{name} subscribe{options} \
                     --callback-url https://shop.example{}`, or set MESSENGER_CALLBACK_URL",
                    config.webhook_path
                )
            };
            let missing = [
                app_id.is_none().then(|| NO_APP_ID.to_owned()),
                callback_url.is_none().then(no_address),
            ];
            let missing: Vec<_> = missing.into_iter().flatten().collect();
            return Err(Failure::Command(missing.join("\n")));
        }
    };
    let page = Meant::pick(&config, &client, args.page, args.instagram)?;
    let page = page.confirm().await?;
    let platform = page.graph.platform();
    let (object, of) = match platform {
        Platform::Messenger => ("page", "pages"),
        Platform::Instagram => ("instagram", "Instagram accounts"),
    };
    let app = client.app();
    let now = current(&app, object).await?;
    let page_now = page_fields(page.graph.subscribed_apps().await?, &app_id);

    let mut wanted = Needed::by(B::ROUTES, platform);
    // A page is subscribed to by the names of pages, whatever its account is called there.
    let mut page_wanted = Needed::by(B::ROUTES, Platform::Messenger);
    for field in &args.fields {
        wanted.ask(field, platform);
        page_wanted.ask(field, Platform::Messenger);
    }
    let of_app = Side::new(
        now.as_ref().map_or(&[][..], |now| &now.fields),
        wanted,
        args.prune,
    );
    let of_page = Side::new(&page_now, page_wanted, args.prune);

    let mut shown = ask::Page::for_stdout();
    shown.heading(format!("The app {app_id}, events of {of}:"));
    let moves = show_address(&mut shown, now.as_ref(), &callback_url);
    of_app.show(&mut shown);
    shown.heading("");
    shown.heading(format!("The subscription of {}:", page.name()));
    of_page.show(&mut shown);
    print(&shown.text)?;
    for note in &of_app.wanted.notes {
        tell(note);
    }

    let write_app = moves || of_app.differs();
    if !write_app && !of_page.differs() {
        print("Both are as the bot needs them.")?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        tell("Nothing was written: --dry-run.");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.yes && !ask::whether("Write this?", "written")? {
        tell("Nothing was written.");
        return Ok(ExitCode::FAILURE);
    }
    // Each is written once: of several tries the last alone says how it ended.
    let look = format!("`{name} subscribe{options} --dry-run`");
    if write_app {
        let verify_token = config.provider.verify_token();
        let subscription = NewSubscription::new(&callback_url, verify_token)
            .object(object)
            .fields(&of_app.will_be);
        let made = app.once().create_subscription(&subscription).await;
        made.map_err(|error| {
            let outcome = if error.is_doubtful() {
                format!("The app may be subscribed all the same: {look} tells.")
            } else {
                "Nothing was written.".to_owned()
            };
            Failure::Midway {
                error,
                note: format!(
                    "{outcome} The platform calls {callback_url} before it agrees: the bot must be serving \
                     there (`{name} serve`), with the same MESSENGER_VERIFY_TOKEN."
                ),
            }
        })?;
        tell("the app is subscribed");
    }
    if of_page.differs() {
        let made = page.graph.once().subscribe_app(&of_page.will_be).await;
        made.map_err(|error| {
            let outcome = if error.is_doubtful() {
                format!("The page may be subscribed all the same: {look} tells.")
            } else {
                "This was not written.".to_owned()
            };
            Failure::Midway {
                error,
                note: format!(
                    "{outcome} The page's token needs the permissions pages_manage_metadata and \
                     pages_messaging."
                ),
            }
        })?;
        tell("the page is subscribed");
    }
    tell(format_args!(
        "Done: events of {} come to {callback_url}.",
        page.name()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn current(app: &App, object: &str) -> Result<Option<Subscription>, GraphError> {
    let all = app.subscriptions().await?;
    Ok(all.into_iter().find(|one| one.object == object))
}

/// The fields of this app among those that a page sends events to.
fn page_fields(apps: Vec<SubscribedApp>, id: &str) -> Vec<String> {
    let own = apps.into_iter().find(|app| app.id == id);
    own.map(|app| app.subscribed_fields).unwrap_or_default()
}

/// Shows where events go; answers whether that is to change.
fn show_address(shown: &mut ask::Page, now: Option<&Subscription>, callback_url: &str) -> bool {
    let known = now.and_then(|now| now.callback_url.as_deref());
    let asleep = now.is_some_and(|now| now.active == Some(false));
    if known == Some(callback_url) {
        if asleep {
            shown.line(
                1,
                Mark::Changed,
                format!("to {callback_url}, which is switched off"),
            );
        } else {
            shown.line(1, Mark::Same, format!("to {callback_url}"));
        }
        return asleep;
    }
    if let Some(known) = known {
        shown.line(1, Mark::Gone, format!("to {known}"));
    }
    shown.line(1, Mark::New, format!("to {callback_url}"));
    true
}

/// One subscription: what it has and what it will have.
#[derive(Debug)]
struct Side {
    now: Vec<String>,
    wanted: Needed,
    will_be: Vec<String>,
    prune: bool,
}

impl Side {
    /// What the bot does not use stays, unless `prune` drops it.
    fn new(now: &[String], wanted: Needed, prune: bool) -> Self {
        let mut will_be: Vec<String> = wanted.fields().map(str::to_owned).collect();
        if !prune {
            will_be.extend(now.iter().filter(|field| !wanted.has(field)).cloned());
        }
        will_be.sort();
        will_be.dedup();
        Self {
            now: now.to_vec(),
            wanted,
            will_be,
            prune,
        }
    }

    fn differs(&self) -> bool {
        let missing = self.will_be.iter().any(|field| !self.now.contains(field));
        missing || self.now.iter().any(|field| !self.will_be.contains(field))
    }

    fn show(&self, shown: &mut ask::Page) {
        let mut all: Vec<&String> = self.now.iter().chain(&self.will_be).collect();
        all.sort();
        all.dedup();
        let width = all.iter().map(|field| field.len()).max().unwrap_or_default();
        for field in all {
            let (mark, why) = match (self.now.contains(field), self.wanted.why(field)) {
                (true, Some(why)) => (Mark::Same, why),
                (_, Some(why)) => (Mark::New, why),
                (_, None) if self.prune => (Mark::Gone, "no route".to_owned()),
                (_, None) => (Mark::Left, "no route; --prune drops it".to_owned()),
            };
            shown.line(1, mark, format!("{field:width$}  {why}"));
        }
    }
}

#[cfg(test)]
mod tests;
