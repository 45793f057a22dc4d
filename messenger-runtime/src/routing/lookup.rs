//! A table of texts that is built while the bot compiles.

/// Gives a text's place in a list, in a few nanoseconds however long the list is.
///
/// `bot!` writes one for the payloads of each kind. A `match` on length and bytes would do without a hash,
/// but among hundreds of payloads its branches cannot be predicted, and each wrong guess costs more than the
/// whole search here: `cargo bench -p messenger-benches --bench payloads`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Lookup<const SLOTS: usize> {
    texts: &'static [&'static str],
    /// The place of a text plus one; zero where there is none.
    slots: [u16; SLOTS],
}

impl<const SLOTS: usize> Lookup<SLOTS> {
    /// Takes texts that are all different. `SLOTS` is a power of two and larger than their number.
    #[must_use]
    pub const fn new(texts: &'static [&'static str]) -> Self {
        assert!(SLOTS.is_power_of_two() && SLOTS > texts.len() && texts.len() < u16::MAX as usize);
        let mut slots = [0; SLOTS];
        let mut place = 0;
        while place < texts.len() {
            let mut slot = hash(texts[place].as_bytes()) as usize % SLOTS;
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            place += 1;
            slots[slot] = place as u16;
        }
        Self { texts, slots }
    }

    /// The place of `text` in the list.
    #[inline]
    #[must_use]
    pub fn find(&self, text: &str) -> Option<usize> {
        let mut slot = hash(text.as_bytes()) as usize % SLOTS;
        loop {
            let place = usize::from(self.slots[slot]).checked_sub(1)?;
            if self.texts[place] == text {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// Mixes eight bytes at a time. The table is full to a quarter and fixed, so whoever chooses texts to look up
/// cannot make it slow.
#[inline]
const fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk() {
        state = mix(state ^ u64::from_le_bytes(*word));
        rest = tail;
    }
    if let Some(word) = bytes.last_chunk() {
        return mix(state ^ u64::from_le_bytes(*word));
    }
    let mut word = 0;
    while let Some((byte, tail)) = rest.split_first() {
        word = word << 8 | *byte as u64;
        rest = tail;
    }
    mix(state ^ word)
}

#[inline]
const fn mix(word: u64) -> u64 {
    let wide = word as u128 * 0x9E37_79B9_7F4A_7C15;
    (wide >> 64) as u64 ^ wide as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static FEW: Lookup<16> = Lookup::new(&["", "A", "B", "MENU", "MENU_SHOW", "MENU_SHOX", "ÄÖ"]);

    #[test]
    fn each_text_has_its_place() {
        for (place, text) in FEW.texts.iter().enumerate() {
            assert_eq!(FEW.find(text), Some(place));
        }
        for other in ["C", "MENU_", "MENU_SHOW_", "a", "\0", "ÄÖÜ"] {
            assert_eq!(FEW.find(other), None);
        }
    }

    #[test]
    fn long_runs_of_like_texts_hardly_meet() {
        let texts: Vec<String> = (0..800).map(|number| format!("QR_CHOICE_{number:03}")).collect();
        let mut slots: Vec<u64> = texts.iter().map(|text| hash(text.as_bytes()) % 4096).collect();
        slots.sort_unstable();
        slots.dedup();
        assert!(
            slots.len() > 680,
            "{} of 800 slots are distinct; about 727 are expected",
            slots.len()
        );
    }

    proptest! {
        #[test]
        fn what_is_not_in_the_list_is_not_found(text in ".{0,24}") {
            prop_assert_eq!(FEW.find(&text), FEW.texts.iter().position(|known| *known == text));
        }
    }
}
