//! The button template: a text with buttons.

use serde::{Deserialize, Serialize};

use crate::message::{Button, button::Place, check::Walk, limits, words::Words};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::message) struct ButtonTemplate {
    pub(in crate::message) text: Words,
    pub(in crate::message) buttons: Vec<Button>,
}

impl ButtonTemplate {
    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.text("text", &self.text, limits::BUTTON_TEMPLATE_TEXT);
        Button::check_list(Some(&self.buttons), Place::ButtonTemplate, walk);
    }
}
