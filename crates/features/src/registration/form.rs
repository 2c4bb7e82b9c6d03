//! Registering in band as it travels (XEP-0077 §3.1, §4): the form for a stranger, and what was filled in.

use crate::deed::Password;
use crate::invitations::{Admission, Token};
use crate::service::Service;
use bytes::Bytes;
use std::borrow::Cow;
use xmpp::{Condition, Element, StanzaError, Writer, form, ns};

/// XEP-0158 §4: the name of the field for a question that people answer.
const QUESTION: &str = "qa";

/// What a stranger filled in.
#[derive(Debug)]
pub struct Filled {
    /// The name as it was typed.
    pub name: String,
    /// The password as it was typed.
    pub password: Password,
    /// What was answered to the question; empty if nothing.
    pub answer: String,
}

/// The form (§3.1). Old fields stand beside it only where they are enough (§6).
pub fn write(service: &Service, instructions: &str, invitation: Option<&Admission>) -> Bytes {
    let question = service.sign_up.question_for(invitation);
    let name = invitation.map_or("", |invitation| &*invitation.name);
    let mut w = Writer::new();
    w.open("query", ns::REGISTER).leaf("instructions", ns::REGISTER, instructions);
    if question.is_none() {
        w.leaf("username", ns::REGISTER, name).empty("password", ns::REGISTER);
    }
    form::open(&mut w, ns::REGISTER);
    w.leaf("title", ns::DATA_FORMS, "A new account").leaf("instructions", ns::DATA_FORMS, instructions);
    required(&mut w, ("text-single", "username"), "The name", name);
    required(&mut w, ("text-private", "password"), "The password", "");
    if let Some(question) = question {
        required(&mut w, ("text-single", QUESTION), &question.text, "");
    }
    w.close();
    // §6: who cannot show the form finds the same on a page.
    if let Some(origin) = service.pages.as_ref().filter(|_| question.is_some()) {
        w.open("x", ns::OOB).leaf("url", ns::OOB, &format!("{origin}/register")).close();
    }
    w.finish()
}

fn required(w: &mut Writer, (kind, name): (&str, &str), label: &str, value: &str) {
    w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", kind).attr("label", label);
    w.empty("required", ns::DATA_FORMS);
    if !value.is_empty() {
        w.leaf("value", ns::DATA_FORMS, value);
    }
    w.close();
}

/// The token that somebody was invited by (XEP-0445 §4).
///
/// # Errors
/// `bad-request` without one, `item-not-found` for what cannot be one.
pub fn token(preauth: &Element<'_>) -> Result<Token, StanzaError> {
    let token = preauth.attr("token");
    let token = token.ok_or_else(|| StanzaError::new(Condition::BadRequest).text("There is no token."))?;
    Token::presented(&token).ok_or_else(no_such_invitation)
}

/// XEP-0445 §4
pub fn no_such_invitation() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound).text("The invitation is not good, or not any more. Ask for another one.")
}

/// Reads what was filled in. A form goes before the old fields (§4).
///
/// # Errors
/// `not-acceptable` where name or password is missing (§3.1), `bad-request` for what is no registration.
pub fn read(query: &Element<'_>) -> Result<Filled, StanzaError> {
    if query.child("remove", ns::REGISTER).is_some() {
        // §3.2: who is not registered has nothing to cancel.
        return Err(StanzaError::new(Condition::UnexpectedRequest).text("Log in first, then remove the account."));
    }
    let form = form::Form::submitted(query, ns::REGISTER)?;
    let field = |name: &str| -> String {
        let value = match form {
            Some(form) => form.value(name),
            None => query.child(name, ns::REGISTER).map(|field| Cow::Owned(field.text().into_owned())),
        };
        value.map(Cow::into_owned).unwrap_or_default()
    };
    let (name, password) = (field("username"), field("password"));
    if name.is_empty() || password.is_empty() {
        let why = "An account has a name and a password. Fill in both.";
        return Err(StanzaError::new(Condition::NotAcceptable).text(why));
    }
    Ok(Filled { name, password: Password(password.into()), answer: field(QUESTION) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::{Mode, Policy, Question};
    use crate::service::Secrets;

    #[test]
    fn who_cannot_show_a_question_is_sent_to_the_page() {
        let secrets = Secrets { archive_ids: [0; 16], dialback: Bytes::new(), decoy: Bytes::new() };
        let mut service = Service::new(xmpp::Jid::parse("example.org").unwrap(), secrets);
        service.pages = Some("https://example.org".into());
        service.sign_up = Policy { mode: Mode::Open, ..Policy::CLOSED };
        let text = |service: &Service| String::from_utf8(write(service, "Choose.", None).to_vec()).unwrap();
        assert!(!text(&service).contains("jabber:x:oob"));
        service.sign_up.question = Some(Question { text: "2 + 2?".into(), answers: vec!["4".into()] });
        let asked = text(&service);
        assert!(
            asked.ends_with("<x xmlns='jabber:x:oob'><url>https://example.org/register</url></x></query>"),
            "{asked}"
        );
        assert!(!asked.contains("<username/>"));
    }
}
