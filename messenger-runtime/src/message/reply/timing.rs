//! How a reply is spread over time.

use std::time::Duration;

use super::{Action, Reply};

impl Reply {
    /// Lets time pass before whatever follows, at most 60 seconds.
    ///
    /// The pause is part of what the conversation has still to send: it holds up nobody else, and a restart in it has
    /// what follows sent all the same. What other turns of the same conversation say comes behind it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use messenger_runtime::message::{Platform, Reply};
    ///
    /// let joke = Reply::text("Knock, knock.").pause(Duration::from_secs(3)).then("Who is there?");
    /// assert!(joke.check(Platform::Messenger).is_ok());
    /// let long = Reply::text("See you.").pause(Duration::from_secs(61)).then("There you are.");
    /// assert_eq!(
    ///     long.check(Platform::Messenger).unwrap_err().to_string(),
    ///     "MSG102 actions[1].pause: 61 seconds, 0 to 60",
    /// );
    /// ```
    pub fn pause(self, pause: Duration) -> Self {
        self.then(Action::Pause(pause))
    }

    /// Shows for this long that the bot is typing, before whatever follows; at most 60 seconds, and the platform shows
    /// it for 20.
    ///
    /// ```
    /// use std::time::Duration;
    /// use messenger_runtime::message::Reply;
    ///
    /// let reply = Reply::text("Let me look.").typing(Duration::from_secs(2)).then("We have three left.");
    /// assert_eq!(reply.actions().len(), 4);
    /// ```
    pub fn typing(self, time: Duration) -> Self {
        self.then(Self::typing_on()).pause(time)
    }
}
