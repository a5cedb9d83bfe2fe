//! The columns of the list: what each sorts by, which of them give way in a narrow window, and who grows in a wide one.

use crate::{
    domain::sorting::SortBy,
    ui::widgets::columns::{Column, Width},
};

pub(super) const TIME: usize = 0;
pub(super) const OUTCOME: usize = 1;
pub(super) const OPERATION: usize = 2;
pub(super) const USER: usize = 3;
pub(super) const REQUEST: usize = 4;
pub(super) const STATUS: usize = 5;
pub(super) const ERROR: usize = 6;
pub(super) const MILLIS: usize = 7;
pub(super) const SOURCE: usize = 8;

/// What each column sorts by.
pub(super) const SORTED_BY: [SortBy; 9] = [
    SortBy::Time,
    SortBy::Outcome,
    SortBy::Operation,
    SortBy::User,
    SortBy::Path,
    SortBy::Status,
    SortBy::Error,
    SortBy::Duration,
    SortBy::Source,
];

/// Width of a time, and of a time with its day.
const TIMES: (f32, f32) = (80.0, 122.0);
/// Who gives way first.
const GIVE_WAY: [usize; 3] = [SOURCE, MILLIS, OPERATION];
/// Their shares of what is left over, and the most that they take; the request takes the rest, and the error what would
/// make a request wider than any is.
const GROW: [(usize, f32, f32); 3] = [(USER, 0.2, 150.0), (ERROR, 0.2, 230.0), (SOURCE, 0.08, 110.0)];
/// The most by which the request grows.
const REQUEST_GROWS: f32 = 560.0;
/// What the table keeps free at both sides.
const EDGES: f32 = 8.0;

/// The columns of a list so wide, with room for the day of each time or without.
pub(super) fn columns(width: f32, dated: bool) -> [Column<'static>; 9] {
    let mut columns = [
        Column::fixed("Time", if dated { TIMES.1 } else { TIMES.0 }),
        Column::fixed("Outcome", 98.0),
        Column::fixed("Operation", 94.0),
        Column::fixed("User", 120.0),
        Column::flexible("Request", 120.0),
        Column::fixed("Status", 56.0),
        Column::fixed("Error", 116.0),
        Column::fixed("ms", 62.0).right(),
        Column::fixed("Source", 66.0),
    ]
    .map(Column::sorted);
    for place in GIVE_WAY {
        if least(&columns) > width - EDGES {
            columns[place] = Column::fixed("", 0.0);
        }
    }
    let left = (width - EDGES - least(&columns)).max(0.0);
    for (place, share, most) in GROW {
        match &mut columns[place].width {
            Width::Fixed(points) if *points > 0.0 => *points += (left * share).min(most),
            Width::Fixed(_) | Width::Flexible(_) => {}
        }
    }
    let over = (width - EDGES - least(&columns) - REQUEST_GROWS).max(0.0);
    if let Width::Fixed(points) = &mut columns[ERROR].width {
        *points += over;
    }
    columns
}

fn least(columns: &[Column<'_>]) -> f32 {
    columns
        .iter()
        .map(|column| match column.width {
            Width::Fixed(points) | Width::Flexible(points) => points,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_list_gives_columns_up_and_never_squeezes_one_and_a_wide_one_lets_users_and_errors_grow() {
        let shown = |width: f32| {
            let columns = columns(width, true);
            assert!(least(&columns) <= width, "{width} is enough");
            columns.map(|column| column.title).into_iter().filter(|title| !title.is_empty()).count()
        };
        assert_eq!([668.0, 720.0, 816.0, 900.0, 1_240.0].map(shown), [6, 6, 8, 9, 9]);
        let wide = columns(2_360.0, true);
        let (Width::Fixed(user), Width::Fixed(error)) = (wide[USER].width, wide[ERROR].width) else { panic!() };
        assert!(user >= 260.0 && error >= 340.0, "{user} {error}");
        assert!(2_360.0 - EDGES - least(&wide) <= REQUEST_GROWS, "a request is not wider than any is");
    }
}
