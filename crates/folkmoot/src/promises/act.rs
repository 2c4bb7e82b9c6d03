//! What is promised, for both doors.

use crate::control::{LackLine, PromiseLine, Reply};
use features::login::usage::usage;
use features::promises::Promises;
use hub::{Hub, NotDone};
use web::Words;
use web::promises::{Explained, explain};
use web::wellknown::provider;

/// Says what is promised, in English, and what a directory would make of it.
///
/// # Errors
/// See [`NotDone`].
pub async fn tell(hub: &Hub) -> Result<Reply, NotDone> {
    let (service, now) = (hub.service(), hub.clock().now());
    let promises = Promises::of(&service, usage(hub.store(), now).await?);
    // The address of the pages is in the file; nothing is judged by it.
    let origin = service.pages.as_deref().unwrap_or("https://localhost");
    let judgement = provider::judge(&promises, origin, now);
    let line = |one: Explained| PromiseLine {
        what: one.what,
        text: one.text,
        basis: one.basis.name().to_owned(),
        settings: one.settings.iter().map(|setting| (*setting).to_owned()).collect(),
        places: one.places.iter().map(|place| (*place).to_owned()).collect(),
    };
    let lack = |criterion: &web::providers::Criterion| LackLine {
        key: criterion.key.to_owned(),
        advice: criterion.advice.to_owned(),
    };
    Ok(Reply::Promises {
        promises: explain(&promises, &Words::of("en")).into_iter().map(line).collect(),
        category: judgement.category.name().to_owned(),
        lacks: judgement.lacks.iter().map(lack).collect(),
        unmeasured: judgement.unmeasured.iter().map(|criterion| criterion.key.to_owned()).collect(),
    })
}
