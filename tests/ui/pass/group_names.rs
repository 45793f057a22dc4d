//! Groups whose paths differ only in where `::` stands.
#![deny(warnings)]

use messenger_runtime::prelude::*;

bot! { Shop; a::b_c::routes, a_b::c::routes, a_b_c::routes }

macro_rules! group {
    ($($payload:literal)*) => {
        use messenger_runtime::prelude::*;

        routes! { #[cfg(all())] show }

        $(#[on_postback($payload)])*
        pub(crate) async fn show() {}
    };
}

mod a {
    pub(crate) mod b_c {
        group! { "A" }
    }
}

mod a_b {
    pub(crate) mod c {
        group! { "B" }
    }
}

mod a_b_c {
    group! { "C" }
}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 3);
}
