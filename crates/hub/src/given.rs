//! How far a client has come in what it was given of its archive (XEP-0160), and whether it still
//! answers while it is in the background (XEP-0357).

/// Numbers of the archive, as far as one client is concerned.
#[derive(Default)]
pub struct Given {
    /// The client was given everything up to this one.
    last: u64,
    /// It has everything up to this one.
    arrived: u64,
    /// The owner has not heard of `arrived` yet.
    news: bool,
    unanswered: Unanswered,
}

/// Whether a client in the background acknowledges what it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Unanswered {
    #[default]
    No,
    Briefly,
    Long,
}

impl Given {
    /// The client was given everything up to `number`.
    pub fn give(&mut self, number: u64) {
        self.last = self.last.max(number);
    }

    /// It has all it was given.
    pub fn all_arrived(&mut self) {
        self.news |= self.arrived < self.last;
        self.arrived = self.last;
    }

    /// Up to which number it was given everything.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Up to which number it has everything, and whether that is all it was given. The owner knows now.
    pub fn tell(&mut self) -> (u64, bool) {
        self.news = false;
        (self.arrived, self.arrived == self.last)
    }

    /// Whether there is anything new to tell.
    pub fn has_news(&self) -> bool {
        self.news
    }

    /// The client answers.
    pub fn answered(&mut self) {
        self.unanswered = Unanswered::No;
    }

    /// Whether it has not answered for long.
    pub fn is_silent(&self) -> bool {
        self.unanswered == Unanswered::Long
    }

    /// Looked at now and then; `asleep` says that the client is in the background and ought to acknowledge
    /// what it is sent. Whether it has left something unacknowledged from one look to the next; said once,
    /// until it answers.
    pub fn falls_silent(&mut self, asleep: bool) -> bool {
        let (next, falls) = match (asleep && self.arrived < self.last, self.unanswered) {
            (false, _) => (Unanswered::No, false),
            (true, Unanswered::No) => (Unanswered::Briefly, false),
            (true, Unanswered::Briefly) => (Unanswered::Long, true),
            (true, Unanswered::Long) => (Unanswered::Long, false),
        };
        self.unanswered = next;
        falls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_said_once() {
        let mut given = Given::default();
        given.give(5);
        assert_eq!(
            [given.falls_silent(true), given.falls_silent(true), given.falls_silent(true)],
            [false, true, false]
        );
        assert!(given.is_silent());
        given.answered();
        given.all_arrived();
        assert!(!given.is_silent() && !given.falls_silent(true) && given.has_news());
        assert_eq!((given.tell(), given.has_news()), ((5, true), false));
    }

    #[test]
    fn numbers_never_go_back() {
        let mut given = Given::default();
        given.give(5);
        given.all_arrived();
        given.give(3);
        assert_eq!((given.last(), given.tell()), (5, (5, true)));
        given.give(9);
        assert_eq!(given.tell(), (5, false));
    }
}
