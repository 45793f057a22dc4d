//! The attributes and macros of `messenger-runtime`.
