//! Where a list of millions stands: the first row in view as a `u64` and the points of it scrolled off. One offset in
//! points would be an `f32`, which loses whole rows beyond row 645,277. Pure arithmetic.

use std::ops::Range;

use crate::ui::theme::space::ROW;

/// Scroll position of a list of equally high rows; kept by the caller.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ListPosition {
    anchor: u64,
    hidden: f32,
}

impl ListPosition {
    /// The first row in view.
    #[must_use]
    pub const fn anchor(&self) -> u64 {
        self.anchor
    }

    /// Points of the first row that are scrolled off.
    #[must_use]
    pub const fn hidden(&self) -> f32 {
        self.hidden
    }

    /// Whether the list is at its very top.
    #[must_use]
    pub fn at_top(&self) -> bool {
        self.anchor == 0 && self.hidden <= 0.0
    }

    /// The rows that show in `height` points.
    #[must_use]
    pub fn in_view(&self, len: u64, height: f32) -> Range<u64> {
        let count = rows_in(height + self.hidden).saturating_add(1);
        self.anchor.min(len)..self.anchor.saturating_add(count).min(len)
    }

    /// Moves by `points`, down when positive, and stays within the list.
    pub fn scroll(&mut self, points: f32, len: u64, height: f32) {
        let offset = f64::from(self.hidden) + f64::from(points);
        let rows = (offset / f64::from(ROW)).floor();
        let rest = offset - rows * f64::from(ROW);
        if rows < 0.0 {
            let up = to_rows(-rows);
            if up > self.anchor {
                *self = Self::default();
                return;
            }
            self.anchor -= up;
        } else {
            self.anchor = self.anchor.saturating_add(to_rows(rows));
        }
        self.hidden = to_points(rest);
        self.clamp(len, height);
    }

    /// Keeps the last row on the bottom edge at most.
    pub fn clamp(&mut self, len: u64, height: f32) {
        let last = Self::at_end(len, height);
        if (self.anchor, self.hidden) > (last.anchor, last.hidden) {
            *self = last;
        }
    }

    /// Scrolls as little as needed so that `row` shows whole.
    pub fn reveal(&mut self, row: u64, len: u64, height: f32) {
        if row <= self.anchor {
            *self = Self { anchor: row, hidden: 0.0 };
        } else {
            let lowest = Self::at_end(row.saturating_add(1), height);
            if (self.anchor, self.hidden) < (lowest.anchor, lowest.hidden) {
                *self = lowest;
            }
        }
        self.clamp(len, height);
    }

    /// Keeps the same rows in view when `count` new ones came in above; at the top they are let in.
    pub fn rows_came_above(&mut self, count: u64) {
        if !self.at_top() {
            self.anchor = self.anchor.saturating_add(count);
        }
    }

    /// Top and height of the scroll thumb in a track of `height` points; `None` when everything shows.
    #[must_use]
    pub fn thumb(&self, len: u64, height: f32) -> Option<(f32, f32)> {
        let total = points(len);
        if total <= f64::from(height) {
            return None;
        }
        let size = (f64::from(height) * f64::from(height) / total).max(24.0);
        let share = self.share(len, height);
        Some((to_points(share * (f64::from(height) - size)), to_points(size)))
    }

    /// Moves to `share` (0 to 1) of the way down.
    pub fn move_to_share(&mut self, share: f32, len: u64, height: f32) {
        let offset = (points(len) - f64::from(height)).max(0.0) * f64::from(share.clamp(0.0, 1.0));
        let rows = (offset / f64::from(ROW)).floor();
        *self = Self { anchor: to_rows(rows), hidden: to_points(offset - rows * f64::from(ROW)) };
        self.clamp(len, height);
    }

    fn share(&self, len: u64, height: f32) -> f64 {
        let end = points(len) - f64::from(height);
        if end <= 0.0 { 0.0 } else { ((points(self.anchor) + f64::from(self.hidden)) / end).clamp(0.0, 1.0) }
    }

    /// The position in which row `len - 1` sits on the bottom edge.
    fn at_end(len: u64, height: f32) -> Self {
        let whole = rows_in(height);
        let spare = height - f32::from(u16::try_from(whole).unwrap_or(u16::MAX)) * ROW;
        if len <= whole {
            return Self::default();
        }
        if spare <= 0.0 {
            Self { anchor: len - whole, hidden: 0.0 }
        } else {
            Self { anchor: len - whole - 1, hidden: ROW - spare }
        }
    }
}

/// How many whole rows fit; a screen holds far fewer than 65,535.
fn rows_in(height: f32) -> u64 {
    to_rows(f64::from((height / ROW).floor())).min(u64::from(u16::MAX))
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "floats saturate when cast; negatives become 0"
)]
const fn to_rows(rows: f64) -> u64 {
    rows as u64
}

#[allow(clippy::cast_possible_truncation, reason = "less than a screen")]
const fn to_points(points: f64) -> f32 {
    points as f32
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 points, hundreds of billions of rows")]
fn points(rows: u64) -> f64 {
    rows as f64 * f64::from(ROW)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHT: f32 = 640.0;

    fn at(anchor: u64, hidden: f32) -> ListPosition {
        ListPosition { anchor, hidden }
    }

    #[test]
    fn the_last_row_sits_on_the_bottom_edge() {
        for len in [25, 26, 1_000, 645_278, 5_000_000, u64::from(u32::MAX) * 1000] {
            let mut list = at(0, 0.0);
            list.reveal(len - 1, len, HEIGHT);
            let rows = list.in_view(len, HEIGHT);
            assert_eq!(rows.end, len);
            #[allow(clippy::cast_precision_loss, reason = "a screenful")]
            let bottom = (rows.end - rows.start) as f32 * ROW - list.hidden();
            assert!((bottom - HEIGHT).abs() < 0.01, "{len}: {bottom}");
        }
    }

    #[test]
    fn one_row_down_is_one_row_down_at_five_million() {
        let mut list = at(4_900_000, 3.0);
        list.scroll(ROW, 5_000_000, HEIGHT);
        assert_eq!(list, at(4_900_001, 3.0));
        list.scroll(-4.0, 5_000_000, HEIGHT);
        assert_eq!(list, at(4_900_000, 25.0));
    }

    #[test]
    fn scrolling_stops_at_both_ends() {
        let mut list = at(3, 5.0);
        list.scroll(-10_000.0, 100, HEIGHT);
        assert!(list.at_top());
        list.scroll(10_000_000.0, 100, HEIGHT);
        assert_eq!(list.in_view(100, HEIGHT).end, 100);
        let mut short = at(0, 0.0);
        short.scroll(500.0, 5, HEIGHT);
        assert!(short.at_top(), "what fits does not scroll");
    }

    #[test]
    fn a_row_already_in_view_does_not_move_the_list() {
        let mut list = at(100, 10.0);
        list.reveal(110, 1_000, HEIGHT);
        assert_eq!(list, at(100, 10.0));
        list.reveal(99, 1_000, HEIGHT);
        assert_eq!(list, at(99, 0.0));
    }

    #[test]
    fn new_rows_on_top_move_nothing_once_scrolled() {
        let mut scrolled = at(7, 3.0);
        scrolled.rows_came_above(12);
        assert_eq!(scrolled, at(19, 3.0));
        let mut top = at(0, 0.0);
        top.rows_came_above(12);
        assert!(top.at_top());
    }

    #[test]
    fn the_thumb_goes_all_the_way() {
        let len = 5_000_000;
        let mut list = at(0, 0.0);
        assert_eq!(list.thumb(len, HEIGHT), Some((0.0, 24.0)));
        list.move_to_share(1.0, len, HEIGHT);
        assert_eq!(list.in_view(len, HEIGHT).end, len);
        let (top, size) = list.thumb(len, HEIGHT).unwrap();
        assert!((top + size - HEIGHT).abs() < 0.01);
        assert_eq!(list.thumb(10, HEIGHT), None);
    }

    #[test]
    fn a_list_that_shrank_is_pulled_back() {
        let mut list = at(4_000, 0.0);
        list.clamp(10, HEIGHT);
        assert!(list.at_top());
    }
}
