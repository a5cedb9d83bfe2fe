//! How two names differ: letter by letter, by case, or by British and American spelling.
//! It only compares; which name is right is for the rules to say.

use std::ops::Range;

/// Pairs that British and American English spell differently, in lower case (failure catalogue, british-american-spelling).
const PAIRS: [(&str, &str); 6] = [
    ("isation", "ization"),
    ("centre", "center"),
    ("programme", "program"),
    ("licence", "license"),
    ("colour", "color"),
    ("favourite", "favorite"),
];

/// The largest comparison that is made letter by letter; beyond it the whole text is marked.
const MOST_CELLS: usize = 1 << 18;

/// Byte ranges of `typed` that differ from `meant`, in order and never overlapping; empty when both are the same.
/// Where a letter is missing, the letter after the gap is marked (at the end, the last one), so every difference shows.
#[must_use]
pub fn differing_letters(typed: &str, meant: &str) -> Vec<Range<usize>> {
    let letters: Vec<(usize, char)> = typed.char_indices().collect();
    let wanted: Vec<char> = meant.chars().collect();
    if letters.len() * wanted.len() > MOST_CELLS {
        return vec![Range { start: 0, end: typed.len() }];
    }
    let common = common_lengths(&letters, &wanted);
    let mut marked = vec![false; letters.len()];
    let (mut i, mut j) = (0, 0);
    while i < letters.len() || j < wanted.len() {
        if i < letters.len() && j < wanted.len() && letters[i].1 == wanted[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        // Both sides lose a letter where nothing is gained by keeping either: a replaced letter, marked once.
        let (here, skip_typed, skip_meant) = (common[i][j], get(&common, i + 1, j), get(&common, i, j + 1));
        if get(&common, i + 1, j + 1) == Some(here) {
            marked[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if skip_typed == Some(here) {
            marked[i] = true;
            i += 1;
        } else {
            debug_assert_eq!(skip_meant, Some(here));
            if let Some(mark) = marked.get_mut(i.min(letters.len().saturating_sub(1))) {
                *mark = true;
            }
            j += 1;
        }
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for ((start, letter), _) in letters.iter().zip(&marked).filter(|(_, marked)| **marked) {
        let end = start + letter.len_utf8();
        match ranges.last_mut() {
            Some(last) if last.end == *start => last.end = end,
            _ => ranges.push(*start..end),
        }
    }
    ranges
}

/// Longest common subsequence of every pair of tails.
fn common_lengths(letters: &[(usize, char)], wanted: &[char]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; wanted.len() + 1]; letters.len() + 1];
    for i in (0..letters.len()).rev() {
        for j in (0..wanted.len()).rev() {
            common[i][j] = if letters[i].1 == wanted[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

fn get(common: &[Vec<usize>], i: usize, j: usize) -> Option<usize> {
    common.get(i).and_then(|row| row.get(j)).copied()
}

/// The number of letters to add, drop, replace or swap with a neighbour until both are the same, whatever their case.
/// Far apart it is only as exact as the lengths say, so that a huge cell costs nothing.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let apart = one.len().abs_diff(other.len());
    if apart > 16 {
        return apart;
    }
    let one: Vec<char> = one.chars().map(|c| c.to_ascii_lowercase()).collect();
    let other: Vec<char> = other.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=other.len()).collect();
    for i in 1..=one.len() {
        for j in 1..=other.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[one.len()][other.len()]
}

/// Whether two names are the same word in British and American spelling, whatever their case.
pub(super) fn same_word(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    one != other && american(one) == american(other)
}

fn american(mut name: String) -> String {
    for (british, american) in PAIRS {
        name = name.replace(british, american);
    }
    name
}

/// Whether a character takes no room on screen or turns the text around: control, zero-width, bidi, soft hyphen.
pub(in crate::domain) fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a quotation mark, straight or curly, as copies bring along.
pub(in crate::domain) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’')
}

/// The text on one line with whatever is invisible written out as `‹U+200B›`, so that nothing hides in a ticket.
pub(in crate::domain) fn visible(text: &str) -> String {
    use std::fmt::Write as _;
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) || (c.is_whitespace() && c != ' ') {
            let _ = write!(shown, "‹U+{:04X}›", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_differing_letters_are_marked() {
        for (typed, meant, wanted) in [
            ("costcenter", "costCenter", vec!["c"]),
            ("organization", "organisation", vec!["z"]),
            ("EMPLOYEENUMBER", "employeeNumber", vec!["EMPLOYEE", "UMBER"]),
            ("costCentre", "costCenter", vec!["re"]),
            ("deparment", "department", vec!["m"]),
            ("departmen", "department", vec!["n"]),
            ("departmentt", "department", vec!["t"]),
            ("dépt", "dept", vec!["é"]),
            ("same", "same", vec![]),
            ("", "missing", vec![]),
        ] {
            let marked: Vec<&str> = differing_letters(typed, meant).into_iter().map(|r| &typed[r]).collect();
            assert_eq!(marked, wanted, "{typed} for {meant}");
        }
    }

    #[test]
    fn words_and_distances() {
        for (one, other, wanted) in
            [("division", "divison", 1), ("costCenter", "COSTCENTER", 0), ("User", "Uesr", 1), ("ab", "", 2)]
        {
            assert_eq!(distance(one, other), wanted, "{one} {other}");
        }
        assert!(same_word("costcentre", "costCenter") && same_word("Organisation", "organization"));
        assert!(!same_word("costCenter", "costcenter") && !same_word("division", "department"));
    }

    proptest! {
        #[test]
        fn any_difference_is_marked_on_letter_boundaries(typed in "\\PC{0,12}", meant in "\\PC{0,12}") {
            let ranges = differing_letters(&typed, &meant);
            prop_assert_eq!(ranges.is_empty(), typed == meant || typed.is_empty());
            let mut end = 0;
            for range in ranges {
                prop_assert!(range.start >= end && typed.get(range.clone()).is_some_and(|t| !t.is_empty()));
                end = range.end;
            }
        }
    }
}
