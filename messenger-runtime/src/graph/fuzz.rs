//! What strangers and the Graph API say, under any bytes.

pub(crate) mod graph_error;
pub(crate) mod signed_request;
