use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// How far two places may be off one another by rounding.
const ROUNDING: f64 = 0.001;

fn sizes(widths: std::ops::Range<u32>, heights: std::ops::Range<u32>) -> impl Strategy<Value = Size> {
    (widths, heights).prop_map(|(width, height)| Size {
        width: f64::from(width),
        height: f64::from(height),
    })
}

/// Any plan: circles, links to itself, boxes that nothing leads to, several links between two boxes.
fn plans() -> impl Strategy<Value = Plan> {
    let groups = prop::collection::vec(sizes(20..200, 10..20), 0..4);
    (1_usize..24, groups, 200_u32..1200).prop_flat_map(|(count, groups, width)| {
        let of_groups = groups.len();
        let group = prop::option::weighted(0.7, 0..of_groups.max(1));
        let blocks = prop::collection::vec((sizes(10..300, 10..120), group), count);
        let label = prop::option::weighted(0.3, sizes(10..120, 8..30));
        let links = prop::collection::vec((0..count, 0..count + of_groups, label), 0..40);
        (blocks, links).prop_map(move |(blocks, links)| Plan {
            blocks: blocks
                .into_iter()
                .map(|(size, group)| Block {
                    size,
                    group: group.filter(|_| of_groups > 0),
                })
                .collect(),
            groups: groups.clone(),
            links: links
                .into_iter()
                .map(|(from, to, label)| Link {
                    from,
                    to: if to < count {
                        End::Block(to)
                    } else {
                        End::Group(to - count)
                    },
                    label,
                })
                .collect(),
            width: f64::from(width),
        })
    })
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    one.x + ROUNDING < other.right()
        && other.x + ROUNDING < one.right()
        && one.y + ROUNDING < other.bottom()
        && other.y + ROUNDING < one.bottom()
}

fn within(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x - ROUNDING
        && inner.y >= outer.y - ROUNDING
        && inner.right() <= outer.right() + ROUNDING
        && inner.bottom() <= outer.bottom() + ROUNDING
}

/// Whether a point is on the rim of a box.
fn touches(point: Point, rect: &Rect) -> bool {
    let is_in = |at: f64, from: f64, to: f64| at >= from - ROUNDING && at <= to + ROUNDING;
    let is_at = |at: f64, one: f64, other: f64| (at - one).abs() < ROUNDING || (at - other).abs() < ROUNDING;
    is_in(point.x, rect.x, rect.right())
        && is_in(point.y, rect.y, rect.bottom())
        && (is_at(point.x, rect.x, rect.right()) || is_at(point.y, rect.y, rect.bottom()))
}

/// Whether what is drawn between two points of a line may run through a box: the curve stays within the rectangle of the
/// two points, and so does a straight line.
fn crosses(from: Point, to: Point, rect: &Rect) -> bool {
    let stretch = Rect {
        x: from.x.min(to.x),
        y: from.y.min(to.y),
        width: (from.x - to.x).abs(),
        height: (from.y - to.y).abs(),
    };
    stretch.x + ROUNDING < rect.right()
        && rect.x + ROUNDING < stretch.right() + 2.0 * ROUNDING
        && stretch.y + ROUNDING < rect.bottom()
        && rect.y + ROUNDING < stretch.bottom()
}

/// The first promise that a drawing breaks.
fn broken(plan: &Plan, drawing: &Drawing) -> Option<String> {
    let whole = Rect {
        width: drawing.size.width,
        height: drawing.size.height,
        ..Rect::default()
    };
    let counts = (drawing.blocks.len(), drawing.groups.len(), drawing.lines.len());
    if counts != (plan.blocks.len(), plan.groups.len(), plan.links.len()) {
        return Some(format!("{counts:?} are not what was asked for"));
    }
    let mut taken: Vec<(String, Rect)> = Vec::new();
    for (at, (rect, block)) in drawing.blocks.iter().zip(&plan.blocks).enumerate() {
        if (rect.width, rect.height) != (block.size.width, block.size.height) {
            return Some(format!("box {at} has another size"));
        }
        taken.push((format!("box {at}"), *rect));
        for (group, frame) in drawing.groups.iter().enumerate() {
            if block.group == Some(group) && !within(rect, frame) {
                return Some(format!("box {at} is outside of its group {group}"));
            }
            if block.group != Some(group) && overlap(rect, frame) {
                return Some(format!("box {at} is in group {group}"));
            }
        }
    }
    for (at, (title, frame)) in drawing.titles.iter().zip(&drawing.groups).enumerate() {
        taken.push((format!("title {at}"), *title));
        if !within(title, frame) {
            return Some(format!("title {at} is outside of its group"));
        }
        if let Some(other) = drawing.groups[..at]
            .iter()
            .position(|other| overlap(other, frame))
        {
            return Some(format!("groups {other} and {at} overlap"));
        }
    }
    for (at, (line, link)) in drawing.lines.iter().zip(&plan.links).enumerate() {
        if line.label.is_some() != link.label.is_some() {
            return Some(format!("the label of link {at} is lost"));
        }
        taken.extend(line.label.map(|label| (format!("label {at}"), label)));
    }
    for (at, (name, rect)) in taken.iter().enumerate() {
        if !within(rect, &whole) {
            return Some(format!("{name} is outside of the drawing"));
        }
        if let Some((other, _)) = taken[..at].iter().find(|(_, other)| overlap(rect, other)) {
            return Some(format!("{name} and {other} overlap"));
        }
    }
    for (at, (line, link)) in drawing.lines.iter().zip(&plan.links).enumerate() {
        let own = plan.blocks[link.from].group;
        let to = match link.to {
            End::Block(block) => match plan.blocks[block].group {
                Some(group) if own != Some(group) => drawing.groups[group],
                _ => drawing.blocks[block],
            },
            End::Group(group) => drawing.groups[group],
        };
        let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else {
            return Some(format!("link {at} is not drawn"));
        };
        if !touches(*first, &drawing.blocks[link.from]) || !touches(*last, &to) {
            return Some(format!("link {at} does not touch its boxes"));
        }
        for (group, frame) in drawing.groups.iter().enumerate() {
            let is_own = own == Some(group) || to == *frame;
            if !is_own
                && line
                    .points
                    .iter()
                    .zip(&line.points[1..])
                    .any(|(from, to)| crosses(*from, *to, frame))
            {
                return Some(format!("link {at} runs through group {group}"));
            }
        }
        let is_loop = link.to == End::Block(link.from);
        for (from, to) in line.points.iter().zip(&line.points[1..]) {
            // Around the label of one loop the next may be too narrow; all else is free.
            let through = taken.iter().find(|(name, rect)| {
                let is_own = *name == format!("label {at}") || is_loop && name.starts_with("label");
                !is_own && crosses(*from, *to, rect)
            });
            if let Some((name, _)) = through {
                return Some(format!("link {at} runs through {name}"));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_overlaps_and_every_link_goes_from_its_box_to_its_box(plan in plans()) {
        let drawing = lay_out(&plan);
        prop_assert_eq!(broken(&plan, &drawing), None);
    }

    #[test]
    fn the_same_plan_gives_the_same_drawing(plan in plans()) {
        prop_assert_eq!(format!("{:?}", lay_out(&plan)), format!("{:?}", lay_out(&plan)));
    }
}

fn block(group: Option<usize>) -> Block {
    Block {
        size: Size {
            width: 100.0,
            height: 40.0,
        },
        group,
    }
}

fn link(from: usize, to: usize) -> Link {
    Link {
        from,
        to: End::Block(to),
        label: None,
    }
}

#[test]
fn a_drawing_that_breaks_a_promise_is_noticed() {
    let label = Some(Size {
        width: 30.0,
        height: 12.0,
    });
    let plan = Plan {
        blocks: vec![block(Some(0)), block(Some(0)), block(Some(0)), block(None)],
        groups: vec![Size {
            width: 60.0,
            height: 14.0,
        }],
        links: vec![link(0, 1), Link { label, ..link(0, 2) }, link(1, 2)],
        width: 900.0,
    };
    let good = lay_out(&plan);
    assert_eq!(broken(&plan, &good), None);
    let spoil = |change: &dyn Fn(&mut Drawing)| {
        let mut drawing = good.clone();
        change(&mut drawing);
        broken(&plan, &drawing).unwrap_or_default()
    };
    let said = [
        spoil(&|it| it.blocks[1] = it.blocks[0]),
        spoil(&|it| it.blocks[3] = it.blocks[0]),
        spoil(&|it| it.lines[1].label = Some(it.blocks[1])),
        spoil(&|it| it.lines[1].label = None),
        spoil(&|it| it.lines[0].points.clear()),
        spoil(&|it| it.lines[2].points[0].y -= 5.0),
        spoil(&|it| {
            it.lines[1].points.insert(
                1,
                Point {
                    x: it.blocks[1].x,
                    y: it.blocks[1].bottom(),
                },
            );
        }),
        spoil(&|it| it.size.width = 20.0),
    ];
    assert_eq!(
        said,
        [
            "box 1 and box 0 overlap",
            "box 3 is in group 0",
            "label 1 and box 1 overlap",
            "the label of link 1 is lost",
            "link 0 is not drawn",
            "link 2 does not touch its boxes",
            "link 1 runs through box 1",
            "box 0 is outside of the drawing",
        ]
    );
}

#[test]
fn a_way_through_stands_in_one_line() {
    let plan = Plan {
        blocks: vec![block(None); 4],
        links: (0..3).map(|at| link(at, at + 1)).collect(),
        width: 900.0,
        ..Plan::default()
    };
    let drawing = lay_out(&plan);
    assert!(drawing.blocks.iter().all(|rect| rect.x == 0.0), "{drawing:?}");
    assert!(
        drawing
            .blocks
            .iter()
            .zip(&drawing.blocks[1..])
            .all(|(upper, lower)| upper.bottom() < lower.y)
    );
    assert!(
        drawing.lines.iter().all(|line| line.points.len() == 2),
        "{drawing:?}"
    );
}

#[test]
fn many_in_one_layer_go_below() {
    let plan = Plan {
        blocks: vec![block(None); 30],
        links: (1..30).map(|at| link(0, at)).collect(),
        width: 900.0,
        ..Plan::default()
    };
    let drawing = lay_out(&plan);
    assert_eq!(broken(&plan, &drawing), None);
    for rect in &drawing.blocks {
        let beside = drawing.blocks.iter().filter(|other| other.y == rect.y).count();
        assert!(beside <= 7, "{beside} boxes of 100 pixels stand side by side");
    }
}

#[test]
fn a_large_plan_is_fast() {
    // As random as it need be: each box leads to three others, forwards and back.
    let links = (0..200)
        .flat_map(|at| [(at * 7 + 1) % 200, (at * 13 + 5) % 200, (at + 1) % 200].map(|to| link(at, to)));
    let plan = Plan {
        blocks: (0..200).map(|at| block((at % 4_usize).checked_sub(1))).collect(),
        groups: vec![
            Size {
                width: 60.0,
                height: 14.0
            };
            3
        ],
        links: links.collect(),
        width: 900.0,
    };
    let start = Instant::now();
    let drawing = lay_out(&plan);
    let took = start.elapsed();
    assert_eq!(broken(&plan, &drawing), None);
    assert!(took < Duration::from_secs(20), "{took:?}");
}
