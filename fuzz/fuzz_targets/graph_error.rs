#![no_main]
//! See `messenger_runtime::fuzzing::GRAPH_ERROR`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| messenger_fuzz::run(&messenger_runtime::fuzzing::GRAPH_ERROR, data));
