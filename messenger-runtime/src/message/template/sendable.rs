//! How a template of its own type becomes a message and a reply.

/// Implements `From<$template>` for `Message` and `Reply`; the template is the variant of that name.
macro_rules! sendable {
    ($($template:ident),+) => {
        $(
            impl From<$template> for $crate::message::Message {
                fn from(template: $template) -> Self {
                    Self::template($crate::message::attachment::Template::$template(Box::new(template)))
                }
            }

            impl From<$template> for $crate::message::Reply {
                fn from(template: $template) -> Self {
                    Self::message(template)
                }
            }
        )+
    };
}

pub(in crate::message) use sendable;
