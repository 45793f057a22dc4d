//! Coffee.
fn main() {}
