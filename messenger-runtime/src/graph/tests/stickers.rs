//! The catalogue of stickers.

use super::*;

#[tokio::test]
async fn packs_stickers_and_searches_are_read_with_the_apps_token() {
    let sticker = json!({"id": 767_226_160_478_561_u64, "name": "Purr", "image_url": "https://cdn.example/s.png",
        "width": 240, "height": -1, "is_animated": true});
    let stickers = json!({"data": [sticker, {"name": "no id"}]}).to_string();
    let server = Server::start([
        Reply::new(
            200,
            json!({"data": [{"id": "8409", "name": "Catster", "description": "Cats",
                "preview_image_url": "https://cdn.example/p.png", "sticker_count": 21}, {"id": "1451"}]})
            .to_string(),
        ),
        Reply::new(200, stickers),
    ])
    .await;
    let app = server.with_app().app();
    let packs = app.sticker_packs(None).all().await.unwrap();
    assert_eq!((&*packs[0].id, packs[0].sticker_count), ("8409", Some(21)));
    assert_eq!(
        (
            packs[0].name.as_deref(),
            packs[0].description.as_deref(),
            &*packs[1].id
        ),
        (Some("Catster"), Some("Cats"), "1451")
    );
    let mut found = app.stickers("84/09", Some("ja_JP"));
    let first = found.next().await.unwrap().unwrap();
    assert_eq!(
        (&*first.id, first.width, first.height),
        ("767226160478561", Some(240), None)
    );
    assert_eq!(
        (first.name.as_deref(), first.is_animated),
        (Some("Purr"), Some(true))
    );
    assert_eq!(found.next().await.unwrap().unwrap_err().id(), "MSG508");
    let _ = app.sticker_search("cảm ơn", Some("vi_VN")).next().await;
    app.sticker_packs(Some("ko_KR"))
        .limit(5)
        .page()
        .await
        .unwrap_err();
    let asked = server.asked();
    assert_eq!(
        asked.iter().map(Asked::decoded).collect::<Vec<_>>(),
        [
            "GET /sticker_packs",
            "GET /sticker_packs/84%2F09/stickers?locale=ja_JP",
            "GET /sticker_search?q=cảm ơn&locale=vi_VN",
            "GET /sticker_packs?locale=ko_KR&limit=5",
        ]
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("authorization") == Some("Bearer 99|secret"))
    );
}

#[tokio::test]
async fn a_search_takes_two_characters() {
    let server = Server::start([Reply::new(200, r#"{"data":[]}"#)]).await;
    let app = server.with_app().app();
    for q in ["", "a", "好"] {
        let error = app.sticker_search(q, None).all().await.unwrap_err();
        assert_eq!(error.id(), "MSG517");
        assert!(
            error.to_string().contains("MSG103 q: fewer than 2 characters"),
            "{error}"
        );
    }
    assert!(server.asked().is_empty());
    app.sticker_search("hi", None).all().await.unwrap();
    assert_eq!(server.asked()[0].decoded(), "GET /sticker_search?q=hi");
}
