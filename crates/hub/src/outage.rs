//! Saying that the service is down, or will be (XEP-0455), and that it is over.

use crate::Hub;
use crate::accounts::NotDone;
use features::admin::table::record;
use features::outage::{MESSAGE_CHARACTERS, Outage, table};
use store::Fault;

impl Hub {
    /// What is said of an outage.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn outage(&self) -> Result<Option<Outage>, Fault> {
        table::read(self.store()).await
    }

    /// Says that there is an outage, or will be, in the place of what was said before; or that it is over.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn say_outage(&self, by: &str, outage: Option<&Outage>) -> Result<(), NotDone> {
        let service = self.service();
        let messages = outage.map(|outage| &*outage.messages).unwrap_or_default();
        let most = service.limits.of(&MESSAGE_CHARACTERS);
        if messages.iter().any(|(_, words)| words.chars().count() as u64 > most) {
            return Err(NotDone::Refused(MESSAGE_CHARACTERS.sentence.to_owned()));
        }
        // XEP-0455 §2.2
        if !messages.is_empty() && !messages.iter().any(|(language, _)| &**language == "default") {
            return Err(NotDone::Refused(
                "Say it once without a language, for everybody who speaks another one.".to_owned(),
            ));
        }
        if outage.is_some_and(|outage| outage.ends_at.is_some_and(|end| end <= outage.begins_at)) {
            return Err(NotDone::Refused("It would end before it begins; look at the two dates.".to_owned()));
        }
        let what = if outage.is_some() { "outage" } else { "outage-over" };
        let mut writes = vec![record(&service.limits, self.clock().now(), by, (what, ""))];
        writes.extend(table::set(outage));
        Ok(self.store().commit(writes).await.map(drop)?)
    }
}
