//! Messaging insights.

use std::time::UNIX_EPOCH;

use super::*;
use crate::graph::{InsightOptions, InsightPeriod, InsightValue, Metric};

#[tokio::test]
async fn insights_are_read_however_the_platform_writes_numbers() {
    let server = Server::start([Reply::new(
        200,
        json!({"data": [
            {"name": "page_messages_new_conversations_unique", "period": "day", "title": "New", "id": "1/insights",
                "description": "Daily", "values": [
                    {"value": 1000, "end_time": "2018-03-12T07:00:00+0000"},
                    {"value": "42", "end_time": 1_665_175_977},
                    {"value": {"spam": 3}, "end_time": "1665175977"},
                    {"value": 8, "recurring_notifications_topic": "sale"},
                    {},
                ]},
            {"name": "page_messages_blocked_conversations_unique", "values": null},
        ]})
        .to_string(),
    )])
    .await;
    let metrics = [Metric::NewConversations, Metric::BlockedConversations];
    let insights = server
        .graph()
        .insights(metrics, &InsightOptions::default())
        .await
        .unwrap();
    assert_eq!(insights[0].name, Metric::NewConversations.name());
    assert_eq!(
        (insights[0].period.as_deref(), insights[0].title.as_deref()),
        (Some("day"), Some("New"))
    );
    let values = &insights[0].values;
    let numbers: Vec<_> = values.iter().map(InsightValue::number).collect();
    assert_eq!(numbers, [Some(1000.0), Some(42.0), None, Some(8.0), None]);
    let ends: Vec<_> = values.iter().map(|value| value.end_time.as_deref()).collect();
    assert_eq!(
        ends,
        [
            Some("2018-03-12T07:00:00+0000"),
            Some("1665175977"),
            Some("1665175977"),
            None,
            None
        ]
    );
    assert_eq!(values[2].value, json!({"spam": 3}));
    assert_eq!(values[3].breakdown["recurring_notifications_topic"], "sale");
    assert!(insights[1].values.is_empty());
    assert_eq!(
        server.lines(),
        [
            "GET /me/insights?metric=page_messages_new_conversations_unique%2Cpage_messages_blocked_conversations_unique"
        ]
    );
}

#[tokio::test]
async fn one_metric_is_one_insight_or_none() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"data":[{"name":"page_messages_sent","values":[{"value":1}]}]}"#,
        ),
        Reply::new(200, r#"{"data":[]}"#),
        Reply::new(200, r#"{"result":1}"#),
    ])
    .await;
    let graph = server.graph();
    let range = InsightOptions::default()
        .period(InsightPeriod::TotalOverRange)
        .since(UNIX_EPOCH + Duration::from_millis(1_520_000_000_900))
        .until(UNIX_EPOCH + Duration::from_secs(1_530_000_000))
        .breakdown(["message_type", "messaging_channel"]);
    let sent = Metric::Other("page_messages_sent".to_owned());
    let insight = graph.insight(sent, &range).await.unwrap().unwrap();
    assert_eq!(insight.values[0].number(), Some(1.0));
    let plain = InsightOptions::default();
    let none = graph.insight(Metric::ReportedConversations, &plain).await;
    assert!(none.unwrap().is_none());
    let error = graph
        .insight(Metric::TotalMessagingConnections, &plain)
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG508");
    assert_eq!(
        server.lines(),
        [
            "GET /me/insights?metric=page_messages_sent&period=total_over_range&since=1520000000&until=1530000000\
             &breakdown=message_type%2Cmessaging_channel",
            "GET /me/insights?metric=page_messages_reported_conversations_unique",
            "GET /me/insights?metric=page_messages_total_messaging_connections",
        ]
    );
}

#[tokio::test]
async fn each_period_has_the_platforms_name() {
    let server = Server::start([Reply::new(200, r#"{"data":[]}"#)]).await;
    let periods = [
        (InsightPeriod::Day, "day"),
        (InsightPeriod::Week, "week"),
        (InsightPeriod::Month, "month"),
        (InsightPeriod::Days28, "days_28"),
        (InsightPeriod::TotalOverRange, "total_over_range"),
    ];
    for (period, name) in periods {
        let options = InsightOptions::default().period(period);
        server
            .graph()
            .insight(Metric::Other("m".to_owned()), &options)
            .await
            .unwrap();
        assert_eq!(
            *server.lines().last().unwrap(),
            format!("GET /me/insights?metric=m&period={name}")
        );
    }
}

#[tokio::test]
async fn what_the_platform_cannot_count_does_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"data":[]}"#)]).await;
    let before = InsightOptions::default().since(UNIX_EPOCH - Duration::from_secs(1));
    let error = server.graph().insights([], &before).await.unwrap_err();
    assert_eq!(
        error.limits().unwrap().to_string(),
        "MSG103 metric: empty\nMSG103 since: a time before 1970"
    );
    let error = server
        .instagram()
        .insights([Metric::NewConversations], &InsightOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG516");
    assert!(server.asked().is_empty());
}
