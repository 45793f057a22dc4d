use proptest::prelude::*;
use roxmltree::Document;

use super::{
    layout::{End, Rect},
    picture::{Picture, Way},
    shape::What,
};
use crate::{
    flow::{BotGraph, FlowGraph, StepKind, StepNode},
    routing::{Route, RouteKind},
};

const fn step(
    name: &'static str,
    kind: StepKind,
    prompt: &'static str,
    next: &'static [&'static str],
) -> StepNode {
    StepNode::__new(name, kind, prompt, next, None, "")
}

const CHECKOUT: &[StepNode] = &[
    StepNode::__new(
        "quantity",
        StepKind::Ask,
        "How many?",
        &["address", "quantity"],
        Some((3, "help")),
        "",
    ),
    step("help", StepKind::Say, "Let me show you.", &["quantity"]),
    step("address", StepKind::Begin, "", &["start"]).__begins("Address"),
    step("start", StepKind::Ask, "Sure?", &["done", "quantity"]).__goes_over_to(&["Confirm", "Checkout"]),
    step("done", StepKind::End, "", &[]),
];
const ADDRESS: &[StepNode] = &[
    step("street", StepKind::Ask, "Which street?", &["more", "done"]),
    step("more", StepKind::Begin, "", &["done"]).__begins("Checkout"),
    step("done", StepKind::End, "Noted.", &[]),
];
const ROUTES: &[Route] = &[
    Route::__new(RouteKind::Postback, "BUY:{sku}", "buy", "src/shop.rs", 3, false).__begins(&["Checkout"]),
    Route::__new(RouteKind::Text, "buy", "buy", "src/shop.rs", 4, true).__begins(&["Checkout"]),
    Route::__new(RouteKind::Text, "menu", "menu", "src/shop.rs", 9, true),
    Route::__new(RouteKind::Fallback, "", "sorry", "src/shop.rs", 15, false),
];

fn shop() -> BotGraph {
    let flows = vec![
        FlowGraph::__new("Checkout", "quantity", CHECKOUT),
        FlowGraph::__new("Address", "street", ADDRESS),
    ];
    BotGraph::new("shop::CoffeeShop", ROUTES, flows)
}

/// The arrows of an SVG, as their ends and their classes.
fn arrows(svg: &str) -> Vec<(String, String, String)> {
    let document = Document::parse(svg).expect("XML");
    let ways = document.descendants().filter_map(|node| {
        let class = node.attribute("class")?.strip_prefix("way ")?;
        let end = |name| node.attribute(name).unwrap_or_default().to_owned();
        Some((end("data-from"), end("data-to"), class.to_owned()))
    });
    let mut ways: Vec<_> = ways.collect();
    ways.sort();
    ways
}

#[test]
fn the_picture_has_each_step_and_each_way_once() {
    let svg = shop().svg();
    let document = Document::parse(&svg).expect("XML");
    let steps: Vec<_> = document
        .descendants()
        .filter_map(|node| {
            Some((
                node.attribute("id")?,
                node.attribute("data-flow")?,
                node.attribute("data-step"),
            ))
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("Checkout", "Checkout", None),
            ("Address", "Address", None),
            ("Checkout.quantity", "Checkout", Some("quantity")),
            ("Checkout.help", "Checkout", Some("help")),
            ("Checkout.address", "Checkout", Some("address")),
            ("Checkout.start", "Checkout", Some("start")),
            ("Checkout.done", "Checkout", Some("done")),
            ("Address.street", "Address", Some("street")),
            ("Address.more", "Address", Some("more")),
            ("Address.done", "Address", Some("done")),
        ]
    );
    let arrows = arrows(&svg);
    let arrows: Vec<_> = arrows
        .iter()
        .map(|(from, to, way)| (&**from, &**to, &**way))
        .collect();
    assert_eq!(
        arrows,
        [
            ("", "Address.street", "begin-here"),
            ("", "Checkout.quantity", "begin-here"),
            ("Address.more", "Address.done", "next"),
            ("Address.more", "Checkout", "within"),
            ("Address.street", "Address.done", "next"),
            ("Address.street", "Address.more", "next"),
            ("Checkout.address", "Address", "within"),
            ("Checkout.address", "Checkout.start", "next"),
            ("Checkout.help", "Checkout.quantity", "next"),
            ("Checkout.quantity", "Checkout.address", "next"),
            ("Checkout.quantity", "Checkout.help", "otherwise"),
            ("Checkout.quantity", "Checkout.quantity", "next"),
            ("Checkout.start", "", "over"),
            ("Checkout.start", "Checkout.done", "next"),
            ("Checkout.start", "Checkout.quantity", "next"),
            ("buy", "Checkout", "begins"),
        ],
        "`Confirm` is no flow of the bot"
    );
}

#[test]
fn the_picture_needs_nothing_from_elsewhere() {
    let svg = shop().svg();
    let document = Document::parse(&svg).expect("XML");
    let names: Vec<&str> = document
        .descendants()
        .map(|node| node.tag_name().name())
        .collect();
    assert!(
        !names
            .iter()
            .any(|name| ["script", "image", "use", "a", "foreignObject"].contains(name))
    );
    assert!(
        !svg.contains("url(") && !svg.contains("@import") && !svg.contains("href"),
        "{svg}"
    );
    assert!(svg.contains("prefers-color-scheme:dark") && svg.contains("viewBox"));
    assert_eq!(
        document
            .root_element()
            .first_element_child()
            .and_then(|it| it.text()),
        Some("CoffeeShop")
    );
}

#[test]
fn what_begins_nothing_stands_in_lists() {
    let svg = shop().svg();
    let (before, others) = svg.split_once("May interrupt a flow").expect("a list");
    assert!(
        before.contains(">buy<")
            && before.contains(">BUY:{sku}<")
            && before.contains("on_text, may interrupt")
    );
    assert!(!before.contains(">menu<") && others.contains(">menu<") && others.contains(">on_text menu<"));
    let (_, others) = others.split_once("Other handlers").expect("another list");
    assert!(
        others.contains(">sorry<") && others.contains(">fallback<"),
        "{others}"
    );
    let none = BotGraph::new("Echo", &ROUTES[2..], Vec::new()).svg();
    assert!(
        none.contains(">Handlers<") && none.contains(">menu<") && !none.contains("interrupt"),
        "{none}"
    );
    let empty = BotGraph::new("Empty", &[], Vec::new()).svg();
    assert!(
        Document::parse(&empty).is_ok() && empty.contains(">Empty<"),
        "{empty}"
    );
}

#[test]
fn many_routes_stay_within_the_width_of_a_page() {
    let routes: Vec<Route> = (0..120)
        .map(|at| {
            let name: &'static str = Box::leak(format!("orders::handler_{at}").into_boxed_str());
            Route::__new(
                RouteKind::Postback,
                "AN_ORDER:{sku}:{quantity}:{place}",
                name,
                "src/shop.rs",
                at,
                false,
            )
        })
        .collect();
    let picture = Picture::of_bot(&BotGraph::new("Large", routes.leak(), Vec::new()));
    assert!(
        picture.drawing.size.width <= 900.0,
        "{}",
        picture.drawing.size.width
    );
    assert!(
        picture.drawing.size.height <= 1400.0,
        "{}",
        picture.drawing.size.height
    );
}

#[test]
fn mermaid_draws_the_bot_as_a_flow_chart() {
    assert_eq!(
        shop().mermaid(),
        "\
flowchart TD
  h0[\"buy<br/>on_postback BUY:{sku}<br/>on_text buy, may interrupt\"]
  subgraph f0[\"Checkout\"]
    f0_((\" \"))
    f0_0(\"quantity: How many?\")
    f0_1(\"help: Let me show you.\")
    f0_2[[\"address\"]]
    f0_3(\"start: Sure?\")
    f0_4([\"done\"])
    f0_ --> f0_0
    f0_0 --> f0_2
    f0_0 --> f0_0
    f0_0 -. otherwise .-> f0_1
    f0_1 --> f0_0
    f0_2 --> f0_3
    f0_3 --> f0_4
    f0_3 --> f0_0
  end
  subgraph f1[\"Address\"]
    f1_((\" \"))
    f1_0(\"street: Which street?\")
    f1_1[[\"more\"]]
    f1_2([\"done: Noted.\"])
    f1_ --> f1_0
    f1_0 --> f1_1
    f1_0 --> f1_2
    f1_1 --> f1_2
  end
  h0 --> f0_
  f0_2 -- begins --> f1_
  f0_3 -. goes over to .-> f0_
  f1_1 -- begins --> f0_
  others[\"menu: on_text menu, may interrupt<br/>sorry: fallback *\"]
"
    );
}

#[test]
fn dot_keeps_the_flows_and_their_starts_apart() {
    let dot = shop().dot();
    for line in [
        "digraph \"CoffeeShop\" {",
        "  subgraph cluster_0 {\n    label=\"Checkout\";",
        "    \"Checkout.[*]\" -> \"Checkout.quantity\";",
        "    \"Address.done\" [label=\"done: Noted.\", peripheries=2];",
        "  \"buy\" [label=\"buy\\lon_postback BUY:{sku}\\lon_text buy, may interrupt\\l\", style=\"\"];",
        "  \"buy\" -> \"Checkout.[*]\" [lhead=cluster_0];",
        "  \"Checkout.address\" -> \"Address.[*]\" [label=\"begins\", lhead=cluster_1];",
        "  \"Checkout.start\" -> \"Checkout.[*]\" [label=\"goes over to\", style=dashed];",
        "  \"[*]\" [label=\"menu\\lon_text menu, may interrupt\\lsorry\\lfallback *\\l\", style=\"\"];",
    ] {
        assert_eq!(dot.matches(line).count(), 1, "{line}\n{dot}");
    }
}

#[test]
fn json_says_everything_that_is_known() {
    let json: serde_json::Value = serde_json::from_str(&shop().json()).expect("JSON");
    assert_eq!(json["bot"], "CoffeeShop");
    assert_eq!(
        json["routes"][1],
        serde_json::json!({
            "kind": "on_text", "pattern": "buy", "handler": "buy", "file": "src/shop.rs", "line": 4,
            "interrupts": true, "begins": ["Checkout"],
        })
    );
    let steps = &json["flows"][0]["steps"];
    assert_eq!(
        steps[0],
        serde_json::json!({
            "name": "quantity", "kind": "ask", "prompt": "How many?", "next": ["address", "quantity"],
            "otherwise": {"attempts": 3, "step": "help"}, "begins": null, "goes_over_to": [],
        })
    );
    assert_eq!(
        (&steps[2]["begins"], &steps[3]["goes_over_to"][0]),
        (&"Address".into(), &"Checkout".into())
    );
    let alone: serde_json::Value = serde_json::from_str(&shop().flows[0].json()).expect("JSON");
    assert_eq!(alone["start"], "quantity");
    assert_eq!(
        alone["steps"][3].get("goes_over_to"),
        None,
        "one flow knows no others"
    );
}

/// Texts that are made to break out of wherever they stand.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("</text></svg><script>alert(1)</script>".to_owned()),
        Just("]]>&amp;&\"'<!-- --".to_owned()),
        Just("\r\n\t\u{0}\u{7}\u{fffe}\u{2028}".to_owned()),
        Just("\u{202e}\u{2067}مرحبا بالعالم".to_owned()),
        Just("👨\u{200d}👩\u{200d}👧日本語のとても長い文".to_owned()),
        Just("Donaudampfschifffahrtsgesellschaftskapitän".repeat(4)),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn hostile_texts_stay_texts(prompt in hostile(), pattern in hostile(), name in hostile()) {
        let [prompt, pattern, name] = [prompt, pattern, name].map(|text| &*text.leak());
        let steps = vec![step("ask", StepKind::Ask, prompt, &["end"]), step("end", StepKind::End, "", &[])].leak();
        let flow = FlowGraph::__new("Flow", "ask", steps);
        let routes = vec![
            Route::__new(RouteKind::Text, pattern, name, "x.rs", 1, false).__begins(&["Flow"]),
            Route::__new(RouteKind::Text, pattern, "other", "x.rs", 1, true),
        ];
        let graph = BotGraph::new("Bot", routes.leak(), vec![flow]);
        let svg = graph.svg();
        let document = Document::parse(&svg).expect("XML");
        let elements = document.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name());
        let known = ["svg", "title", "desc", "style", "rect", "g", "text", "path"];
        for element in elements {
            prop_assert!(known.contains(&element), "{}", element);
        }
        prop_assert_eq!(arrows(&svg).len(), 3);
        serde_json::from_str::<serde_json::Value>(&graph.json()).expect("JSON");
        for (text, lines) in [(graph.mermaid(), 11), (graph.dot(), 15)] {
            prop_assert_eq!(text.lines().count(), lines, "{}", text);
            for line in text.lines() {
                let quotes = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
                prop_assert_eq!(quotes % 2, 0, "{}", line);
            }
        }
    }

    #[test]
    fn every_line_of_text_is_within_its_box(prompt in hostile(), pattern in hostile()) {
        let [prompt, pattern] = [prompt, pattern].map(|text| &*text.leak());
        let steps = vec![step("ask", StepKind::Ask, prompt, &["ask", "end"]), step("end", StepKind::End, "", &[])].leak();
        let routes = vec![
            Route::__new(RouteKind::Text, pattern, "begins", "x.rs", 1, false).__begins(&["Flow"]),
            Route::__new(RouteKind::Text, pattern, "other", "x.rs", 1, false),
        ];
        let graph = BotGraph::new("Bot", routes.leak(), vec![FlowGraph::__new("Flow", "ask", steps)]);
        let picture = Picture::of_bot(&graph);
        for (shape, Rect { width, height, .. }) in picture.boxes.iter().zip(&picture.drawing.blocks) {
            let mut last = 0.0;
            for text in &shape.texts {
                let wide = text.font.width(&text.text);
                let left = if text.is_centred { text.x - wide / 2.0 } else { text.x };
                prop_assert!(left >= 0.0 && left + wide <= *width, "{:?}: {wide} in {width}", text.text);
                prop_assert!(text.y < *height && text.y >= last, "{:?}", text.text);
                last = text.y.min(if matches!(shape.what, What::List) { 0.0 } else { text.y });
            }
        }
        let to_itself = picture.arrows.iter().filter(|arrow| arrow.to == End::Block(arrow.from));
        prop_assert_eq!(to_itself.map(|arrow| arrow.way).collect::<Vec<_>>(), [Way::Next]);
    }
}
