//! How long it takes to check who sent a body.
//!
//! `cargo bench -p messenger-benches --bench signature`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit as _, Mac as _};
use messenger_runtime::AppSecret;
use sha2::Sha256;

criterion_group!(benches, verify);
criterion_main!(benches);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn verify(c: &mut Criterion) {
    let secret = AppSecret::from(SECRET);
    let mut group = c.benchmark_group("X-Hub-Signature-256");
    for (name, bytes) in [
        ("350 B, one event", 350),
        ("7 kB, twenty events", 7_000),
        ("1 MB", 1_000_000),
    ] {
        let body = vec![b'x'; bytes];
        let tag = secret.sign(&body);
        assert!(secret.verify(&body, &tag));
        assert!(!secret.verify(&body[1..], &tag));
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |b| {
            b.iter(|| secret.verify(black_box(&body), black_box(&tag)));
        });
    }
    let body = vec![b'x'; 350];
    let tag = secret.sign(&body);
    group.throughput(Throughput::Bytes(350));
    group.bench_function("350 B, the key set up anew", |b| {
        b.iter(|| {
            let mut mac = Hmac::<Sha256>::new_from_slice(black_box(SECRET.as_bytes())).expect("any length");
            mac.update(black_box(&body));
            mac.verify_slice(black_box(&tag)).is_ok()
        });
    });
    group.finish();
}
