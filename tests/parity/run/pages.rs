//! Everything of messaging-api-messenger but sending and uploads.

use std::time::{Duration, SystemTime};

use messenger_runtime::graph::{
    AppEvent, IdFilter, InsightOptions, InsightPeriod, List, Metric, NewSubscription, NlpConfigs, NlpModel,
    PageField, Persona, ProfileField, UserField,
};
use secrecy::SecretString;
use serde_json::Value;

use super::{Args, Built, Caller, Failure, Outcome, plain, unsaid};

pub(crate) fn build(
    caller: &Caller,
    method: &str,
    args: Args<'_>,
    verbatim: Args<'_>,
) -> Result<Built, Failure> {
    let graph = &caller.graph;
    let first = args.get(0);
    match method {
        "debugToken" => match first["access_token"].as_str() {
            // Here it is the token to look at, not the one to look with.
            Some(token) => caller.under(None).request(caller.app.debug_token(&token.into())),
            None => caller.request(graph.debug_token()),
        },
        "getPageInfo" => {
            let fields = strings(&first["fields"]).into_iter().map(PageField::Other);
            caller.request(graph.page_info(fields))
        }
        "getMessagingFeatureReview" => caller.request(graph.messaging_feature_review()),
        "createSubscription" => create_subscription(caller, first),
        "getSubscriptions" => {
            let caller = caller.of_app(&first["app_id"])?;
            caller.request(caller.app.subscriptions())
        }
        "getPageSubscription" => {
            let caller = caller.of_app(&first["app_id"])?;
            caller.request(caller.app.page_subscription())
        }
        "getUserProfile" => user_profile(caller, &args.text(0)?, &args.get(1)["fields"]),
        "createLabel" => caller.request(graph.create_label(&args.text(0)?)),
        "associateLabel" => caller.request(graph.attach_label(&args.text(0)?, &args.text(1)?)),
        "dissociateLabel" => caller.request(graph.detach_label(&args.text(0)?, &args.text(1)?)),
        "getAssociatedLabels" => caller.request(graph.labels_of(&args.text(0)?).page()),
        "getLabelDetails" => caller.request(graph.label(&args.text(0)?)),
        "getLabelList" => caller.request(graph.labels().page()),
        "deleteLabel" => caller.request(graph.delete_label(&args.text(0)?)),
        "passThreadControl" => {
            let (psid, app, metadata) = (args.text(0)?, args.text(1)?, args.maybe_text(2));
            caller.request(graph.pass_thread_control(&psid, Some(&app), metadata.as_deref()))
        }
        "passThreadControlToPageInbox" => {
            caller.request(graph.pass_thread_control_to_inbox(&args.text(0)?, args.maybe_text(1).as_deref()))
        }
        "takeThreadControl" => {
            caller.request(graph.take_thread_control(&args.text(0)?, args.maybe_text(1).as_deref()))
        }
        "requestThreadControl" => {
            caller.request(graph.request_thread_control(&args.text(0)?, args.maybe_text(1).as_deref()))
        }
        "getThreadOwner" => caller.request(graph.thread_owner(&args.text(0)?)),
        "getSecondaryReceivers" => caller.request(graph.secondary_receivers().page()),
        "getInsights" => {
            let metrics = strings(first).into_iter().map(Metric::Other);
            caller.request(graph.insights(metrics, &insight_options(args.get(1))?))
        }
        "getBlockedConversations" => insight(caller, Metric::BlockedConversations, first),
        "getReportedConversations" => insight(caller, Metric::ReportedConversations, first),
        "getTotalMessagingConnections" => insight(caller, Metric::TotalMessagingConnections, first),
        "getNewConversations" => insight(caller, Metric::NewConversations, first),
        "setNLPConfigs" => nlp(caller, first),
        "enableNLP" => caller.request(graph.set_nlp_configs(&NlpConfigs::enabled(true))),
        "disableNLP" => caller.request(graph.set_nlp_configs(&NlpConfigs::enabled(false))),
        "logCustomEvents" => log_events(caller, first, verbatim.get(0)),
        "getIdsForApps" => ids(caller, UserField::IdsForApps, first),
        "getIdsForPages" => ids(caller, UserField::IdsForPages, first),
        "getUserField" => match first["field"].as_str() {
            Some("ids_for_apps") => ids(caller, UserField::IdsForApps, first),
            Some("ids_for_pages") => ids(caller, UserField::IdsForPages, first),
            _ => Err(unsaid("there is no such field of a person")),
        },
        "createPersona" => create_persona(caller, args),
        "getPersona" => caller.request(graph.persona(&args.text(0)?)),
        "getPersonas" => caller.request(personas(caller, args).page()),
        "deletePersona" => caller.request(graph.delete_persona(&args.text(0)?)),
        _ => Err(Failure::Unknown),
    }
}

/// A list of texts; an absent one is empty.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(plain).collect()
}

/// The fields of their own choice, where they ask for some without being told.
pub(crate) fn user_profile(caller: &Caller, psid: &str, fields: &Value) -> Result<Built, Failure> {
    let graph = &caller.graph;
    if fields.is_null() && caller.peer.asks_default_fields {
        return caller.request(graph.profile(psid));
    }
    let fields = strings(fields);
    let fields = fields
        .iter()
        .filter_map(|name| profile_field(name).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    caller.request(graph.profile_with(psid, fields))
}

/// `None` for what the platform no longer tells of a person.
fn profile_field(name: &str) -> Result<Option<ProfileField>, Failure> {
    Ok(Some(match name {
        "id" => ProfileField::Id,
        "name" => ProfileField::Name,
        "first_name" => ProfileField::FirstName,
        "last_name" => ProfileField::LastName,
        "profile_pic" => ProfileField::ProfilePic,
        "locale" => ProfileField::Locale,
        "timezone" => ProfileField::Timezone,
        "gender" => ProfileField::Gender,
        "last_ad_referral" | "is_payment_enabled" => return Ok(None),
        _ => return Err(unsaid(format!("a person has no {name}"))),
    }))
}

fn create_subscription(caller: &Caller, given: &Value) -> Result<Built, Failure> {
    let text = |name: &str| {
        given[name]
            .as_str()
            .ok_or_else(|| unsaid(format!("there is no {name}")))
    };
    let mut subscription =
        NewSubscription::new(text("callback_url")?, SecretString::from(text("verify_token")?));
    if let Some(object) = given["object"].as_str() {
        subscription = subscription.object(object);
    }
    if given["fields"].is_array() {
        subscription = subscription.fields(strings(&given["fields"]));
    }
    if let Some(include) = given["include_values"].as_bool() {
        subscription = subscription.include_values(include);
    }
    let caller = caller.of_app(&given["app_id"])?;
    caller.request(caller.app.create_subscription(&subscription))
}

fn insight(caller: &Caller, metric: Metric, options: &Value) -> Result<Built, Failure> {
    caller.request(caller.graph.insight(metric, &insight_options(options)?))
}

pub(crate) fn insight_options(given: &Value) -> Result<InsightOptions, Failure> {
    let mut options = InsightOptions::default();
    let time = |value: &Value| {
        let seconds = plain(value).and_then(|text| text.parse().ok());
        let seconds = seconds.ok_or_else(|| unsaid("a time is in seconds"))?;
        Ok::<_, Failure>(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    };
    for (name, value) in given.as_object().into_iter().flatten() {
        options = match name.as_str() {
            _ if value.is_null() => options,
            "since" => options.since(time(value)?),
            "until" => options.until(time(value)?),
            "period" => options.period(match value.as_str() {
                Some("day") => InsightPeriod::Day,
                Some("week") => InsightPeriod::Week,
                Some("month") => InsightPeriod::Month,
                Some("days_28") => InsightPeriod::Days28,
                Some("total_over_range") => InsightPeriod::TotalOverRange,
                _ => return Err(unsaid(format!("there is no period {value}"))),
            }),
            "access_token" => options,
            _ => return Err(unsaid(format!("insights have no {name}"))),
        };
    }
    Ok(options)
}

pub(crate) fn nlp(caller: &Caller, given: &Value) -> Result<Built, Failure> {
    let mut configs = match given["nlp_enabled"].as_bool() {
        Some(enabled) => NlpConfigs::enabled(enabled),
        None => NlpConfigs::default(),
    };
    if let Some(model) = given["model"].as_str() {
        let model = MODELS.iter().find(|(name, _)| *name == model);
        configs = configs.model(model.ok_or_else(|| unsaid("there is no such model"))?.1);
    }
    if let Some(token) = given["custom_token"].as_str() {
        configs = configs.custom_token(token.to_owned());
    }
    if let Some(verbose) = given["verbose"].as_bool() {
        configs = configs.verbose(verbose);
    }
    if let Some(meanings) = given["n_best"].as_u64() {
        configs = configs.n_best(u8::try_from(meanings).unwrap_or(u8::MAX));
    }
    caller.request(caller.graph.set_nlp_configs(&configs))
}

const MODELS: &[(&str, NlpModel)] = &[
    ("CUSTOM", NlpModel::Custom),
    ("CHINESE", NlpModel::Chinese),
    ("CROATIAN", NlpModel::Croatian),
    ("DANISH", NlpModel::Danish),
    ("DUTCH", NlpModel::Dutch),
    ("ENGLISH", NlpModel::English),
    ("FRENCH_STANDARD", NlpModel::French),
    ("GERMAN_STANDARD", NlpModel::German),
    ("HEBREW", NlpModel::Hebrew),
    ("HUNGARIAN", NlpModel::Hungarian),
    ("IRISH", NlpModel::Irish),
    ("ITALIAN_STANDARD", NlpModel::Italian),
    ("KOREAN", NlpModel::Korean),
    ("NORWEGIAN_BOKMAL", NlpModel::NorwegianBokmal),
    ("POLISH", NlpModel::Polish),
    ("PORTUGUESE", NlpModel::Portuguese),
    ("ROMANIAN", NlpModel::Romanian),
    ("SPANISH", NlpModel::Spanish),
    ("SWEDISH", NlpModel::Swedish),
    ("VIETNAMESE", NlpModel::Vietnamese),
];

/// Names of events and of what they carry are the bot's own: their case stays.
fn log_events(caller: &Caller, given: &Value, verbatim: &Value) -> Result<Built, Failure> {
    let text = |name: &str| plain(&given[name]).ok_or_else(|| unsaid(format!("there is no {name}")));
    let events = verbatim["events"]
        .as_array()
        .ok_or_else(|| unsaid("there are no events"))?;
    let events = events.iter().map(|event| {
        let members = event.as_object().into_iter().flatten();
        members.filter(|(name, _)| *name != "_eventName").fold(
            AppEvent::new(event["_eventName"].as_str().unwrap_or_default()),
            |event, (name, value)| event.parameter(name, value.clone()),
        )
    });
    let log = messenger_runtime::graph::EventLog::new(events);
    let caller = caller.of_app(&given["app_id"])?;
    let graph = caller.client.page(text("page_id")?);
    // They call with the page's token, or with none.
    caller
        .own_token()
        .request(graph.log_events(&text("page_scoped_user_id")?, log))
}

fn ids(caller: &Caller, field: UserField, given: &Value) -> Result<Built, Failure> {
    let mut filter = IdFilter::new();
    if let Some(app) = plain(&given["app"]) {
        filter = filter.app(app);
    }
    if let Some(page) = plain(&given["page"]) {
        filter = filter.page(page);
    }
    let id = plain(&given["user_id"]).ok_or_else(|| unsaid("there is no user_id"))?;
    let caller = caller.proven_by(&given["app_secret"])?;
    caller.request(caller.graph.user_field(&id, field, &filter).page())
}

pub(crate) fn create_persona(caller: &Caller, args: Args<'_>) -> Result<Built, Failure> {
    let persona = args.get(0);
    let (name, picture) = match plain(persona) {
        Some(name) => (name, args.text(1)?),
        None => (
            plain(&persona["name"]).ok_or_else(|| unsaid("a persona has a name"))?,
            plain(&persona["profile_picture_url"]).ok_or_else(|| unsaid("a persona has a picture"))?,
        ),
    };
    caller.request(caller.graph.create_persona(&name, &picture))
}

fn personas(caller: &Caller, args: Args<'_>) -> List<Persona> {
    let list = caller.graph.personas();
    match args.get(0).as_str() {
        Some(cursor) => list.after(cursor),
        None => list,
    }
}

/// The one call of theirs that follows cursors.
pub(crate) async fn all_personas(caller: &Caller) -> Outcome {
    let list = caller.graph.personas();
    let list = match &caller.token {
        Some(token) => list.token(token.clone()),
        None => list,
    };
    list.all().await.map(drop).map_err(Failure::from)
}
