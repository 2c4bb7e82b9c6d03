//! How large the types are of which there are many: one for each stanza, session or account. What
//! raises a number has to say why.

use crate::cell::{Cell, Resident};
use crate::journey::{Journey, Release};
use crate::mail::Mail;
use crate::outlet::Outlet;
use features::memory::{Account, Session};
use features::turn::Effect;
use xmpp::{Delivery, Jid, Stanza};

#[test]
fn types_do_not_grow() {
    let sizes = [
        ("Stanza", size_of::<Stanza>(), 256),
        // Its row in the outbox has 8, and so has what holds a delivery.
        ("Delivery", size_of::<Delivery>(), 72),
        ("Jid", size_of::<Jid>(), 24),
        ("Session", size_of::<Session>(), 88),
        // Of its nodes and of the devices it knows only where they are; whom it blocks (XEP-0191) has 24, where
        // its phones are woken (XEP-0357) 24, how far its clients have come (XEP-0160) 24; where the hash of its
        // picture is (XEP-0398) 8, and what is seldom there 8; which terms it agreed to takes a word.
        ("Account", size_of::<Account>(), 328),
        ("Cell", size_of::<Cell>(), 112),
        ("Resident", size_of::<Resident>(), 352),
        // Held stanzas are bounded in bytes too. Three numbers of 8 say how far the client has come.
        // What another domain has and is not crossed off yet has 8.
        ("Outlet", size_of::<Outlet>(), 200),
        ("Mail", size_of::<Mail>(), 272),
        ("Journey", size_of::<Journey>(), 352),
        ("Release", size_of::<Release>(), 128),
        ("Effect", size_of::<Effect>(), 88),
    ];
    let grown: Vec<_> = sizes.iter().filter(|(_, size, most)| size > most).collect();
    assert!(grown.is_empty(), "{grown:?}");
}
