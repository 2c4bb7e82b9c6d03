//! Streams between services that broke and may go on (XEP-0198 §5): what each side has handled of them, for
//! a while. A stanza that the other side has is then not sent twice.

use crate::limits;
use crate::outlet::Outlet;
use crate::passage::RESUME_SECONDS;
use features::federation::Way;
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::oneshot;
use xmpp::Text;

/// All of them.
#[derive(Default)]
pub struct BrokenStreams(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Opened by others, by the names we gave. Those that did not break yet are here, too: the peer may notice
    /// it first.
    theirs: HashMap<Text, Theirs>,
    /// Opened by us.
    ours: HashMap<Way, Ours>,
    /// Those that cannot go on any more, oldest first: a peer that comes back for one learns how much arrived.
    graves: VecDeque<(Text, Way, u32)>,
}

/// A stream that another service opened.
struct Theirs {
    way: Way,
    inlet: Arc<Outlet>,
    /// When it is given up, in seconds; none while it is connected.
    until: Option<u32>,
}

/// A stream that we opened.
struct Ours {
    /// The name that they gave it.
    id: Text,
    /// What came in by it, if anything could.
    inlet: Option<Arc<Outlet>>,
    until: u32,
}

/// What came in by a stream that goes on.
pub struct Taken {
    /// Where it is counted.
    pub inlet: Arc<Outlet>,
    /// The number of the new connection.
    pub epoch: u32,
    /// How much was handled, which is all that came.
    pub h: u32,
}

impl BrokenStreams {
    /// A stream that somebody opened to us may go on when it breaks.
    pub fn add(&self, id: Text, way: Way, inlet: Arc<Outlet>) {
        let mut kept = self.0.lock();
        if kept.theirs.len() < limits::BROKEN_MAX {
            kept.theirs.insert(id, Theirs { way, inlet, until: None });
        }
    }

    /// Its connection `epoch` broke; it is waited for until that second. Whether the other side can go on.
    pub fn theirs_broke(&self, id: &Text, epoch: u32, until: u32) -> bool {
        let mut kept = self.0.lock();
        let Some(theirs) = kept.theirs.get_mut(id).filter(|theirs| theirs.inlet.is_left(epoch)) else { return false };
        theirs.until = Some(until);
        true
    }

    /// A stream that we opened broke. Whether we can go on.
    pub fn ours_broke(&self, way: Way, id: Text, inlet: Option<Arc<Outlet>>, until: u32) -> bool {
        let mut kept = self.0.lock();
        let has_room = kept.ours.len() < limits::BROKEN_MAX || kept.ours.contains_key(&way);
        if has_room {
            kept.ours.insert(way, Ours { id, inlet, until });
        }
        has_room
    }

    /// Whether we can go on with a stream on that way.
    pub fn has_ours(&self, way: &Way) -> bool {
        self.0.lock().ours.contains_key(way)
    }

    /// A stream that somebody opened to us was closed in order by its connection `epoch`.
    pub fn close(&self, id: &Text, epoch: u32) {
        let mut kept = self.0.lock();
        if kept.theirs.get(id).is_some_and(|theirs| theirs.inlet.epoch() == epoch) {
            kept.theirs.remove(id);
        }
    }

    /// The other side goes on with a stream that it opened. From now on an older connection is not heard, and
    /// what came by it is waited for: what is not counted would be sent again. Whoever asks may be gone before
    /// that is over: then the stream is waited for as if it had just broken.
    ///
    /// # Errors
    /// It cannot; it had come so far, if that is known.
    pub async fn go_on_with_theirs(&self, id: &Text, way: &Way, seconds: u32) -> Result<Taken, Option<u32>> {
        let found = {
            let mut kept = self.0.lock();
            let is_grave = |(name, of, _): &&(Text, Way, u32)| name == id && of == way;
            let grave = kept.graves.iter().find(is_grave).map(|(.., h)| *h);
            let Some(theirs) = kept.theirs.get_mut(id).filter(|theirs| theirs.way == *way) else { return Err(grave) };
            theirs.until.get_or_insert(seconds + RESUME_SECONDS);
            theirs.inlet.clone()
        };
        let taken = take_over(found, seconds).await;
        match self.0.lock().theirs.get_mut(id) {
            Some(theirs) => theirs.until = None,
            None => return Err(Some(taken.h)),
        }
        Ok(taken)
    }

    /// We try to go on with a stream on that way: its name, and what we have of it.
    pub async fn ours(&self, way: &Way, seconds: u32) -> Option<(Text, u32)> {
        let (id, inlet) = {
            let kept = self.0.lock();
            let ours = kept.ours.get(way)?;
            (ours.id.clone(), ours.inlet.clone())
        };
        match inlet {
            Some(inlet) => Some((id, take_over(inlet, seconds).await.h)),
            None => Some((id, 0)),
        }
    }

    /// What came in by our stream of that name, which goes on.
    pub fn take_ours(&self, way: &Way, id: &Text) -> Option<Taken> {
        let mut kept = self.0.lock();
        let inlet = kept.ours.remove(way).filter(|ours| ours.id == *id)?.inlet?;
        let (epoch, h) = (inlet.epoch(), inlet.h());
        Some(Taken { inlet, epoch, h })
    }

    /// Our stream on that way does not go on.
    pub fn forget_ours(&self, way: &Way) {
        self.0.lock().ours.remove(way);
    }

    /// Gives up those that nobody came back for in time.
    pub fn sweep(&self, seconds: u32) {
        let mut kept = self.0.lock();
        let Kept { theirs, ours, graves } = &mut *kept;
        ours.retain(|_, ours| ours.until > seconds);
        for (id, gone) in theirs.extract_if(|_, theirs| theirs.until.is_some_and(|until| until <= seconds)) {
            graves.push_back((id, gone.way, gone.inlet.h()));
        }
        while graves.len() > limits::BROKEN_GRAVES_MAX {
            graves.pop_front();
        }
    }
}

async fn take_over(inlet: Arc<Outlet>, seconds: u32) -> Taken {
    let epoch = inlet.take_over(seconds);
    let (all, handled) = oneshot::channel();
    inlet.when_all_handled(Box::new(move || {
        // Whoever waits for it may be gone.
        let _ = all.send(());
    }));
    // It cannot fail: the action runs, sooner or later.
    let _ = handled.await;
    let h = inlet.h();
    Taken { inlet, epoch, h }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use xmpp::Jid;

    fn way() -> Way {
        Way { here: Jid::parse("here.example").unwrap(), there: Jid::parse("there.example").unwrap() }
    }

    /// Something that came is still under way when they go on, and their new connection is gone before it is
    /// counted.
    #[tokio::test]
    async fn a_stream_whose_connection_dies_while_it_goes_on_is_waited_for_and_given_up() {
        let (broken, inlet) = (BrokenStreams::default(), Arc::new(Outlet::new(0)));
        let name = Text::from("name".to_owned());
        broken.add(name.clone(), way(), inlet.clone());
        let number = inlet.receive(0, 1).unwrap();
        {
            let way = way();
            let mut going_on = pin!(broken.go_on_with_theirs(&name, &way, 1));
            let mut context = Context::from_waker(Waker::noop());
            assert!(matches!(going_on.as_mut().poll(&mut context), Poll::Pending));
        }
        inlet.handled(number);
        let taken = broken.go_on_with_theirs(&name, &way(), 2).await.map(|taken| taken.h);
        assert_eq!(taken, Ok(1), "they come again");
        broken.sweep(10 * RESUME_SECONDS);
        assert!(broken.0.lock().theirs.contains_key(&name), "it is connected");
        let number = inlet.receive(inlet.epoch(), 3).unwrap();
        {
            let way = way();
            let mut going_on = pin!(broken.go_on_with_theirs(&name, &way, 3));
            let mut context = Context::from_waker(Waker::noop());
            assert!(matches!(going_on.as_mut().poll(&mut context), Poll::Pending));
        }
        inlet.handled(number);
        broken.sweep(4 + RESUME_SECONDS);
        let taken = broken.go_on_with_theirs(&name, &way(), 5).await.map(|taken| taken.h);
        assert_eq!(taken, Err(Some(2)), "nobody came in time");
    }
}
