//! What a turn may want done that takes more than rows: a closed list, carried out by the hub beside the
//! owner.

use crate::admin::Order;
use crate::commands::Ticket;
use crate::invitations::Token;
use crate::login::{Asked, Live};
use crate::upload::Wish;
use std::fmt::{self, Formatter};
use std::sync::Arc;
use xmpp::{Jid, Stanza};

/// One thing to do.
#[derive(Debug)]
pub enum Deed {
    /// End all sessions and erase the account, and tell the one who asked for it.
    Erase,
    /// Give the account a new password; tokens for logging in again and all other sessions go.
    SetPassword {
        /// The new one.
        password: Password,
        /// The client that changes it, and stays.
        by: Option<Live>,
    },
    /// Take a client's access away (XEP-0494 §3.2).
    Revoke {
        /// The clients it may be one of.
        asked: Asked,
        /// Its name among them.
        id: String,
    },
    /// Say to the account what it was not told yet.
    Notices,
    /// Erase what was said in a room that is no more.
    ForgetRoom {
        /// Its archive.
        archive: i64,
    },
    /// Use up an invitation of the account that a request for its presence brought along (XEP-0379 §3.5).
    Redeem {
        /// What was brought.
        token: Token,
        /// The request.
        request: Arc<Stanza>,
    },
    /// Find room for a file, and give it an address (XEP-0363 §4).
    Slot(Wish),
    /// What a command orders; what comes of it is the end of the command.
    Order {
        /// Who gave it.
        by: Jid,
        /// What is to be done.
        order: Order,
        /// What the answer needs.
        ticket: Ticket,
    },
}

/// A new password on its way, as it was typed. Not shown by `Debug`, so that it gets into no log.
#[derive(Clone)]
pub struct Password(pub Box<str>);

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}
