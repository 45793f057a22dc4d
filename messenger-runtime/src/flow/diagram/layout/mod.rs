//! Where boxes and the lines between them go. This room knows sizes alone: no flows, no texts, no form of a picture.
//!
//! Boxes stand in layers, each below those that lead to it; a link that leads back runs upwards. Whatever a line passes
//! on its way has a place of its own in the layer, a label too, so that by construction
//!
//! - no two boxes overlap, and no label overlaps a box or another label;
//! - within a layer a line runs straight down through its own place, and only between two layers, where no box is,
//!   it goes sideways: no line crosses a box that is not its own.
//!
//! A group is laid out by itself and is then one box among the others. A line that leaves it goes through its frame; one
//! that comes from elsewhere ends at its frame. All of it is in pixels, and the same plan always gives the same drawing.

mod chains;
mod flat;
mod inside;
mod order;
mod place;
mod ranks;
mod shelf;

use self::{
    flat::{Align, Arc, Flat, Laid, Node},
    inside::Inside,
    shelf::Shelf,
};

/// Between the frame of a group and what is in it.
const PADDING: f64 = 18.0;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Size {
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A place, by its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// What is to be laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) blocks: Vec<Block>,
    /// The sizes of the titles of the groups.
    pub(crate) groups: Vec<Size>,
    pub(crate) links: Vec<Link>,
    /// The width to stay within where that can be; a single box may be wider.
    pub(crate) width: f64,
}

/// A box, alone or in a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) size: Size,
    pub(crate) group: Option<usize>,
}

/// An arrow between two boxes, with the size of its label.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) from: usize,
    pub(crate) to: End,
    pub(crate) label: Option<Size>,
}

/// What a link leads to. A box of a group stands for the group's frame in links from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Block(usize),
    Group(usize),
}

/// The places, in the order of the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    pub(crate) size: Size,
    pub(crate) blocks: Vec<Rect>,
    pub(crate) groups: Vec<Rect>,
    pub(crate) titles: Vec<Rect>,
    pub(crate) lines: Vec<Line>,
}

/// The way of a link. Two points that follow one another stand above or beside each other, or on both sides of the space
/// between two layers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) points: Vec<Point>,
    pub(crate) label: Option<Rect>,
}

impl Rect {
    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    fn moved(self, by: Point) -> Self {
        Self {
            x: self.x + by.x,
            y: self.y + by.y,
            ..self
        }
    }
}

impl Line {
    fn moved(self, by: Point) -> Self {
        let points = self.points.into_iter().map(|point| Point {
            x: point.x + by.x,
            y: point.y + by.y,
        });
        Self {
            points: points.collect(),
            label: self.label.map(|label| label.moved(by)),
        }
    }

    /// Leaves out the points on the way of a straight line.
    fn simplify(&mut self) {
        let mut points: Vec<Point> = Vec::new();
        for point in self.points.drain(..) {
            if points.last() == Some(&point) {
                continue;
            }
            if let [.., before, last] = points.as_slice()
                && before.x == last.x
                && last.x == point.x
            {
                points.pop();
            }
            points.push(point);
        }
        self.points = points;
    }
}

/// A link as it is seen outside of all groups, between boxes that stand alone and whole groups.
struct Outside {
    link: usize,
    from: usize,
    to: usize,
    /// Whether it leads back, and so upwards.
    reversed: bool,
}

/// Gives everything its place.
pub(crate) fn lay_out(plan: &Plan) -> Drawing {
    let outer = Outer::of(plan);
    let insides: Vec<Inside> = (0..plan.groups.len())
        .map(|group| Inside::of(plan, group, |link| outer.leads_up(link)))
        .collect();
    let mut drawing = Drawing {
        blocks: vec![Rect::default(); plan.blocks.len()],
        groups: vec![Rect::default(); plan.groups.len()],
        titles: vec![Rect::default(); plan.groups.len()],
        lines: vec![Line::default(); plan.links.len()],
        size: Size::default(),
    };
    let mut shelf = Shelf {
        most: plan.width,
        parts: Vec::new(),
    };
    for part in outer.parts() {
        let links: Vec<usize> = (0..outer.links.len())
            .filter(|at| part.contains(&outer.links[*at].from))
            .collect();
        let flat = outer.flat(&part, &links, plan, &insides);
        let Laid { size, nodes, lines } = flat.lay_out();
        let corner = shelf.put(size);
        for (member, rect) in part.iter().zip(nodes) {
            let rect = rect.moved(corner);
            match outer.members[*member] {
                End::Block(block) => drawing.blocks[block] = rect,
                End::Group(group) => insides[group].draw(rect, &mut drawing),
            }
        }
        for (at, line) in links.iter().zip(lines) {
            let line = line.moved(corner);
            let whole = &mut drawing.lines[outer.links[*at].link];
            // Its first point is that of the frame at which it left the group.
            let known = usize::from(!whole.points.is_empty());
            whole.points.extend(line.points.into_iter().skip(known));
            whole.label = line.label.or(whole.label);
        }
    }
    drawing.lines.iter_mut().for_each(Line::simplify);
    drawing.size = shelf.size();
    drawing
}

/// The boxes that stand alone and the groups, and the links between them.
struct Outer {
    members: Vec<End>,
    links: Vec<Outside>,
}

impl Outer {
    fn of(plan: &Plan) -> Self {
        // In the order of the plan: a group stands where its first box does.
        let mut members: Vec<End> = Vec::new();
        for (at, block) in plan.blocks.iter().enumerate() {
            let member = block.group.map_or(End::Block(at), End::Group);
            if !members.contains(&member) {
                members.push(member);
            }
        }
        for group in (0..plan.groups.len()).map(End::Group) {
            if !members.contains(&group) {
                members.push(group);
            }
        }
        let place = |end: End| {
            let member = match end {
                End::Block(block) => plan.blocks[block].group.map_or(end, End::Group),
                End::Group(_) => end,
            };
            members
                .iter()
                .position(|known| *known == member)
                .unwrap_or_default()
        };
        let links = plan
            .links
            .iter()
            .enumerate()
            .filter_map(|(link, Link { from, to, .. })| {
                let is_alone = plan.blocks[*from].group.is_none();
                let (from, to) = (place(End::Block(*from)), place(*to));
                (from != to || is_alone).then_some(Outside {
                    link,
                    from,
                    to,
                    reversed: false,
                })
            });
        let mut links: Vec<Outside> = links.collect();
        let pairs: Vec<(usize, usize)> = links.iter().map(|link| (link.from, link.to)).collect();
        for (link, reversed) in links.iter_mut().zip(ranks::back_arcs(members.len(), &pairs)) {
            link.reversed = reversed;
        }
        Self { members, links }
    }

    fn leads_up(&self, link: usize) -> bool {
        self.links
            .iter()
            .any(|known| known.link == link && known.reversed)
    }

    /// A part as a graph of its own, in which each group is one box.
    fn flat(&self, part: &[usize], links: &[usize], plan: &Plan, insides: &[Inside]) -> Flat {
        let place = |member: usize| {
            let mut members = part.iter();
            members.position(|known| *known == member).unwrap_or_default()
        };
        let arc = |at: &usize| {
            let Outside {
                link,
                from,
                to,
                reversed,
            } = self.links[*at];
            Arc {
                from: place(from),
                to: place(to),
                label: plan.links[link].label,
                leaves: match self.members[from] {
                    End::Group(group) => insides[group].exit(link),
                    End::Block(_) => None,
                },
                reversed,
            }
        };
        Flat {
            nodes: part
                .iter()
                .map(|member| Node::of(self.size(*member, plan, insides)))
                .collect(),
            arcs: links.iter().map(arc).collect(),
            align: Align::Top,
            width: plan.width,
        }
    }

    fn size(&self, member: usize, plan: &Plan, insides: &[Inside]) -> Size {
        match self.members[member] {
            End::Block(block) => plan.blocks[block].size,
            End::Group(group) => insides[group].size(),
        }
    }

    /// What hangs together, in the order of the plan.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut part: Vec<usize> = (0..self.members.len()).collect();
        for Outside { from, to, .. } in &self.links {
            let (one, other) = (part[*from].min(part[*to]), part[*from].max(part[*to]));
            for of in &mut part {
                if *of == other {
                    *of = one;
                }
            }
        }
        let members = |first: usize| (0..part.len()).filter(|at| part[*at] == first).collect();
        (0..part.len())
            .filter(|at| part[*at] == *at)
            .map(members)
            .collect()
    }
}

#[cfg(test)]
mod tests;
