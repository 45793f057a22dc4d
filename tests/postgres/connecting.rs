//! Opening the store: tables, refusals, encryption.

use std::io::Write as _;

use super::*;

#[tokio::test]
async fn eight_nodes_start_at_once_and_a_newer_schema_is_refused() {
    let server = server_or_return!("eight_nodes_start_at_once_and_a_newer_schema_is_refused");
    let schema = server.schema();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let options = PostgresStore::at(server.url()).schema(&schema);
        tasks.spawn(options.connect());
    }
    for opened in tasks.join_all().await {
        opened.expect("it opens");
    }
    let versions = server.sql(&format!("SELECT count(*), max(version) FROM {schema}.migration"));
    assert_eq!(versions.unwrap(), "3|2");
    server
        .sql(&format!("INSERT INTO {schema}.migration (version) VALUES (99)"))
        .unwrap();
    let refused = PostgresStore::at(server.url()).schema(&schema).connect().await;
    assert!(
        matches!(
            refused,
            Err(OpenError::Newer {
                found: 99,
                known: 2,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_server_is_said_without_the_password() {
    let server = server_or_return!("what_is_wrong_with_the_server_is_said_without_the_password");
    let refused = PostgresStore::connect(server.url_with("hunter2"))
        .await
        .unwrap_err();
    let said = format!("{refused} {refused:?}");
    assert!(
        said.contains("MSG617") && said.contains("28P01") && !said.contains("hunter2"),
        "{said}"
    );

    let nobody = PostgresStore::at("postgres://a:hunter2@127.0.0.1:1/a").timeout(Duration::from_secs(2));
    let shown = format!("{nobody:?}");
    let said = format!("{shown} {:?}", nobody.connect().await.unwrap_err());
    assert!(
        said.contains("Unreachable") && !said.contains("hunter2"),
        "{said}"
    );

    let plain = server.url().replace("sslmode=disable", "sslmode=require");
    let said = PostgresStore::connect(plain).await.unwrap_err().to_string();
    assert!(said.contains("MSG617") && said.contains("TLS"), "{said}");

    server.sql("CREATE DATABASE standby").unwrap();
    server
        .sql("ALTER DATABASE standby SET default_transaction_read_only = on")
        .unwrap();
    let standby = server.url().replace("/postgres?", "/standby?");
    let said = PostgresStore::connect(standby).await.unwrap_err().to_string();
    assert!(said.contains("MSG618") && said.contains("primary"), "{said}");

    let named = PostgresStore::at(server.url()).schema("x\"; DROP TABLE y; --");
    assert!(matches!(named.connect().await, Err(OpenError::Unfit(_))));
}

/// With `SSL_CERT_FILE` as the test below sets it, connects and says how it went.
#[tokio::test]
#[ignore = "a part of the_certificate_is_verified_wherever_tls_is_used, which runs it in processes of their own"]
async fn connects_for_another_test() {
    let url = std::env::var("MESSENGER_STORE").expect("set by the test that runs this");
    let options = PostgresStore::at(url).timeout(Duration::from_secs(5));
    match options.connect().await {
        Ok(store) => {
            store
                .append(vec![event("tls", fastrand::u64(..))], 0)
                .await
                .unwrap();
            println!("it opens");
        }
        Err(error) => println!("it does not: {error} {error:?}"),
    }
}

#[test]
fn the_certificate_is_verified_wherever_tls_is_used() {
    let test = "the_certificate_is_verified_wherever_tls_is_used";
    let Some(server) = PostgresServer::for_test(test) else {
        return;
    };
    if !PostgresServer::can_offer_tls() {
        // Past the capture of the test runner: nobody may take it for a test that ran.
        let _ = writeln!(
            std::io::stderr(),
            "NOT RUN: {test}: openssl is not installed; install it: apt-get install -y openssl"
        );
        return;
    }
    let (authority, other) = server.offer_tls().unwrap();
    let connect = |mode: &str, host: &str, trusted: &std::path::Path| {
        let url = server.url().replace("127.0.0.1", host);
        let ended = std::process::Command::new(std::env::current_exe().expect("it runs"))
            .args([
                "--exact",
                "connecting::connects_for_another_test",
                "--ignored",
                "--nocapture",
            ])
            .env("MESSENGER_STORE", url.replace("sslmode=disable", mode))
            .env("SSL_CERT_FILE", trusted)
            .env_remove("SSL_CERT_DIR")
            .output()
            .expect("it runs again");
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(!said.contains(":messenger@"), "{said}");
        assert!(said.contains("1 passed"), "{said}");
        said
    };
    for mode in [
        "sslmode=require",
        "sslmode=verify-full",
        "sslmode=verify-ca",
        "sslmode=prefer",
        "",
    ] {
        let said = connect(mode, "127.0.0.1", &authority);
        assert!(said.contains("it opens"), "{mode}: {said}");
        for (host, trusted) in [("127.0.0.1", &other), ("localhost", &authority)] {
            let said = connect(mode, host, trusted);
            assert!(
                said.contains("it does not: MSG617") && said.contains("certificate"),
                "{mode}: {said}"
            );
        }
    }
    let said = connect("sslmode=disable", "localhost", &other);
    assert!(said.contains("it opens"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_waits_for_a_locked_table_for_a_while_and_holds_nobody_up() {
    let server = server_or_return!("opening_waits_for_a_locked_table_for_a_while_and_holds_nobody_up");
    let schema = server.schema();
    let node = || {
        PostgresStore::at(server.url())
            .schema(&schema)
            .timeout(Duration::from_secs(1))
    };
    let running = open(&server, &schema).await;
    // A table to be changed that somebody reads, as a dump does.
    let older = format!("DELETE FROM {schema}.migration WHERE version = 2");
    server.sql(&older).unwrap();
    let mut reader = server.session().unwrap();
    let reads = format!("BEGIN; LOCK TABLE {schema}.conversation IN ACCESS SHARE MODE");
    reader.run(&reads).unwrap();
    let pid = reader.pid().unwrap();
    let begin = Instant::now();
    let opening = tokio::spawn(node().connect());
    locks::wait_behind(&server, &pid, 1).await;
    // The node that runs waits behind the one that comes, for 2 seconds at most.
    for number in 0..5 {
        running.append(vec![event("a", number)], 0).await.unwrap();
    }
    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    let refused = opening.await.unwrap().unwrap_err();
    let took = begin.elapsed();
    assert!((5..12).contains(&took.as_secs()), "{took:?}");
    let said = refused.to_string();
    assert!(said.contains("MSG618") && said.contains("55P03"), "{said}");
    assert!(said.contains("within 6s"), "{said}");

    let opening = tokio::spawn(node().connect());
    locks::wait_behind(&server, &pid, 1).await;
    reader.run("ROLLBACK").unwrap();
    opening.await.unwrap().expect("the lock is gone");

    // A table that every opening looks at, and that nobody may even read.
    let lock = format!("BEGIN; LOCK TABLE {schema}.migration IN ACCESS EXCLUSIVE MODE");
    reader.run(&lock).unwrap();
    let refused = timeout(Duration::from_secs(12), node().connect()).await;
    let refused = refused.expect("it gives up").unwrap_err();
    assert!(matches!(refused, OpenError::Unfit(_)), "{refused}");
}
