#![no_main]
//! See `messenger_runtime::fuzzing::SIGNED_REQUEST`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| messenger_fuzz::run(&messenger_runtime::fuzzing::SIGNED_REQUEST, data));
