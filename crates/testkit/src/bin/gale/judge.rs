//! After the storm: did everything that was acknowledged arrive, once, in order, or come back?

use crate::Sky;
use crate::ledger::{Ledger, Note};
use crate::person::Person;
use crate::place::UNTOUCHED;
use std::collections::HashMap;
use std::time::Duration;
use testkit::lab::archive::read;
use tokio::time::{Instant, sleep};

/// Whoever waits for another attempt to connect, or for an acknowledgement that never comes, has made it by then.
const PATIENCE: Duration = Duration::from_secs(200);
/// What would arrive twice has done so by then.
const AFTERMATH: Duration = Duration::from_secs(4);
/// Messages between those who are not touched take so long at most, on a machine that is busy.
const AT_ONCE: Duration = Duration::from_secs(5);

/// What a person's archive holds of what came to them.
#[derive(Default)]
struct Received {
    /// The archive id of the last row that was read.
    last: Option<String>,
    /// The numbers of messages, oldest first.
    numbers: Vec<usize>,
}

/// Waits until everything is where it belongs, and judges it; what it found, in a sentence.
///
/// # Errors
/// The first promise that was broken.
pub async fn judge(all: &[Person], sky: &Sky) -> Result<String, String> {
    let began = Instant::now();
    let mut archives: Vec<Received> = all.iter().map(|_| Received::default()).collect();
    while is_something_missing(all, &mut archives, sky).await? && began.elapsed() < PATIENCE {
        sleep(Duration::from_secs(2)).await;
    }
    let waited = began.elapsed().as_secs();
    sleep(AFTERMATH).await;
    is_something_missing(all, &mut archives, sky).await?;
    let ledger = sky.ledger.lock();
    in_order(&archives, &ledger)?;
    let summary = each(all, &archives, &ledger)?;
    Ok(format!("{summary}; everything was there {waited} s after the storm"))
}

/// Reads on in all archives. Whether a message that was acknowledged is in none and did not come back.
async fn is_something_missing(all: &[Person], archives: &mut [Received], sky: &Sky) -> Result<bool, String> {
    for (person, archive) in all.iter().zip(archives.iter_mut()) {
        let said = |failure| format!("an archive cannot be read: {failure:?}");
        let mut client = person.log_in("judge").await.map_err(said)?;
        for row in read(&mut client, archive.last.clone()).await.map_err(said)? {
            if !row.sent {
                archive.numbers.push(row.number as usize);
            }
            archive.last = Some(row.id);
        }
        // It is gone either way.
        let _ = client.close().await;
    }
    let counts = counts(archives);
    let ledger = sky.ledger.lock();
    let is_missing =
        |(number, note): (usize, &Note)| note.acknowledged && !note.bounced && !counts.contains_key(&number);
    Ok(ledger.notes.iter().enumerate().any(is_missing))
}

fn counts(archives: &[Received]) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for number in archives.iter().flat_map(|archive| &archive.numbers) {
        *counts.entry(*number).or_default() += 1;
    }
    counts
}

/// Of each sender, what first came later was sent later.
fn in_order(archives: &[Received], ledger: &Ledger) -> Result<(), String> {
    for archive in archives {
        let (mut last, mut seen) = (HashMap::new(), vec![false; ledger.notes.len()]);
        for number in &archive.numbers {
            if std::mem::replace(&mut seen[*number], true) {
                continue;
            }
            let before = last.insert(ledger.notes[*number].from, *number);
            if let Some(before) = before.filter(|before| before > number) {
                return Err(format!("m{before} came before m{number}"));
            }
        }
    }
    Ok(())
}

/// Looks at each message.
fn each(all: &[Person], archives: &[Received], ledger: &Ledger) -> Result<String, String> {
    let counts = counts(archives);
    let (mut acknowledged, mut bounced, mut doubled, mut both, mut lost) = (0, 0, 0, 0, Vec::new());
    let (mut untouched, mut slowest) = (0, Duration::ZERO);
    for (number, note) in ledger.notes.iter().enumerate() {
        let count = counts.get(&number).copied().unwrap_or(0);
        let services = [all[note.from].place, all[note.to].place];
        let what = || format!("m{number} from s{} to s{}", services[0], services[1]);
        acknowledged += usize::from(note.acknowledged);
        bounced += usize::from(note.bounced);
        doubled += usize::from(count > 1);
        both += usize::from(note.bounced && count > 0);
        if note.acknowledged && count == 0 && !note.bounced {
            lost.push(what());
        }
        if count > 1 && !ledger.may_be_doubled(note, services) {
            return Err(format!("{} arrived {count} times", what()));
        }
        if services.iter().all(|place| *place < UNTOUCHED) {
            let took = note.seen.ok_or_else(|| format!("{} was not seen", what()))? - note.sent;
            (untouched, slowest) = (untouched + 1, slowest.max(took));
            if took > AT_ONCE {
                return Err(format!("{} took {took:?}, though nothing was wrong there", what()));
            }
        }
    }
    if !lost.is_empty() {
        return Err(format!(
            "{} were acknowledged and are lost: {}",
            lost.len(),
            lost[..lost.len().min(20)].join(", ")
        ));
    }
    Ok(format!(
        "{acknowledged} messages acknowledged, none lost, all in order, {bounced} came back ({both} of them arrived \
         all the same), {doubled} came twice after a kill or a long silence; {untouched} where nothing was wrong took \
         {} ms at most",
        slowest.as_millis()
    ))
}
