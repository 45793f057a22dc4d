//! A flow in quotes.

use messenger_runtime::prelude::*;

mod orders {
    use messenger_runtime::prelude::*;
    use serde::{Deserialize, Serialize};

    routes! { hello }

    #[fallback]
    pub(crate) async fn hello() {}

    #[derive(Default, Serialize, Deserialize)]
    pub(crate) struct Order {}

    #[flow(start = done)]
    impl Order {
        #[end]
        async fn done(&mut self) {}
    }
}

bot! { Shop; orders::routes, flow "Order" }

fn main() {
    let _running = Shop::stateless().run();
}
