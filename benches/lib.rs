//! What the measurements of this workspace share: the routes of the load bot.
//!
//! | where | what |
//! |---|---|
//! | `load-bot/` | the load bot, written with the framework |
//! | `by-hand/` | the same job written by hand on axum: the yardstick |
//! | `load/` | the load generator with a mock Graph API that checks every reply |
//! | `side-by-side` | builds the three and prints the ratios |
//! | `soak` | a steady load on the load bot with a SQLite file: speed of acknowledgements, growth |

use serde::Deserialize;

/// The routes that the load bot and its yardstick answer, as `load-routes.json` lists them.
#[derive(Debug, Deserialize)]
pub struct LoadRoutes {
    /// Exact quick-reply payloads, no two alike.
    pub payloads: Vec<String>,
    /// Patterns for texts, to be read without regard to case. Of several that match, the first wins.
    pub regexes: Vec<String>,
}

impl LoadRoutes {
    /// Reads the list that is compiled in.
    ///
    /// ```
    /// let routes = messenger_benches::LoadRoutes::read();
    /// assert_eq!((routes.payloads.len(), routes.regexes.len()), (150, 50));
    /// ```
    #[must_use]
    pub fn read() -> Self {
        serde_json::from_str(include_str!("load-routes.json"))
            .expect("the file is part of the source and tested")
    }
}
