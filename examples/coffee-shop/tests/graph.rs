//! The picture in the README is the one that the program draws.
//!
//! To draw it anew, run `TRANSCRIPTS=write cargo test -p coffee-shop`, and look at it.

use std::{env, fs, path::Path, process::Command};

#[test]
fn the_picture_in_the_readme_is_of_this_shop() {
    let drawn = Command::new(env!("CARGO_BIN_EXE_coffee-shop"))
        .args(["graph", "--format", "svg"])
        .env_clear()
        .output()
        .expect("the program starts");
    assert!(
        drawn.status.success(),
        "{}",
        String::from_utf8_lossy(&drawn.stderr)
    );
    let drawn = String::from_utf8(drawn.stdout).expect("a picture in text");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph.svg");
    if env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "write") {
        fs::write(&path, &drawn).expect("the picture can be written");
    }
    let kept = fs::read_to_string(&path).expect("the picture is there");
    assert!(kept == drawn, "graph.svg shows another shop; draw it anew");
}
