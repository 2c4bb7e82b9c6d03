//! The task by which a client makes keys that are not on file yet (XEP-0480 §3).

use super::{
    Wire,
    admission::Proven,
    step::{Moved, Next, Step},
};
use crate::{Crime, ask::Ask, features, sasl::Failure};
use bytes::Bytes;
use data_encoding::BASE64;
use std::num::NonZeroU32;
use xmpp::{
    Element, Writer, ns,
    scram::{Hash, Keys},
};

/// A task that the client has to do before it comes in.
pub(crate) struct Task {
    proven: Proven,
    hash: Hash,
    salt: Bytes,
    iterations: NonZeroU32,
    /// The client has the salt.
    begun: bool,
}

impl Task {
    /// Sends `<continue/>` with the one task there is (XEP-0480 §2.2).
    pub(crate) fn begin(mut proven: Proven, hash: Hash, salt: Bytes, iterations: u32, wire: &mut Wire) -> Next {
        let mut w = Writer::new();
        w.open("continue", ns::SASL2);
        if let Some(ours) = proven.ours.take() {
            w.leaf("additional-data", ns::SASL2, &ours);
        }
        w.open("tasks", ns::SASL2).leaf("task", ns::SASL2, name(hash)).close();
        wire.send(w);
        let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
        Next::Step(Step::Task(Task { proven, hash, salt, iterations, begun: false }))
    }

    /// Takes what the client sends for the task.
    pub(crate) fn item(self, element: &Element<'_>, wire: &mut Wire) -> Moved {
        match element.name() {
            "next" if element.ns() == ns::SASL2 && !self.begun => {
                if element.attr("task").as_deref() != Some(name(self.hash)) {
                    return Ok(refuse(Failure::MalformedRequest, wire));
                }
                Ok(self.give_salt(wire))
            }
            "task-data" if element.ns() == ns::SASL2 && self.begun => match self.salted(element) {
                Some(salted) => Ok(self.store(&salted)),
                None => Ok(refuse(Failure::MalformedRequest, wire)),
            },
            "abort" if element.ns() == ns::SASL2 => Ok(refuse(Failure::Aborted, wire)),
            // XEP-0388 §2.4, §4.8: nothing else, and above all no second login.
            _ => Err(Crime::NotAuthorized),
        }
    }

    fn give_salt(self, wire: &mut Wire) -> Next {
        let mut w = Writer::new();
        w.open("task-data", ns::SASL2).open("salt", ns::SCRAM_UPGRADE);
        w.attr("iterations", &self.iterations.to_string()).text(&BASE64.encode(&self.salt));
        wire.send(w);
        Next::Step(Step::Task(Task { begun: true, ..self }))
    }

    /// The `SaltedPassword` that the client sent, if it can be one.
    fn salted(&self, data: &Element<'_>) -> Option<Vec<u8>> {
        let text = data.child("hash", ns::SCRAM_UPGRADE)?.text();
        let salted = BASE64.decode(text.trim().as_bytes()).ok()?;
        (salted.len() == self.hash.output_len()).then_some(salted)
    }

    fn store(self, salted: &[u8]) -> Next {
        let keys = Keys::from_salted(self.hash, salted, self.salt, self.iterations);
        Next::Ask(Step::Storing(self.proven), Ask::Upgrade(keys))
    }
}

/// XEP-0388 §2.6.3: the task failed, and with it the login. §4.8: it was the only one.
fn refuse(failure: Failure, wire: &mut Wire) -> Next {
    let mut w = Writer::new();
    w.open("failure", ns::SASL2).empty(failure.condition(), ns::SASL);
    wire.send(w);
    Next::Step(Step::Spent)
}

fn name(hash: Hash) -> &'static str {
    let known = features::UPGRADES.iter().find(|(of, _)| *of == hash);
    known.expect("only upgrades that are offered are granted").1
}
