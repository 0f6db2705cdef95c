//! Lists of which only the beginning is kept.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::PIECES;

/// The first elements of a list, at most `N` of them. The rest is read over and never built: three bytes of JSON (`{},`)
/// would become some hundred in memory.
#[derive(Debug)]
pub(super) struct Few<T, const N: usize = PIECES>(Vec<T>);

impl<T, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const N: usize> IntoIterator for Few<T, N> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Few<T, N> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct List<T, const N: usize>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for List<T, N> {
            type Value = Few<T, N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut few = Vec::new();
                while few.len() < N {
                    match list.next_element()? {
                        Some(one) => few.push(one),
                        None => return Ok(Few(few)),
                    }
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Few(few))
            }
        }

        reader.deserialize_seq(List(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static MADE: Cell<usize> = const { Cell::new(0) };
    }

    /// Counts how many of it are made.
    #[derive(serde::Deserialize)]
    #[serde(from = "u32")]
    struct Counted(u32);

    impl From<u32> for Counted {
        fn from(no: u32) -> Self {
            MADE.set(MADE.get() + 1);
            Self(no)
        }
    }

    #[test]
    fn the_rest_of_a_list_is_read_over_and_never_built() {
        let json = format!("[{}{{\"any\":[]}}]", "7,".repeat(100_000));
        let few: Few<Counted, 3> = serde_json::from_str(&json).expect("a list");
        assert_eq!(few.into_iter().map(|one| one.0).collect::<Vec<_>>(), [7, 7, 7]);
        assert_eq!(MADE.get(), 3);
        let all: Few<Counted, 3> = serde_json::from_str("[1,2]").expect("a list");
        assert_eq!(all.into_iter().count(), 2);
        // What is no JSON is none after its beginning either.
        assert!(serde_json::from_str::<Few<Counted, 1>>("[1,2,}]").is_err());
        assert!(serde_json::from_str::<Few<Counted, 1>>("{}").is_err());
    }
}
