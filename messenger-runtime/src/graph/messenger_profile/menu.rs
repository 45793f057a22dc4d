//! The menu that is always there.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[cfg(feature = "cli")]
use crate::message::WebviewHeight;
use crate::message::{Listed, Postback, Webview};

/// The menu of a page, or of one person: a flat list of at most 20 items.
///
/// ```
/// use messenger_runtime::graph::{Menu, MenuItem};
///
/// let menu = Menu::new([MenuItem::url("Opening hours", "https://coffee.example/hours")])
///     .composer_input_disabled();
/// assert_eq!(menu.items.len(), 1);
/// ```
///
/// Platform: Persistent menu, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/persistent-menu>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Menu {
    /// Whether people can tap only, and not write. Instagram does not have it.
    #[serde(default)]
    pub composer_input_disabled: bool,
    /// The items, from top to bottom.
    #[serde(rename = "call_to_actions", default)]
    pub items: Vec<MenuItem>,
}

impl Menu {
    /// A menu of these items.
    #[must_use]
    pub fn new(items: impl IntoMenu) -> Self {
        items.into_menu()
    }

    /// Lets people tap only, and not write. Instagram does not have it.
    #[must_use]
    pub fn composer_input_disabled(mut self) -> Self {
        self.composer_input_disabled = true;
        self
    }
}

/// An item of a [`Menu`]: a title of at most 30 characters, and what a tap on it does.
///
/// Serialised as the platform has it:
///
/// ```
/// use messenger_runtime::{graph::MenuItem, message::RawPayload};
/// use serde_json::json;
///
/// let item = MenuItem::postback("Sales", RawPayload("SALES".to_owned()));
/// assert_eq!(
///     serde_json::to_value(&item)?,
///     json!({"type": "postback", "title": "Sales", "payload": "SALES"})
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// An item of a kind that is not known here, such as the nested menus of old pages, is kept as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MenuItem(pub(super) Kind);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kind {
    Known(Known),
    Other(Map<String, Value>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Known {
    Postback {
        title: String,
        payload: String,
    },
    WebUrl {
        title: String,
        url: String,
        #[serde(flatten)]
        webview: Webview,
    },
}

impl MenuItem {
    /// Sends a postback: `payload` is a handler with its captures, and only one that a `bot!` lists.
    ///
    /// ```compile_fail
    /// # use messenger_runtime::graph::MenuItem;
    /// let dead = MenuItem::postback("Coffee", "COFFEE");
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn postback(title: impl Into<String>, payload: impl Postback<Handler: Listed>) -> Self {
        Self(Kind::Known(Known::Postback {
            title: title.into(),
            payload: payload.payload(),
        }))
    }

    /// Opens `url` in the in-app browser, at its full height.
    #[must_use]
    pub fn url(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self::webview(title, url, Webview::default())
    }

    /// Opens `url` in the in-app browser as `webview` says. Instagram has no choice of height.
    #[must_use]
    pub fn webview(title: impl Into<String>, url: impl Into<String>, webview: Webview) -> Self {
        Self(Kind::Known(Known::WebUrl {
            title: title.into(),
            url: url.into(),
            webview,
        }))
    }

    /// What stands on the item.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(Known::Postback { title, .. } | Known::WebUrl { title, .. }) => Some(title),
            Kind::Other(item) => item.get("title")?.as_str(),
        }
    }

    /// What a tap sends, where it sends something.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(Known::Postback { payload, .. }) => Some(payload),
            _ => None,
        }
    }

    /// The address that a tap opens, where it opens one, and how.
    #[must_use]
    pub fn link(&self) -> Option<(&str, &Webview)> {
        match &self.0 {
            Kind::Known(Known::WebUrl { url, webview, .. }) => Some((url, webview)),
            _ => None,
        }
    }

    /// Takes the choice of height off; answers what it was.
    #[cfg(feature = "cli")]
    pub(crate) fn take_height(&mut self) -> Option<WebviewHeight> {
        match &mut self.0 {
            Kind::Known(Known::WebUrl { webview, .. }) => webview.take_height(),
            _ => None,
        }
    }
}

pub(super) mod sealed {
    pub trait Sealed {}
}

/// A [`Menu`], or its items: `[MenuItem; 1]` to `[MenuItem; 20]`, or a `Vec<MenuItem>` made at run time,
/// whose length is checked before it is set.
#[diagnostic::on_unimplemented(
    message = "MSG102: a persistent menu is a `Menu` or a list of 1 to 20 `MenuItem`s",
    label = "neither a `Menu` nor a list of 1 to 20 `MenuItem`s",
    note = "a list made at run time goes in as a `Vec<MenuItem>`; its length is checked before it is set"
)]
pub trait IntoMenu: sealed::Sealed {
    #[doc(hidden)]
    fn into_menu(self) -> Menu;
}

/// Implemented by nothing, so that `.persistent_menu(..)` is told from the field of that name.
#[diagnostic::on_unimplemented(
    message = "a profile declares its persistent menu with `.menu(..)`",
    label = "write `.menu(..)`, or `.menu_in(locale, ..)`",
    note = "`persistent_menu` is the field in which the menus stand by locale"
)]
pub trait WrittenAsMenu: IntoMenu {}

impl sealed::Sealed for Menu {}
#[diagnostic::do_not_recommend]
impl IntoMenu for Menu {
    fn into_menu(self) -> Menu {
        self
    }
}

impl sealed::Sealed for Vec<MenuItem> {}
#[diagnostic::do_not_recommend]
impl IntoMenu for Vec<MenuItem> {
    fn into_menu(self) -> Menu {
        Menu {
            composer_input_disabled: false,
            items: self,
        }
    }
}

macro_rules! lists {
    ($($len:literal)*) => {$(
        impl sealed::Sealed for [MenuItem; $len] {}
        #[diagnostic::do_not_recommend]
        impl IntoMenu for [MenuItem; $len] {
            fn into_menu(self) -> Menu {
                Vec::from(self).into_menu()
            }
        }
    )*};
}

lists! { 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 }
