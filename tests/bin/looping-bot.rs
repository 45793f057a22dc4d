//! A bot of which one handler never lets go of its thread.

use std::{process::ExitCode, time::Duration};

use messenger_runtime::{
    config::{Config, Watchdog},
    prelude::*,
};

bot! { Looping; loops, waits, computes, hello }

/// How long a handler may take, and how much longer it may keep its thread.
const TIME: Duration = Duration::from_millis(400);
const GRACE: Duration = Duration::from_millis(1600);

#[on_text(words = ["loop"])]
async fn loops() {
    loop {
        std::hint::spin_loop();
    }
}

#[on_text(words = ["wait"])]
async fn waits() {
    std::future::pending::<()>().await;
}

/// Takes long, lets go in between, and is at work in each moment.
#[on_text(words = ["compute"])]
async fn computes() {
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(20));
        tokio::task::yield_now().await;
    }
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("hello {text}")
}

fn main() -> ExitCode {
    let mut config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    config.turn_timeout = TIME;
    config.watchdog = Watchdog::After(GRACE);
    Looping::stateless().config(config).cli()
}
