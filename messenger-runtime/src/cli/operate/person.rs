//! `person`: everything about somebody, shown or deleted.

use std::process::ExitCode;

use reqwest::Method;

use super::{
    super::{
        Failure,
        args::{Person, Whom},
        ask, print, tell,
    },
    desk::Desk,
    pretty,
};
use crate::{Bot, BotBuilder};

pub(crate) async fn run<B: Bot>(
    builder: BotBuilder<B>,
    name: &str,
    command: Person,
) -> Result<ExitCode, Failure> {
    let erase = match &command {
        Person::Export(_) => None,
        Person::Erase(args) => Some(args.yes),
    };
    let (Person::Export(whom) | Person::Erase(super::super::args::Erase { whom, .. })) = command;
    if erase == Some(false) {
        let question = format!(
            "Delete everything that is kept about the person {} of {}, for good?",
            whom.person, whom.page
        );
        if !ask::whether(&question, "deleted")? {
            tell("Nothing was deleted.");
            return Ok(ExitCode::FAILURE);
        }
    }
    let desk = Desk::find(builder, name).await?;
    let ended = match erase {
        None => export(&desk, &whom).await,
        Some(_) => delete(&desk, &whom).await,
    };
    desk.leave().await?;
    ended.map(|()| ExitCode::SUCCESS)
}

fn path(whom: &Whom) -> String {
    let object = if whom.instagram { "?object=instagram" } else { "" };
    format!("/people/{}/{}{object}", whom.page, whom.person)
}

async fn export(desk: &Desk, whom: &Whom) -> Result<(), Failure> {
    let document = desk.ask(Method::GET, &path(whom)).await?;
    print(&pretty(&document))
}

async fn delete(desk: &Desk, whom: &Whom) -> Result<(), Failure> {
    desk.ask(Method::DELETE, &path(whom)).await?;
    tell("Everything that was kept about this person is deleted.");
    Ok(())
}
