//! The platform's side of a page's profile and of subscriptions, with a memory and the platform's rules.

use std::{
    collections::HashMap,
    net::TcpListener as StdListener,
    sync::{Arc, Mutex},
    thread,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::IntoResponse,
};
use serde_json::{Map, Value, json};

pub(crate) const APP: &str = "1517776481860111";
/// The page that the access token belongs to, unless told otherwise.
pub(crate) const PAGE: &str = "1906385232743451";
/// The platform takes this many calls to a profile in 10 minutes.
const CALLS: usize = 10;

/// What the platform knows.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The page that the access token belongs to, where it is another than [`PAGE`].
    pub(crate) page: Option<&'static str>,
    /// The Instagram account that the page is linked to, where the caller may see it.
    pub(crate) instagram: Option<&'static str>,
    /// Does what it is asked to, and says that it does not know.
    pub(crate) unsure: bool,
    /// The properties of the profile.
    pub(crate) profile: Map<String, Value>,
    /// The app's subscriptions, by object.
    pub(crate) subscriptions: Map<String, Value>,
    /// The fields of which the page sends events to the app.
    pub(crate) page_fields: Vec<String>,
    /// Every call: method, path behind the version, body.
    pub(crate) calls: Vec<(String, String, Value)>,
    /// The calls to the profile that are still counted.
    pub(crate) counted: usize,
}

/// The platform, on a port of this machine.
#[derive(Debug, Clone)]
pub(crate) struct Platform {
    pub(crate) origin: String,
    memory: Arc<Mutex<Memory>>,
}

impl Platform {
    pub(crate) fn start() -> Self {
        let listener = StdListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket can wait");
        let platform = Self {
            origin: format!("http://{}", listener.local_addr().expect("an address")),
            memory: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(platform.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, router).await.expect("it serves");
            });
        });
        platform
    }

    /// Looks at what it knows, or changes it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().expect("no test panicked in between"))
    }

    /// The calls since the last time, as method and path; the time for the rate has passed as well.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.with(|memory| {
            memory.counted = 0;
            let calls = memory.calls.drain(..);
            calls
                .map(|(method, path, _)| format!("{method} {path}"))
                .collect()
        })
    }
}

type Refusal = (StatusCode, Value);

fn refused(code: i64, message: &str) -> Refusal {
    let error = json!({"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Acof"});
    (StatusCode::BAD_REQUEST, json!({"error": error}))
}

async fn answer(
    State(platform): State<Platform>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let path = uri.path().strip_prefix("/v25.0/").unwrap_or("?").to_owned();
    let token = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap_or_default().to_owned());
    let shown = match query.get("platform") {
        Some(platform) => format!("{path}?platform={platform}"),
        None => path.clone(),
    };
    let answered = platform.with(|memory| {
        memory.calls.push((method.to_string(), shown, body.clone()));
        let of_app = format!("{APP}/subscriptions");
        let answered = match (&*path, token.as_deref()) {
            ("me", Some("Bearer EAAcoffee")) => Ok(memory.page(&query)),
            ("me/messenger_profile", Some("Bearer EAAcoffee")) => memory.profile(&method, &query, &body),
            ("me/subscribed_apps", Some("Bearer EAAcoffee")) => memory.subscribed_apps(&method, &query),
            (path, Some(token)) if path == of_app && token.starts_with(&format!("Bearer {APP}|")) => {
                memory.subscriptions(&method, &body)
            }
            _ => Err(refused(190, "Invalid OAuth access token")),
        };
        if memory.unsure && method == Method::POST && answered.is_ok() {
            let error = json!({"code": 1, "error_subcode": 1_357_046, "type": "OAuthException"});
            return Err((StatusCode::INTERNAL_SERVER_ERROR, json!({"error": error})));
        }
        answered
    });
    let (status, answer) = match answered {
        Ok(answer) => (StatusCode::OK, answer),
        Err((status, answer)) => (status, answer),
    };
    (status, axum::Json(answer))
}

impl Memory {
    fn page(&self, query: &HashMap<String, String>) -> Value {
        let mut page = json!({"id": self.page.unwrap_or(PAGE), "name": "Coffee"});
        let fields = query.get("fields").map(String::as_str).unwrap_or_default();
        let linked = fields
            .split(',')
            .any(|field| field == "instagram_business_account");
        if let Some(id) = self.instagram.filter(|_| linked) {
            page["instagram_business_account"] = json!({"id": id});
        }
        page
    }

    fn profile(
        &mut self,
        method: &Method,
        query: &HashMap<String, String>,
        body: &Value,
    ) -> Result<Value, Refusal> {
        self.counted += 1;
        if self.counted > CALLS {
            return Err(refused(613, "Calls to this api have exceeded the rate limit."));
        }
        match *method {
            Method::GET => {
                let fields = query.get("fields").map(String::as_str).unwrap_or_default();
                let has: Map<_, _> = fields
                    .split(',')
                    .filter_map(|field| Some((field.to_owned(), self.profile.get(field)?.clone())))
                    .collect();
                let data = if has.is_empty() {
                    vec![]
                } else {
                    vec![Value::Object(has)]
                };
                Ok(json!({"data": data}))
            }
            Method::POST => self.set(body),
            Method::DELETE => self.delete(body),
            _ => Err(refused(100, "Unsupported request")),
        }
    }

    fn set(&mut self, body: &Value) -> Result<Value, Refusal> {
        let properties = body
            .as_object()
            .ok_or_else(|| refused(100, "Param body must be an object"))?;
        if let Some(menus) = properties.get("persistent_menu") {
            if !self.profile.contains_key("get_started") {
                return Err(refused(
                    100,
                    "You must set a Get Started button if you also wish to use persistent menu",
                ));
            }
            let menus = menus
                .as_array()
                .ok_or_else(|| refused(100, "Param persistent_menu must be an array"))?;
            if !menus.iter().any(|menu| menu["locale"] == "default") {
                return Err(refused(100, "You must set a default menu"));
            }
        }
        for (name, value) in properties {
            let mut value = value.clone();
            if let Some(domains) = value.as_array_mut().filter(|_| name == "whitelisted_domains") {
                for domain in domains {
                    *domain = format!("{}/", domain.as_str().unwrap_or_default()).into();
                }
            }
            self.profile.insert(name.clone(), value);
        }
        Ok(json!({"result": "success"}))
    }

    fn delete(&mut self, body: &Value) -> Result<Value, Refusal> {
        let fields = body["fields"]
            .as_array()
            .ok_or_else(|| refused(100, "Param fields must be an array"))?;
        let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
        if fields.contains(&"get_started") && self.profile.contains_key("persistent_menu") {
            return Err(refused(
                100,
                "You must delete the persistent menu before the Get Started button",
            ));
        }
        for field in fields {
            self.profile.remove(field);
        }
        Ok(json!({"result": "success"}))
    }

    fn subscribed_apps(
        &mut self,
        method: &Method,
        query: &HashMap<String, String>,
    ) -> Result<Value, Refusal> {
        if *method == Method::POST {
            let fields = query
                .get("subscribed_fields")
                .map(String::as_str)
                .unwrap_or_default();
            self.page_fields = fields.split(',').map(str::to_owned).collect();
            return Ok(json!({"success": true}));
        }
        let own = json!({"id": APP, "name": "Coffee", "subscribed_fields": self.page_fields});
        let other = json!({"id": "7", "name": "Other", "subscribed_fields": ["feed"]});
        let data = if self.page_fields.is_empty() {
            vec![other]
        } else {
            vec![other, own]
        };
        Ok(json!({"data": data}))
    }

    fn subscriptions(&mut self, method: &Method, body: &Value) -> Result<Value, Refusal> {
        if *method == Method::POST {
            if body["verify_token"] != "a long random word" {
                return Err(refused(2200, "(#2200) Callback verification failed"));
            }
            let fields = body["fields"].as_str().unwrap_or_default().split(',');
            let fields: Vec<_> = fields
                .map(|name| json!({"name": name, "version": "v25.0"}))
                .collect();
            let object = body["object"].as_str().unwrap_or_default().to_owned();
            let made = json!({
                "object": object, "callback_url": body["callback_url"], "active": true, "fields": fields,
            });
            self.subscriptions.insert(object, made);
            return Ok(json!({"success": true}));
        }
        Ok(json!({"data": self.subscriptions.values().collect::<Vec<_>>()}))
    }
}
