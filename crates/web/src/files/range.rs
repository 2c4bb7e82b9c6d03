//! Which part of a file is asked for (RFC 9110 §14).

use axum::http::{HeaderMap, header};

/// Some bytes of a file, in one piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Part {
    /// The first.
    pub(super) from: u64,
    /// Behind the last.
    pub(super) to: u64,
    /// Of how many.
    whole: u64,
}

impl Part {
    /// What the head of a request asks for of a file with this tag and of this many bytes; none of what is not
    /// there. Several parts at once, and what is no range, are answered with all of it.
    pub(super) fn asked(head: &HeaderMap, tag: &str, whole: u64) -> Option<Part> {
        let all = Part { from: 0, to: whole, whole };
        let text = |name| head.get(name).and_then(|value| value.to_str().ok());
        // §13.1.5: of what may be another file by now, all of it.
        if text(header::IF_RANGE).is_some_and(|known| known != tag) {
            return Some(all);
        }
        let Some((first, last)) =
            text(header::RANGE).and_then(|range| range.strip_prefix("bytes=")).and_then(|range| range.split_once('-'))
        else {
            return Some(all);
        };
        let (from, to) = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(whole)),
            (Ok(first), Err(_)) if last.trim().is_empty() => (first, whole),
            (Err(_), Ok(last)) if first.trim().is_empty() => (whole.saturating_sub(last), whole),
            _ => return Some(all),
        };
        (from < to).then_some(Part { from, to, whole })
    }

    pub(super) fn len(self) -> u64 {
        self.to - self.from
    }

    pub(super) fn is_whole(self) -> bool {
        self.len() == self.whole
    }

    pub(super) fn content_range(self) -> String {
        format!("bytes {}-{}/{}", self.from, self.to - 1, self.whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str) -> Option<(u64, u64)> {
        let head = HeaderMap::from_iter([(header::RANGE, range.try_into().expect("a value"))]);
        Part::asked(&head, "\"t\"", 100).map(|part| (part.from, part.to))
    }

    #[test]
    fn one_part_or_all_of_it() {
        assert_eq!(asked("bytes=0-9"), Some((0, 10)));
        assert_eq!(asked("bytes=90-"), Some((90, 100)));
        assert_eq!(asked("bytes=-5"), Some((95, 100)));
        assert_eq!(asked("bytes=-500"), Some((0, 100)));
        assert_eq!(asked("bytes=50-500"), Some((50, 100)));
        assert_eq!(asked("bytes=99-18446744073709551615"), Some((99, 100)));
        for nonsense in ["bytes=9-0", "bytes=a-b", "bytes=0-1,5-6", "lines=0-9", "bytes=", "bytes=-"] {
            assert_eq!(asked(nonsense), Some((0, 100)), "{nonsense}");
        }
        assert_eq!(asked("bytes=100-"), None);
        assert_eq!(asked("bytes=-0"), None);
    }

    #[test]
    fn of_another_file_all_of_it() {
        let mut head = HeaderMap::from_iter([(header::RANGE, "bytes=0-9".try_into().expect("a value"))]);
        head.insert(header::IF_RANGE, "\"u\"".try_into().expect("a value"));
        assert!(Part::asked(&head, "\"t\"", 100).is_some_and(Part::is_whole));
    }
}
