//! Parts that no link connects, side by side.

use super::{Point, Rect, Size};

/// Between two parts.
const APART: f64 = 36.0;

/// Puts each part as high as it fits, then as far left.
pub(super) struct Shelf {
    /// The width to stay within.
    pub(super) most: f64,
    pub(super) parts: Vec<Rect>,
}

impl Shelf {
    /// The corner for the next part.
    pub(super) fn put(&mut self, size: Size) -> Point {
        let mut lefts: Vec<f64> = self.parts.iter().map(|part| part.right() + APART).collect();
        lefts.push(0.0);
        lefts.sort_by(f64::total_cmp);
        let mut tops: Vec<f64> = self.parts.iter().map(|part| part.bottom() + APART).collect();
        tops.push(0.0);
        tops.sort_by(f64::total_cmp);
        let corners = tops
            .iter()
            .flat_map(|y| lefts.iter().map(|x| Point { x: *x, y: *y }));
        let corner = corners
            .into_iter()
            .find(|corner| self.has_room(*corner, size))
            .unwrap_or_default();
        self.parts.push(Rect {
            x: corner.x,
            y: corner.y,
            width: size.width,
            height: size.height,
        });
        corner
    }

    fn has_room(&self, corner: Point, size: Size) -> bool {
        let is_within = corner.x == 0.0 || corner.x + size.width <= self.most;
        is_within
            && self.parts.iter().all(|part| {
                corner.x >= part.right() + APART
                    || corner.x + size.width + APART <= part.x
                    || corner.y >= part.bottom() + APART
                    || corner.y + size.height + APART <= part.y
            })
    }

    pub(super) fn size(&self) -> Size {
        Size {
            width: self.parts.iter().map(Rect::right).fold(0.0, f64::max),
            height: self.parts.iter().map(Rect::bottom).fold(0.0, f64::max),
        }
    }
}
