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
        ("Delivery", size_of::<Delivery>(), 64),
        ("Jid", size_of::<Jid>(), 24),
        ("Session", size_of::<Session>(), 88),
        // Of its nodes and of the devices it knows only where they are; whom it blocks (XEP-0191) has 24, where
        // its phones are woken (XEP-0357) 24, and how far its clients have come (XEP-0160) 24.
        ("Account", size_of::<Account>(), 312),
        ("Cell", size_of::<Cell>(), 112),
        ("Resident", size_of::<Resident>(), 336),
        // Held stanzas are bounded in bytes too. Three numbers of 8 say how far the client has come.
        ("Outlet", size_of::<Outlet>(), 192),
        ("Mail", size_of::<Mail>(), 272),
        ("Journey", size_of::<Journey>(), 336),
        ("Release", size_of::<Release>(), 120),
        ("Effect", size_of::<Effect>(), 80),
    ];
    let grown: Vec<_> = sizes.iter().filter(|(_, size, most)| size > most).collect();
    assert!(grown.is_empty(), "{grown:?}");
}
