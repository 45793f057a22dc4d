//! The Graph API client: how a bot talks to the platform.
//!
//! A [`Client`] holds the connections and the configuration. [`Client::page`] binds it to a page; the
//! result, a [`Graph`], makes the calls with that page's token:
//!
//! ```
//! # use messenger_runtime::graph::{Action, Graph, GraphError};
//! # async fn example(graph: Graph) -> Result<(), GraphError> {
//! match graph.send("1254459154682919", "Hello!").await {
//!     Ok(sent) => println!("sent as {:?}", sent.message_id),
//!     Err(error) if error.action() == Action::WindowClosed => println!("they must write first"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # What there is
//!
//! Every call is a [`Request`]: made when it is awaited, or put into a [`Batch`]. Lists are a [`List`].
//!
//! | for | look at |
//! |---|---|
//! | messages, sender actions, reactions | [`Graph::send`], [`Graph::typing_on`], [`Graph::react`] |
//! | files, and the ids they are sent by | [`Graph::send_file`], [`Graph::upload`], [`Graph::attachment_id`] |
//! | private replies to comments and posts | [`Graph::private_reply_to_comment`] |
//! | the menu, greeting and ice breakers of a page or a person | [`Graph::messenger_profile`], [`Graph::user_menu`] |
//! | people | [`Graph::profile`], [`Graph::instagram_profile`], [`Graph::ids_for_pages`] |
//! | personas, labels | [`Graph::personas`], [`Graph::labels`] |
//! | who holds a conversation | [`Graph::pass_thread_control`], [`Graph::thread_owner`] |
//! | past conversations; blocking, spam | [`Graph::conversations`], [`Graph::moderate_conversations`] |
//! | message templates, stickers, voice calls | [`Graph::message_templates`], [`App::sticker_search`], [`Graph::accept_call`] |
//! | numbers: insights and events | [`Graph::insights`], [`Graph::log_events`] |
//! | the page and the app | [`Graph::page_info`], [`Graph::subscribe_app`], [`App::subscriptions`], [`Graph::set_nlp_configs`] |
//! | tokens | [`App::debug_token`], [`App::exchange_token`], [`App::accounts`] |
//! | account linking, webviews, links | [`AccountLinking`], [`SignedRequest`], [`MeLink`] |
//! | anything else | [`Graph::raw`] |
//!
//! [`Client::instagram`] binds the client to an Instagram account; what Instagram does not have is [`Unsupported`]
//! before a request leaves. Marketing messages are not offered: they are open to technology providers alone.
//!
//! # The way of a call
//!
//! What a call goes through, and the file that does it:
//!
//! 1. `send`, `upload`, `profile`, `labels`, `raw`, and so on: one file per area of the API. Each makes a
//!    body (serialised once, straight to bytes; files are read while they leave) and a URL (ids escaped,
//!    never spliced in).
//! 2. `pacing`: waits until the platform's rates let the call leave, see [`Pacing`]; so before every try.
//! 3. `transport` and `sign`: take the token and the app secret from the [`Provider`](crate::Provider)
//!    anew, put the token into the `Authorization` header and never into a URL, add `appsecret_proof`, show
//!    the request to the [`RequestHook`], wait for the answer under the time-out and the size limit.
//! 4. `fault` and `codes`: tell an error from an answer by its status *and* its body, for the platform also
//!    sends errors with status 200, and look up by number what it means.
//! 5. `retry`: tries again where the table says so. A send that may have arrived is never repeated: the
//!    platform has no idempotency key, so a repeat can show a person the same message twice.
//! 6. `error`: what is left is a [`GraphError`], which knows what to do next ([`Action`]) and whether the
//!    call may have been carried out all the same.
//!
//! # What is logged
//!
//! Each call is a [`tracing`] span `graph.call` at the level `DEBUG`, with these fields; what a call does not have
//! stays empty:
//!
//! | field | what |
//! |---|---|
//! | `method` | `GET`, `POST` or `DELETE` |
//! | `page` | the id of the page or account; `app` for the app's own calls |
//! | `edge` | the path below the version, with `*` for whatever may be an id: `me/messages`, `*` |
//! | `attempts` | how many tries it took; 0 where its turn came too late |
//! | `paced_ms` | how long it waited for its turns, in milliseconds |
//! | `status` | the HTTP status |
//! | `id` | of an error, this project's code, `MSG501` and on |
//! | `code`, `subcode`, `trace_id` | of a refusal, the platform's |
//!
//! In the span are three events, at `DEBUG` too: `answered` and `failed` end a try, `trying again` goes before the next.
//! No token, query, body or id of a person is in any of them. While nobody listens to them, they cost some nanoseconds.
//!
//! `redact` stands between all this and anything printable: no token, secret, or word of a person leaves
//! through `Debug`, `Display` or a hook (whose bodies are whole, but for tokens).

mod account_linking;
mod answer;
mod app;
mod batch;
mod bounded;
mod call;
mod calls;
mod client;
mod codes;
mod conversation_routing;
mod conversations;
mod error;
mod events;
mod fault;
mod flights;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzz;
mod hook;
mod id_matching;
mod insights;
mod labels;
mod link;
mod list;
mod message_templates;
mod messenger_profile;
mod moderation;
mod nlp;
mod pacing;
mod page;
mod pages;
mod personas;
mod private_replies;
mod profile;
mod raw;
mod redact;
mod request;
mod retry;
mod send;
mod sender_action;
mod sign;
mod signed_request;
mod stickers;
mod subscriptions;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod transport;
mod unsupported;
mod upload;

pub use account_linking::{AccountLinking, AccountLinkingError, LinkedAccount};
pub use app::App;
pub use batch::{Batch, BatchAnswers, BatchCall, BatchError, BatchKey};
pub use calls::{CallSession, OutgoingCall};
pub use client::{Client, ClientBuilder, Graph};
pub use codes::Action;
pub use conversation_routing::{INSTAGRAM_INBOX, LEAD_ADS, PAGE_INBOX, SecondaryReceiver, ThreadOwner};
pub use conversations::{Conversation, ConversationAttachment, ConversationMessage, Participant, Share};
pub use error::GraphError;
pub use events::{AppEvent, EventLog};
pub use hook::{PrintHook, RequestHook, RequestView, ResponseView};
pub use id_matching::{IdFilter, IdOwner, MatchedId, UserField};
pub use insights::{Insight, InsightOptions, InsightPeriod, InsightValue, Metric};
pub use labels::Label;
pub use link::MeLink;
pub use list::{List, ListPage};
pub use message_templates::{
    CreatedTemplate, LibraryTemplate, MessageTemplate, NewMessageTemplate, TemplateButton, TemplateComponent,
    TemplateComponentButton, TemplateRejection, TemplateSearch, TemplateStatus, TemplateText,
};
pub use messenger_profile::{
    Command, Commands, IceBreaker, IceBreakers, IntoMenu, Localized, Menu, MenuItem, MessengerProfile,
    ProfileProperty,
};
pub use moderation::ModerationAction;
pub use nlp::{NlpConfigs, NlpModel};
pub use pacing::Pacing;
pub use page::{FeatureReview, MessagingFeatureStatus, PageField, PageInfo};
pub use personas::Persona;
pub use profile::{InstagramProfile, Profile, ProfileField};
pub use raw::RawRequest;
pub use request::Request;
pub use reqwest::Method;
pub use retry::Retry;
pub use send::{SendRequest, Sent};
pub use sender_action::SenderActionRequest;
pub use signed_request::{SignedRequest, SignedRequestError};
pub use stickers::{Sticker, StickerPack};
pub use subscriptions::{NewSubscription, SubscribedApp, Subscription};
pub use tokens::{LongLivedToken, PageAccount, TokenInfo};
pub use unsupported::Unsupported;
pub use upload::{AttachmentCache, CachedAttachment, MemoryAttachmentCache, Source, Upload};

pub use crate::message::{MessageTag, MessagingType, NotificationType, ThreadControl};
