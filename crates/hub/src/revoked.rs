//! Whose logins were taken back lately: a password was changed, an account disabled. A login that had
//! begun before proves nothing any more, however long it was drawn out.

use parking_lot::Mutex;
use std::collections::VecDeque;
use xmpp::Jid;

/// Longer than any login may take, in seconds.
const REMEMBERED_SECONDS: u32 = 120;

/// How many are remembered. When there are more, every login that had begun before is taken for one
/// of them: it can be tried again.
const REMEMBERED_MAX: usize = 1024;

/// A moment in the order of revocations, noted when a login asks for what it is to be checked by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Began(u64);

/// The revocations of the last minutes.
#[derive(Default)]
pub struct Revoked(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    /// What began before this may have been revoked, whoever it was.
    forgotten: u64,
    lately: VecDeque<Entry>,
}

struct Entry {
    number: u64,
    seconds: u32,
    account: Jid,
}

impl Revoked {
    /// This moment.
    pub fn moment(&self) -> Began {
        Began(self.0.lock().last)
    }

    /// Takes back whatever `account` has begun. `seconds` is the hub's clock.
    pub fn add(&self, account: &Jid, seconds: u32) {
        let mut state = self.0.lock();
        while state.lately.front().is_some_and(|entry| seconds.saturating_sub(entry.seconds) > REMEMBERED_SECONDS) {
            state.lately.pop_front();
        }
        if state.lately.len() >= REMEMBERED_MAX
            && let Some(oldest) = state.lately.pop_front()
        {
            state.forgotten = oldest.number;
        }
        state.last += 1;
        let entry = Entry { number: state.last, seconds, account: account.bare() };
        state.lately.push_back(entry);
    }

    /// Whether what `account` began then was taken back since.
    pub fn since(&self, account: &Jid, began: Began) -> bool {
        let state = self.0.lock();
        if began.0 < state.forgotten {
            return true;
        }
        let later = state.lately.iter().rev().take_while(|entry| entry.number > began.0);
        later.into_iter().any(|entry| entry.account.as_str() == account.bare_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jid(text: &str) -> Jid {
        Jid::parse(text).unwrap()
    }

    #[test]
    fn only_what_began_before_and_only_of_that_account() {
        let revoked = Revoked::default();
        let before = revoked.moment();
        revoked.add(&jid("alice@x/phone"), 10);
        assert!(revoked.since(&jid("alice@x"), before));
        assert!(!revoked.since(&jid("bob@x"), before));
        assert!(!revoked.since(&jid("alice@x"), revoked.moment()));
    }

    #[test]
    fn forgetting_errs_on_the_safe_side() {
        let revoked = Revoked::default();
        let before = revoked.moment();
        for number in 0..=REMEMBERED_MAX {
            revoked.add(&jid(&format!("{number}@x")), 10);
        }
        assert!(revoked.since(&jid("0@x"), before) && revoked.since(&jid("bystander@x"), before));
        assert!(!revoked.since(&jid("bystander@x"), revoked.moment()));
        revoked.add(&jid("late@x"), 10 + REMEMBERED_SECONDS + 1);
        assert_eq!(revoked.0.lock().lately.len(), 1);
    }
}
