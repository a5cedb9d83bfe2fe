//! Some bytes of JSON looked at together: which of them are brackets that no string holds. It knows of no values.

use wide::u8x16;

const LANE: usize = 16;
/// So many bytes are looked at together.
pub(super) const BLOCK: usize = 64;
/// What `[` and `{` differ in, and `]` and `}`.
const CURLED: u8 = b'[' ^ b'{';

/// A bit for each byte, the lowest for the first.
#[derive(Default)]
pub(super) struct Block {
    quotes: u64,
    backslashes: u64,
    brackets: u64,
}

impl Block {
    pub(super) fn of(bytes: &[u8; BLOCK]) -> Self {
        let [quote, backslash, curled, opening, closing] = [b'"', b'\\', CURLED, b'{', b'}'].map(u8x16::splat);
        let mut block = Self::default();
        for (lane, bytes) in bytes.as_chunks::<LANE>().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let any = bytes | curled;
            let bits = |equal: u8x16| u64::from(equal.to_bitmask()) << (LANE * lane);
            block.quotes |= bits(bytes.simd_eq(quote));
            block.backslashes |= bits(bytes.simd_eq(backslash));
            block.brackets |= bits(any.simd_eq(opening) | any.simd_eq(closing));
        }
        block
    }

    /// Whether a quote may stand in it that ends nothing.
    pub(super) const fn holds_an_escape(&self) -> bool {
        self.backslashes != 0
    }

    /// The brackets outside of strings, and whether a string goes on behind the block, which holds no escape and begins
    /// outside of any string, or in one.
    pub(super) fn brackets(&self, in_string: bool) -> (u64, bool) {
        // Each bit becomes the parity of the quotes up to it.
        let begun = if in_string { !0 } else { 0 };
        let within = [1, 2, 4, 8, 16, 32].iter().fold(self.quotes, |within, by| within ^ within << by) ^ begun;
        (self.brackets & !within, within >> (BLOCK - 1) == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn brackets_are_those_that_a_look_at_each_byte_finds(
            text in "[\\[\\]{}\",;:|a ]{64}",
            begins_in_string: bool,
        ) {
            let mut in_string = begins_in_string;
            let mut expected = 0_u64;
            for (at, byte) in text.bytes().enumerate() {
                in_string ^= byte == b'"';
                expected |= u64::from(!in_string && b"{}[]".contains(&byte)) << at;
            }
            let block = Block::of(text.as_bytes().first_chunk().expect("64 bytes"));
            prop_assert!(!block.holds_an_escape());
            prop_assert_eq!(block.brackets(begins_in_string), (expected, in_string));
        }
    }

    #[test]
    fn a_backslash_is_seen_wherever_it_stands() {
        for at in 0..BLOCK {
            let mut bytes = [b'x'; BLOCK];
            bytes[at] = b'\\';
            assert!(Block::of(&bytes).holds_an_escape());
        }
    }
}
