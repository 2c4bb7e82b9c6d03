//! A connection between two services, and what is the matter with it.

use super::end::End;

/// Bytes that one end may be ahead of the other, as a socket lets it.
const WINDOW: usize = 64 * 1024;

/// A connection. The first of each pair is the side that connected.
pub struct Line {
    /// The services, by number.
    pub places: [usize; 2],
    /// What holds each end.
    pub ends: [End; 2],
    /// What is on its way to each end.
    pub bytes: [Vec<u8>; 2],
    /// What is the matter.
    pub state: State,
    /// So many more bytes, and it breaks.
    pub fuse: Option<usize>,
    /// How much more each end takes in this second.
    pub allowance: [usize; 2],
}

/// What is the matter with a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing.
    Well,
    /// It carries so many bytes in a second.
    Slow(usize),
    /// This end does nothing any more, until that second.
    Hung(usize, i64),
    /// It is no more.
    Broken,
}

impl Line {
    /// A new one.
    pub fn new(places: [usize; 2], ends: [End; 2]) -> Line {
        let (bytes, allowance) = ([Vec::new(), Vec::new()], [usize::MAX; 2]);
        Line { places, ends, bytes, state: State::Well, fuse: None, allowance }
    }

    /// Whether an end looks at its socket.
    pub fn is_awake(&self, end: usize) -> bool {
        !matches!(self.state, State::Hung(hung, _) if hung == end) && self.state != State::Broken
    }

    /// Takes what an end may read now; a fuse burns down by it.
    pub fn arrives(&mut self, end: usize) -> Vec<u8> {
        let mut count = self.bytes[end].len().min(self.allowance[end]);
        if let Some(fuse) = &mut self.fuse {
            count = count.min(*fuse);
            *fuse -= count;
            if *fuse == 0 {
                self.state = State::Broken;
            }
        }
        self.allowance[end] -= if self.allowance[end] == usize::MAX { 0 } else { count };
        self.bytes[end].drain(..count).collect()
    }

    /// How much an end may write.
    pub fn room(&self, end: usize) -> usize {
        WINDOW.saturating_sub(self.bytes[1 - end].len())
    }

    /// A second begins.
    pub fn begin(&mut self, now: i64) {
        match self.state {
            State::Hung(_, until) if until <= now => self.state = State::Well,
            State::Slow(bytes) => self.allowance = [bytes; 2],
            _ => {}
        }
        if self.state == State::Well {
            self.allowance = [usize::MAX; 2];
        }
    }

    /// Whether what a service sends goes out here.
    pub fn sends(&self, place: usize) -> bool {
        (0..2).any(|end| self.places[end] == place && self.ends[end].sends())
    }

    /// Whether it lacks nothing.
    pub fn is_well(&self) -> bool {
        let is_silent = self.bytes.iter().all(Vec::is_empty);
        self.state == State::Well && self.fuse.is_none() && is_silent && self.ends.iter().all(End::is_well)
    }
}
