//! What is wrong now, by domain and cause, in memory.

use super::{ALARMS, DAYS, STRANGERS, TOLD, table};
use crate::Fault;
use crate::feature::Limits;
use hashbrown::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::Store;
use xmpp::Jid;

/// Microseconds in a day.
pub(super) const DAY_MICROS: i64 = 86_400_000_000;

/// Who wanted the link that failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Course {
    /// The other service connected to us.
    In,
    /// Somebody here writes there.
    Out,
    /// Nobody: it is about ourselves.
    Own,
}

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// Its certificate has expired.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is signed by nobody but itself.
    SelfSigned,
    /// Nobody who is trusted here stands behind it.
    Untrusted,
    /// It is for another name.
    WrongName,
    /// It is broken, taken back, or made for something else.
    Unsuitable,
    /// There is none.
    NoCertificate,
    /// TLSA records name another one.
    Dane,
    /// The domain says that it is not the one who connected.
    Forged,
    /// The domain could not be asked whether it is.
    Unanswered,
    /// It offers no encryption.
    NoTls,
    /// It does not believe us, or does not want us.
    Rejected,
    /// It does not answer.
    Unreachable,
    /// Our own certificate expires soon.
    OwnExpires,
    /// Our own certificate has expired.
    OwnExpired,
    /// Our own certificate does not name all that we serve.
    OwnNames,
}

/// Something that went wrong just now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// With which service; our own if it is about ourselves.
    pub domain: Jid,
    /// Who wanted it.
    pub course: Course,
    /// What it was.
    pub cause: Cause,
    /// What was seen, in sentences.
    pub evidence: String,
}

/// Something that is wrong. Times are microseconds since 1970.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alarm {
    /// What was seen at first.
    pub failed: Failed,
    /// Since when.
    pub since: i64,
    /// When it was met last.
    pub last: i64,
    /// How often, since it was told.
    pub times: u64,
    /// When it was told, if it was.
    pub told: Option<i64>,
    /// Since when it is well again.
    pub well: Option<i64>,
}

type Key = (Jid, Course, Cause);

/// All that is wrong, and how much was told of it today.
#[derive(Default, Debug)]
pub struct Watch(Mutex<Known>);

#[derive(Default, Debug)]
struct Known {
    alarms: HashMap<Key, Alarm>,
    day: i64,
    told: u64,
    told_of_strangers: u64,
}

impl Watch {
    /// Reads at the start what was wrong.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(store: &Store) -> Result<Watch, Fault> {
        let alarms = table::read(store).await?.into_iter().map(|alarm| (alarm.key(), alarm)).collect();
        Ok(Watch(Mutex::new(Known { alarms, ..Known::default() })))
    }

    /// Something went wrong. What is known of it, if that is news: it was well until now, and for more than a
    /// day. Whatever comes and goes more often is for the daily message.
    pub fn failed(&self, failed: Failed, limits: &Limits, now: i64) -> Option<Alarm> {
        let mut known = self.known();
        let key = (failed.domain.clone(), failed.course, failed.cause);
        if let Some(alarm) = known.alarms.get_mut(&key) {
            let is_news = alarm.well.is_some_and(|since| now - since > DAY_MICROS);
            if alarm.well.take().is_some() {
                (alarm.since, alarm.told, alarm.times) = (now, None, 0);
            }
            (alarm.last, alarm.times) = (now, alarm.times + 1);
            return is_news.then(|| alarm.clone());
        }
        while known.alarms.len() >= limits.count(&ALARMS).max(1) {
            let oldest = known.alarms.values().min_by_key(|alarm| alarm.last).map(Alarm::key);
            let Some(oldest) = oldest else { break };
            known.alarms.remove(&oldest);
        }
        let alarm = Alarm { failed, since: now, last: now, times: 1, told: None, well: None };
        known.alarms.insert(key, alarm.clone());
        Some(alarm)
    }

    /// Whether this may be told now, and not with the daily message; it counts as told then. `affected` is how
    /// many people here have contacts there.
    pub fn may_tell(&self, alarm: &Alarm, affected: usize, limits: &Limits, now: i64) -> bool {
        let mut known = self.known();
        if known.day != now / DAY_MICROS {
            (known.day, known.told, known.told_of_strangers) = (now / DAY_MICROS, 0, 0);
        }
        let is_stranger = alarm.failed.course == Course::In && affected == 0;
        let may = alarm.failed.cause.is_told_at_once()
            && known.told < limits.of(&TOLD)
            && !(is_stranger && known.told_of_strangers >= limits.of(&STRANGERS));
        if may {
            known.told += 1;
            known.told_of_strangers += u64::from(is_stranger);
            if let Some(alarm) = known.alarms.get_mut(&alarm.key()) {
                (alarm.told, alarm.times) = (Some(now), 0);
            }
        }
        may
    }

    /// These are well again: what was wrong of that kind with the domain.
    pub fn recovered(&self, domain: &Jid, is_well: impl Fn(Course, Cause) -> bool, now: i64) -> Vec<Alarm> {
        let mut known = self.known();
        let mut recovered = Vec::new();
        // Nothing is wrong, most of the time.
        for alarm in known.alarms.values_mut().filter(|alarm| alarm.well.is_none() && alarm.failed.domain == *domain) {
            if is_well(alarm.failed.course, alarm.failed.cause) {
                alarm.well = Some(now);
                recovered.push(alarm.clone());
            }
        }
        recovered
    }

    /// What is to be said in the daily message, if it is time for one: all that is wrong and was met since it was
    /// told. It counts as told then.
    pub fn daily(&self, limits: &Limits, now: i64) -> Vec<Alarm> {
        let mut known = self.known();
        let end = now.saturating_sub(i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX).saturating_mul(DAY_MICROS));
        known.alarms.retain(|_, alarm| alarm.last > end);
        let open = |alarm: &Alarm| alarm.well.is_none() && alarm.times > 0;
        let is_due = |alarm: &Alarm| open(alarm) && now - alarm.told.unwrap_or(alarm.since) >= DAY_MICROS;
        if !known.alarms.values().any(is_due) {
            return Vec::new();
        }
        let mut told = Vec::new();
        for alarm in known.alarms.values_mut().filter(|alarm| open(alarm)) {
            told.push(alarm.clone());
            (alarm.told, alarm.times) = (Some(now), 0);
        }
        told.sort_by_key(Alarm::key);
        told
    }

    /// What is known, by domain; what is well again, too.
    pub fn all(&self) -> Vec<Alarm> {
        let mut all: Vec<Alarm> = self.known().alarms.values().cloned().collect();
        all.sort_by_key(Alarm::key);
        all
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it is held; what a panic elsewhere left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Alarm {
    fn key(&self) -> Key {
        (self.failed.domain.clone(), self.failed.course, self.failed.cause)
    }
}

impl Cause {
    /// Every cause, with its word in the store.
    pub const ALL: [(Cause, &'static str); 16] = [
        (Cause::Expired, "expired"),
        (Cause::NotYetValid, "not-yet-valid"),
        (Cause::SelfSigned, "self-signed"),
        (Cause::Untrusted, "untrusted"),
        (Cause::WrongName, "wrong-name"),
        (Cause::Unsuitable, "unsuitable"),
        (Cause::NoCertificate, "no-certificate"),
        (Cause::Dane, "dane"),
        (Cause::Forged, "forged"),
        (Cause::Unanswered, "unanswered"),
        (Cause::NoTls, "no-tls"),
        (Cause::Rejected, "rejected"),
        (Cause::Unreachable, "unreachable"),
        (Cause::OwnExpires, "own-expires"),
        (Cause::OwnExpired, "own-expired"),
        (Cause::OwnNames, "own-names"),
    ];

    /// The word in the store.
    pub fn name(self) -> &'static str {
        Cause::ALL.iter().find(|(cause, _)| *cause == self).map_or("", |(_, name)| name)
    }

    /// Whether the certificate of the other side is the cause: then it is well again as soon as a better one is
    /// seen, whoever connects.
    pub fn is_certificate(self) -> bool {
        use Cause::{Dane, Expired, NoCertificate, NotYetValid, SelfSigned, Unsuitable, Untrusted, WrongName};
        matches!(self, Expired | NotYetValid | SelfSigned | Untrusted | WrongName | Unsuitable | NoCertificate | Dane)
    }

    /// Whether somebody has to do something about it. Servers that are away come back by themselves.
    pub fn is_told_at_once(self) -> bool {
        !matches!(self, Cause::Unreachable | Cause::Unanswered)
    }
}

impl Course {
    /// Every course, with its word in the store.
    pub const ALL: [(Course, &'static str); 3] = [(Course::In, "in"), (Course::Out, "out"), (Course::Own, "own")];

    /// The word in the store.
    pub fn name(self) -> &'static str {
        Course::ALL.iter().find(|(course, _)| *course == self).map_or("", |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(domain: &str, course: Course, cause: Cause) -> Failed {
        Failed { domain: Jid::parse(domain).unwrap(), course, cause, evidence: "It was seen.".into() }
    }

    #[test]
    fn it_is_told_once_then_daily_and_what_comes_and_goes_not_each_time() {
        let (watch, limits) = (Watch::default(), Limits::default());
        let expired = || failed("a.example", Course::Out, Cause::Expired);
        let alarm = watch.failed(expired(), &limits, 1).unwrap();
        assert!(watch.may_tell(&alarm, 0, &limits, 1));
        assert!(watch.failed(expired(), &limits, 2).is_none() && watch.daily(&limits, 3).is_empty());
        let daily = watch.daily(&limits, 1 + DAY_MICROS);
        assert_eq!((daily.len(), daily[0].times), (1, 1));
        // Nothing happened since.
        assert!(watch.daily(&limits, 1 + 3 * DAY_MICROS).is_empty());
        let well = |now| watch.recovered(&expired().domain, |course, _| course == Course::Out, now).len();
        assert_eq!((well(4 * DAY_MICROS), well(4 * DAY_MICROS)), (1, 0));
        assert!(watch.failed(expired(), &limits, 4 * DAY_MICROS + 5).is_none(), "for the daily message");
        assert_eq!(well(4 * DAY_MICROS + 6), 1);
        assert!(watch.failed(expired(), &limits, 6 * DAY_MICROS).is_some());
    }

    #[test]
    fn strangers_fill_neither_the_memory_nor_a_chat() {
        let (watch, mut limits) = (Watch::default(), Limits::default());
        limits.set(&ALARMS, 10);
        let mut told = 0;
        for number in 0..100 {
            let stranger = failed(&format!("s{number}.example"), Course::In, Cause::SelfSigned);
            let alarm = watch.failed(stranger, &limits, number).unwrap();
            told += u64::from(watch.may_tell(&alarm, 0, &limits, number));
        }
        assert_eq!((told, watch.all().len()), (limits.of(&STRANGERS), 10));
        let alarm = watch.failed(failed("friends.example", Course::In, Cause::Dane), &limits, 200).unwrap();
        assert!(watch.may_tell(&alarm, 3, &limits, 200));
        let away = watch.failed(failed("away.example", Course::Out, Cause::Unreachable), &limits, 200).unwrap();
        assert!(!watch.may_tell(&away, 3, &limits, 200));
    }
}
