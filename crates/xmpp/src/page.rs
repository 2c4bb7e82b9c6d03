//! Paging through results (XEP-0059): what a request asks for, and what an answer says of its page.

use crate::{Condition, Element, StanzaError, Writer, ns};
use std::borrow::Cow;

/// Which page is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted<'a> {
    /// Items at most; none if the request leaves it to the server.
    pub max: Option<usize>,
    /// Where the page lies.
    pub place: Place<'a>,
}

/// Where a page lies in the results.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Place<'a> {
    /// At the start.
    #[default]
    First,
    /// At the end (XEP-0059 §2.5).
    Last,
    /// Right behind this item (§2.2).
    After(Cow<'a, str>),
    /// Right before this item (§2.3).
    Before(Cow<'a, str>),
}

impl<'a> Wanted<'a> {
    /// What the `<set/>` inside `parent` asks for; without one, the first page.
    ///
    /// # Errors
    /// `bad-request` for a `max` that is no number, and for `before` together with `after`, which
    /// XEP-0059 leaves undefined; `feature-not-implemented` for a page by its index (§2.6).
    pub fn read(parent: &Element<'a>) -> Result<Wanted<'a>, StanzaError> {
        let Some(set) = parent.child("set", ns::RSM) else { return Ok(Wanted::default()) };
        if set.child("index", ns::RSM).is_some() {
            return Err(StanzaError::new(Condition::FeatureNotImplemented).text("Pages are not counted here."));
        }
        let max = set.child("max", ns::RSM).map(|max| count(&max.text())).transpose()?;
        let text = |name: &str| set.child(name, ns::RSM).map(|child| child.text());
        let place = match (text("after").filter(|after| !after.is_empty()), text("before")) {
            (Some(_), Some(_)) => {
                let why = "A page lies before one item or after one, not both.";
                return Err(StanzaError::new(Condition::BadRequest).text(why));
            }
            (Some(after), None) => Place::After(after),
            (None, Some(before)) if before.is_empty() => Place::Last,
            (None, Some(before)) => Place::Before(before),
            (None, None) => Place::First,
        };
        Ok(Wanted { max, place })
    }

    /// Whether the page is taken from the end of what lies before it.
    pub fn is_backwards(&self) -> bool {
        matches!(self.place, Place::Last | Place::Before(_))
    }
}

fn count(text: &str) -> Result<usize, StanzaError> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(StanzaError::new(Condition::BadRequest).text("The size of a page is a number."));
    }
    // Digits that fit no number ask for more than any page has.
    Ok(digits.parse().unwrap_or(usize::MAX))
}

/// Writes the `<set/>` of an answer: the first and the last item of the page, or nothing for an
/// empty one (XEP-0059 §2.2). The number of all items is left out: counting them costs as much as
/// reading them.
pub fn write(w: &mut Writer, edges: Option<(&str, &str)>) {
    w.open("set", ns::RSM);
    if let Some((first, last)) = edges {
        w.leaf("first", ns::RSM, first).leaf("last", ns::RSM, last);
    }
    w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &str) -> Result<(Option<usize>, Place<'static>), Condition> {
        let text = format!("<query xmlns='q'><set xmlns='http://jabber.org/protocol/rsm'>{set}</set></query>");
        let query = Element::first(&text, ns::CLIENT).unwrap();
        let wanted = Wanted::read(&query).map_err(|error| error.condition)?;
        let owned = |id: Cow<'_, str>| Cow::Owned(id.into_owned());
        let place = match wanted.place {
            Place::First => Place::First,
            Place::Last => Place::Last,
            Place::After(id) => Place::After(owned(id)),
            Place::Before(id) => Place::Before(owned(id)),
        };
        Ok((wanted.max, place))
    }

    #[test]
    fn reads_every_place() {
        assert_eq!(read(""), Ok((None, Place::First)));
        assert_eq!(read("<max>10</max>"), Ok((Some(10), Place::First)));
        assert_eq!(read("<max>10</max><after>x</after>"), Ok((Some(10), Place::After("x".into()))));
        assert_eq!(read("<before/>"), Ok((None, Place::Last)));
        assert_eq!(read("<before>x</before>"), Ok((None, Place::Before("x".into()))));
        assert_eq!(read("<after/>"), Ok((None, Place::First)));
    }

    #[test]
    fn refuses_what_cannot_be_answered() {
        assert_eq!(read("<max>many</max>"), Err(Condition::BadRequest));
        assert_eq!(read("<max>-1</max>"), Err(Condition::BadRequest));
        assert_eq!(read("<index>3</index>"), Err(Condition::FeatureNotImplemented));
        assert_eq!(read("<after>x</after><before>y</before>"), Err(Condition::BadRequest));
        assert_eq!(read("<max>99999999999999999999999999</max>"), Ok((Some(usize::MAX), Place::First)));
    }
}
