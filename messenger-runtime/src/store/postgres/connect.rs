//! The way to the server: address, encryption, checks, tables.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::{Client, Config, config::TargetSessionAttrs, error::SqlState};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{fault::describe, options::PostgresOptions, statements::fill};
use crate::store::OpenError;

/// The oldest server: 14.0, as `server_version_num` says it.
const OLDEST: u32 = 140_000;
/// The changes of the tables, in order; a released one never changes.
const MIGRATIONS: [(i64, &str); 2] = [(1, include_str!("schema.sql")), (2, include_str!("schema_2.sql"))];
/// The version of the tables after all of them.
const KNOWN: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;
/// How often tables are made when other nodes make them at the same time.
const TRIES: u32 = 20;
/// How many times as long as one change opening may take.
const OPENING: u32 = 6;
/// How long a migration waits for a lock. Whoever comes meanwhile waits behind it, the nodes that run too.
const LOCK_WAIT: Duration = Duration::from_secs(2);
/// How long a session may hold locks and say nothing. A node that was stopped within a change holds everybody up for so long.
const SILENCE: Duration = Duration::from_secs(2);

/// The address without a word that could hold a password.
fn unreachable(text: impl Into<String>) -> OpenError {
    OpenError::Unreachable(text.into())
}

/// What the address says, with what the store adds.
pub(super) fn config(url: &SecretString, patience: Duration) -> Result<Config, OpenError> {
    // rustls verifies the certificate and the host name whenever it is used: `require` is `verify-full`.
    let url = url
        .expose_secret()
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let mut config: Config = url
        .parse()
        .map_err(|error: tokio_postgres::Error| unreachable(unread(&url, &error)))?;
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(patience);
    }
    if config.get_application_name().is_none() {
        config.application_name("messenger-runtime");
    }
    config.tcp_user_timeout(patience);
    config.keepalives_idle(Duration::from_secs(30));
    Ok(config)
}

/// Why the address cannot be read. The parser quotes words of it, which may be parts of a password that is not escaped.
fn unread(url: &str, error: &tokio_postgres::Error) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let log_in = rest.rsplit_once('@').map_or("", |(log_in, _)| log_in);
    if log_in.contains(['/', '?', '#', '@', '%']) {
        "the address cannot be read: in a password `/ ? # @ %` are written %2F %3F %23 %40 %25".to_owned()
    } else {
        describe(error)
    }
}

pub(super) fn tls() -> Result<MakeRustlsConnect, OpenError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|error| unreachable(error.to_string()))?
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The pool of connections, none made yet.
pub(super) fn pool(
    config: &Config,
    tls: &MakeRustlsConnect,
    options: &PostgresOptions,
) -> Result<Pool, OpenError> {
    let manager = Manager::from_config(
        config.clone(),
        tls.clone(),
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    let settings = settings(options.patience);
    Pool::builder(manager)
        .max_size(options.pool_size)
        .wait_timeout(Some(options.patience))
        .create_timeout(Some(options.patience))
        .post_create(Hook::async_fn(move |client, _| {
            let settings = settings.clone();
            Box::pin(async move { client.batch_execute(&settings).await.map_err(HookError::Backend) })
        }))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| unreachable(error.to_string()))
}

/// What each session needs: changes durable when they are acknowledged, and none that lasts for ever.
fn settings(patience: Duration) -> String {
    let (millis, silence) = (patience.as_millis(), patience.min(SILENCE).as_millis());
    format!(
        "SET statement_timeout = {millis}; \
         SET idle_in_transaction_session_timeout = {silence}; \
         SET default_transaction_isolation = 'read committed'; \
         SELECT set_config('synchronous_commit', 'on', false) \
          WHERE current_setting('synchronous_commit', true) = 'off'"
    )
}

/// Makes the first connection, looks at the server and brings the tables up to date.
pub(super) async fn prepare(
    config: &Config,
    tls: &MakeRustlsConnect,
    options: &PostgresOptions,
) -> Result<(), OpenError> {
    let connecting = config.connect(tls.clone());
    let (mut client, connection) = timeout(options.patience * 2, connecting)
        .await
        .map_err(|_| unreachable("it did not answer in time"))?
        .map_err(|error| refused(&error))?;
    let driver = tokio::spawn(connection);
    let deadline = Deadline::after(options.patience * OPENING);
    let preparing = async {
        check(&client).await?;
        migrate(&mut client, &options.schema, deadline).await
    };
    let prepared = timeout_at(deadline.until + LOCK_WAIT * 2, preparing)
        .await
        .unwrap_or_else(|_| Err(unreachable("it did not answer in time")));
    driver.abort();
    prepared
}

/// When opening is given up.
#[derive(Clone, Copy)]
struct Deadline {
    until: Instant,
    /// From the beginning on.
    whole: Duration,
}

impl Deadline {
    fn after(whole: Duration) -> Self {
        Self {
            until: Instant::now() + whole,
            whole,
        }
    }

    fn left(self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

fn refused(error: &tokio_postgres::Error) -> OpenError {
    let text = describe(error);
    let read_only = error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
        || text.contains("database does not allow writes");
    if read_only {
        OpenError::Unfit("it takes no writes: name the primary, not a standby".to_owned())
    } else {
        unreachable(text)
    }
}

async fn check(client: &Client) -> Result<(), OpenError> {
    let row = client
        .query_one("SELECT current_setting('server_version_num'), version()", &[])
        .await
        .map_err(|error| refused(&error))?;
    let (number, version): (&str, &str) = (row.get(0), row.get(1));
    fit(number, version)
}

/// Whether a server of this version will do. Those that only speak PostgreSQL's language count in other ways.
fn fit(number: &str, version: &str) -> Result<(), OpenError> {
    let speaks_it = version.contains("CockroachDB") || version.contains("-YB-");
    if speaks_it || number.parse::<u32>().is_ok_and(|number| number >= OLDEST) {
        return Ok(());
    }
    let version: String = version.chars().take_while(|char| *char != '(').collect();
    Err(OpenError::Unfit(format!(
        "it is {}; the store needs PostgreSQL 14 or later",
        version.trim()
    )))
}

/// Brings the tables up to date, however many nodes do it at the same time.
async fn migrate(client: &mut Client, schema: &str, deadline: Deadline) -> Result<(), OpenError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match migrate_once(client, schema, deadline).await {
            Ok(()) => return Ok(()),
            Err(Stopped::Newer(found)) => {
                return Err(OpenError::Newer {
                    store: format!("the schema {schema} of the database"),
                    found,
                    known: KNOWN,
                });
            }
            Err(Stopped::Failed(error)) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                if deadline.left().is_zero() {
                    return Err(OpenError::Unfit(format!(
                        "its tables could not be brought up to date within {:?}, for another session has locked them \
                         all the while ({}); see in `pg_locks` and `pg_stat_activity` which, and end it",
                        deadline.whole,
                        describe(&error)
                    )));
                }
                // Those who waited behind this one have their turn.
                sleep(Duration::from_millis(fastrand::u64(50..250))).await;
            }
            // Two nodes that make the same thing at once meet as a violated constraint, a deadlock or an
            // internal error of the catalogue.
            Err(Stopped::Failed(error)) => {
                let code = error.code().map_or("", SqlState::code);
                let met = matches!(
                    code,
                    "23505" | "40001" | "40P01" | "42P06" | "42P07" | "42710" | "XX000"
                );
                if !met || tried == TRIES {
                    return Err(refused(&error));
                }
                sleep(Duration::from_millis(fastrand::u64(5..100))).await;
            }
        }
    }
}

enum Stopped {
    Newer(i64),
    Failed(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Stopped {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Failed(error)
    }
}

async fn migrate_once(client: &mut Client, schema: &str, deadline: Deadline) -> Result<(), Stopped> {
    let known = client
        .query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&schema])
        .await?;
    // Asked for only where it is missing: the right to make schemas is not needed afterwards.
    if known.is_empty() {
        client
            .batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))
            .await?;
    }
    let table = client
        .query(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = $1 AND c.relname = 'migration'",
            &[&schema],
        )
        .await?;
    if table.is_empty() {
        client
            .batch_execute(&fill(
                "CREATE TABLE IF NOT EXISTS @migration
                   (version bigint PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())",
                schema,
            ))
            .await?;
    }
    let transaction = client.transaction().await?;
    transaction
        .batch_execute(&format!(
            "SET LOCAL lock_timeout = {}; \
             SET LOCAL statement_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = {}",
            LOCK_WAIT.as_millis(),
            (deadline.left() + LOCK_WAIT).as_millis(),
            SILENCE.as_millis(),
        ))
        .await?;
    transaction
        .batch_execute(&fill(
            "INSERT INTO @migration (version) VALUES (0) ON CONFLICT (version) DO NOTHING",
            schema,
        ))
        .await?;
    // Whoever has this row migrates; the others wait here.
    transaction
        .query(
            &fill(
                "SELECT version FROM @migration WHERE version = 0 FOR UPDATE",
                schema,
            ),
            &[],
        )
        .await?;
    let newest: i64 = transaction
        .query_one(&fill("SELECT max(version) FROM @migration", schema), &[])
        .await?
        .get(0);
    if newest > KNOWN {
        return Err(Stopped::Newer(newest));
    }
    for (version, migration) in MIGRATIONS {
        if version <= newest {
            continue;
        }
        transaction.batch_execute(&fill(migration, schema)).await?;
        transaction
            .execute(
                &fill("INSERT INTO @migration (version) VALUES ($1)", schema),
                &[&version],
            )
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn old_servers_are_refused_and_those_that_speak_its_language_are_not() {
        assert!(fit("140000", "PostgreSQL 14.0 on x86_64").is_ok());
        assert!(fit("150013", "PostgreSQL 15.13 (Debian 15.13-0)").is_ok());
        assert!(fit("130000", "CockroachDB CCL v25.1.0").is_ok());
        assert!(fit("110002", "PostgreSQL 11.2-YB-2.20.0.0-b0 on x86_64").is_ok());
        let error = fit("130011", "PostgreSQL 13.11 (Debian 13.11-0)").expect_err("13 is too old");
        assert_eq!(
            error.to_string(),
            "MSG618: the store's server cannot be used: it is PostgreSQL 13.11; the store needs PostgreSQL 14 or later"
        );
    }

    proptest! {
        #[test]
        fn no_part_of_a_password_is_shown(before in "[ -~]{0,6}", after in "[ -~]{0,6}", options in "[a-z=&]{0,8}") {
            let url = format!("postgres://shop:{before}CANARY{after}@db/shop?{options}");
            if let Err(error) = config(&SecretString::from(url), Duration::from_secs(1)) {
                prop_assert!(!format!("{error} {error:?}").contains("CANARY"), "{}", error);
            }
        }
    }

    #[test]
    fn no_address_shows_its_password() {
        for url in [
            "postgres://shop:hunter2@db/shop?sslmode=maybe",
            "postgres://shop:hunter2@db:notaport/shop",
            "postgres://shop:hunter2@db/shop?hunter2=1",
            "postgres://shop:hunter2%ZZ@db/shop",
        ] {
            let error = config(&SecretString::from(url), Duration::from_secs(1));
            if let Err(error) = error {
                let (shown, debug) = (error.to_string(), format!("{error:?}"));
                assert!(
                    !shown.contains("shop:hunter2") && !debug.contains("shop:hunter2"),
                    "{shown}"
                );
            }
        }
        let good = SecretString::from("postgres://shop:hunter2@db/shop?sslmode=verify-full");
        let config = config(&good, Duration::from_secs(1)).expect("it is an address");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
