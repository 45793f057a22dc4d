//! `profile diff`, `push` and `pull`: the page's profile against the one that the code declares.
//!
//! All three read the page with one call. `lines` writes a profile in lines that can be compared, `diff`
//! shows what differs, `plan` decides on the calls of a push, `code` writes a profile as Rust.
//!
//! A property that the code does not declare is left alone, unless `--prune` is given.

mod code;
mod diff;
mod lines;
mod plan;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use self::{diff::Diff, plan::Plan};
use super::{
    Failure, args, ask,
    page::{Meant, Page},
    print, tell,
};
use crate::{
    Bot, BotBuilder,
    graph::{MessengerProfile, ProfileProperty},
    message::Platform,
};

/// What the commands compare: everything that can be set.
const PROPERTIES: [ProfileProperty; 7] = [
    ProfileProperty::GetStarted,
    ProfileProperty::Greeting,
    ProfileProperty::PersistentMenu,
    ProfileProperty::IceBreakers,
    ProfileProperty::Commands,
    ProfileProperty::WhitelistedDomains,
    ProfileProperty::AccountLinkingUrl,
];

/// What an Instagram account has of it.
const ON_INSTAGRAM: [ProfileProperty; 2] = [ProfileProperty::PersistentMenu, ProfileProperty::IceBreakers];

fn properties(platform: Platform) -> &'static [ProfileProperty] {
    match platform {
        Platform::Messenger => &PROPERTIES,
        Platform::Instagram => &ON_INSTAGRAM,
    }
}

/// Runs one of the three.
pub(super) async fn run<B: Bot>(
    mut builder: BotBuilder<B>,
    name: &str,
    command: args::Profile,
) -> Result<ExitCode, Failure> {
    let declared = builder.take_messenger_profile();
    let (config, client) = builder.into_client()?;
    let on = match &command {
        args::Profile::Diff(on) => on,
        args::Profile::Push(push) => &push.on,
        args::Profile::Pull(pull) => &pull.on,
    };
    let page = Meant::pick(&config, &client, on.page.clone(), on.instagram)?;
    let command_line = CommandLine {
        name,
        options: on.options(),
    };
    match command {
        args::Profile::Diff(_) => diff(&command_line, page, declared).await,
        args::Profile::Push(push) => self::push(&command_line, page, declared, push.yes, push.prune).await,
        args::Profile::Pull(pull) => self::pull::<B>(page, pull.json).await,
    }
}

/// How another of the three is run for the same page.
#[derive(Debug)]
struct CommandLine<'a> {
    name: &'a str,
    options: String,
}

impl CommandLine<'_> {
    fn of(&self, command: &str) -> String {
        format!("{} profile {command}{}", self.name, self.options)
    }
}

async fn diff(
    command_line: &CommandLine<'_>,
    page: Meant,
    declared: Option<MessengerProfile>,
) -> Result<ExitCode, Failure> {
    let code = checked(command_line, page.platform(), declared)?;
    let page = &page.confirm().await?;
    let diff = Diff::new(&on_page(page).await?, &code, false);
    show(page, &diff)?;
    if diff.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let push = command_line.of("push");
    tell(format_args!("`{push}` makes the page as the code says."));
    Ok(ExitCode::FAILURE)
}

async fn push(
    command_line: &CommandLine<'_>,
    page: Meant,
    declared: Option<MessengerProfile>,
    yes: bool,
    prune: bool,
) -> Result<ExitCode, Failure> {
    let code = checked(command_line, page.platform(), declared)?;
    let page = &page.confirm().await?;
    let has = on_page(page).await?;
    let diff = Diff::new(&has, &code, prune);
    show(page, &diff)?;
    if diff.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Plan::new(&has, &code, &diff, page.graph.platform()).map_err(Failure::Command)?;
    if !yes && !ask::whether(&format!("Write this to {}?", page.name()), "written")? {
        tell("Nothing was written.");
        return Ok(ExitCode::FAILURE);
    }
    plan.carry_out(&page.graph, &command_line.of("diff")).await?;
    tell(format_args!("Done: {} is as the code says.", page.name()));
    if diff.changes(ProfileProperty::PersistentMenu) {
        tell("People see the change of the menu within 24 hours.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn pull<B: Bot>(page: Meant, json: bool) -> Result<ExitCode, Failure> {
    let page = page.confirm().await?;
    let has = on_page(&page).await?;
    tell(format_args!("The profile of {}:", page.name()));
    if json {
        let json = serde_json::to_string_pretty(&has).expect("strings always serialise");
        print(&json)?;
    } else {
        print(code::function(&has, &code::Handlers::of::<B>()).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn on_page(page: &Page) -> Result<MessengerProfile, Failure> {
    let properties = properties(page.graph.platform());
    // A further try would count against the few calls that a page takes.
    let graph = page.graph.once();
    let has = graph.messenger_profile(properties.iter().copied()).await?;
    Ok(has.only(properties))
}

/// What the code declares, as far as the platform has it, and within its limits.
fn checked(
    command_line: &CommandLine<'_>,
    platform: Platform,
    declared: Option<MessengerProfile>,
) -> Result<MessengerProfile, Failure> {
    let Some(mut code) = declared else {
        return Err(Failure::Command(format!(
            "the bot declares no profile; write `.messenger_profile(profile())` before `.cli()`. \
             `{}` prints the page's own as such a function",
            command_line.of("pull")
        )));
    };
    if platform == Platform::Instagram {
        let left_out = leave_out(&mut code);
        if !left_out.is_empty() {
            tell(format_args!("Left out on Instagram: {}.", left_out.join(", ")));
        }
    }
    match code.check(platform) {
        Ok(()) => Ok(code),
        Err(errors) => Err(Failure::Command(format!(
            "the profile that the code declares breaks the platform's limits:\n{errors}"
        ))),
    }
}

/// Takes off what Instagram does not have; answers what that was.
fn leave_out(code: &mut MessengerProfile) -> Vec<&'static str> {
    let mut left_out: Vec<_> = PROPERTIES
        .iter()
        .filter(|property| code.has(**property) && !ON_INSTAGRAM.contains(property))
        .map(|property| property.name())
        .collect();
    *code = std::mem::take(code).only(&ON_INSTAGRAM);
    if let Some(menus) = &mut code.persistent_menu {
        let (mut disabled, mut heights) = (false, false);
        for menu in menus.values_mut() {
            disabled |= std::mem::take(&mut menu.composer_input_disabled);
            for item in &mut menu.items {
                heights |= item.take_height().is_some();
            }
        }
        if disabled {
            left_out.push("composer_input_disabled");
        }
        if heights {
            left_out.push("webview_height_ratio");
        }
    }
    left_out
}

fn show(page: &Page, diff: &Diff) -> Result<(), Failure> {
    let mut shown = ask::Page::for_stdout();
    diff.show(&mut shown);
    if shown.text.is_empty() {
        shown.text += "The page has no profile, and the code declares none.\n";
    }
    let verdict = match diff.count() {
        0 => format!("{} is as the code says.", capital(&page.name())),
        1 => format!("1 property of {} differs.", page.name()),
        more => format!("{more} properties of {} differ.", page.name()),
    };
    print(&format!("{}\n{verdict}", shown.text))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
