//! Somebody's client on the stage, and what it has got but not looked at.

use super::elsewhere::Elsewhere;
use super::pattern::{Names, Patterns, compare};
use crate::client::{Acks, Client, Failure, View};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::timeout;
use xmpp::{Element, ns};

/// How long one expected stanza may take to come. It comes at once, or something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a bare stream is listened to for what should not come. Its clients cannot ask whether all
/// has come: the question would be counted, or would wake what sleeps.
const LISTENING: Duration = Duration::from_millis(60);

/// A client with a name.
pub struct Actor {
    /// Whose it is.
    pub user: String,
    /// The resource it asked for.
    pub resource: String,
    /// Its stream, while there is one.
    pub client: Option<Client>,
    /// What it is, if it is no client but another service.
    pub elsewhere: Option<Elsewhere>,
    /// What it takes to resume the stream that was lost.
    pub left: Option<(Acks, String)>,
    view: View,
    inbox: VecDeque<String>,
}

impl Actor {
    /// A client that is logged in and keeps the books of its stream itself.
    pub fn logged_in(user: String, resource: String, client: Client) -> Actor {
        let (client, view) = (Some(client), View::Stanzas);
        Actor { user, resource, client, elsewhere: None, left: None, view, inbox: VecDeque::new() }
    }

    /// A bare stream that shows everything, its features first.
    pub fn bare(client: Client, features: String) -> Actor {
        let (client, view, inbox) = (Some(client), View::Everything, VecDeque::from([features]));
        Actor { user: String::new(), resource: String::new(), client, elsewhere: None, left: None, view, inbox }
    }

    /// Another service.
    pub fn elsewhere(service: Elsewhere) -> Actor {
        let none = String::new;
        let (elsewhere, inbox) = (Some(service), VecDeque::new());
        Actor { user: none(), resource: none(), client: None, elsewhere, left: None, view: View::Stanzas, inbox }
    }

    /// A component.
    pub fn beside(client: Client) -> Actor {
        Actor { inbox: VecDeque::new(), ..Actor::bare(client, String::new()) }
    }

    /// An answer came before there was anything to be shown.
    pub fn heard(&mut self, answer: String) {
        self.inbox.push_back(answer);
    }

    /// Passes over what came.
    pub fn discard(&mut self) {
        self.inbox.clear();
    }

    /// What came and was not looked at.
    pub fn unseen(&self) -> Option<&String> {
        self.inbox.front()
    }

    /// The next element; none if nothing comes.
    pub async fn next(&mut self) -> Result<Option<String>, String> {
        if let Some(text) = self.inbox.pop_front() {
            return Ok(Some(text));
        }
        if let Some(service) = &self.elsewhere {
            let Ok(came) = timeout(PATIENCE, service.wait()).await else { return Ok(None) };
            self.inbox.extend(came?);
            return Ok(self.inbox.pop_front());
        }
        let client = self.client.as_mut().ok_or("it is not connected")?;
        match timeout(PATIENCE, client.see(self.view)).await {
            Ok(Ok(Some(text))) => Ok(Some(text)),
            Ok(Ok(None)) => Err("the server closed the stream".into()),
            Ok(Err(failure)) => Err(said(failure)),
            Err(_) => Ok(None),
        }
    }

    /// Takes in what is under way to it.
    pub async fn settle(&mut self) -> Result<(), String> {
        if let Some(service) = &self.elsewhere {
            self.inbox.extend(service.take()?);
        }
        let Some(client) = &mut self.client else { return Ok(()) };
        match self.view {
            View::Stanzas => {
                // Answered after all that the client caused before, slow reads included.
                let question = client.ask("get", None, "<metadata xmlns='urn:xmpp:mam:2'/>");
                timeout(PATIENCE, question).await.map_err(|_| "a question was not answered")?.map_err(said)?;
                while client.is_something_waiting() {
                    self.inbox.extend(client.see(self.view).await.map_err(said)?);
                }
            }
            View::Everything => {
                while let Ok(seen) = timeout(LISTENING, client.see(self.view)).await {
                    match seen.map_err(said)? {
                        Some(text) => self.inbox.push_back(text),
                        None => break,
                    }
                }
            }
        }
        Ok(())
    }

    /// The next elements must be these.
    pub async fn gets(&mut self, patterns: &Patterns, names: &mut Names) -> Result<(), String> {
        for pattern in patterns.elements() {
            let text = self.next().await?.ok_or_else(|| format!("nothing came instead of\n  {}", pattern.raw()))?;
            let actual = Element::first(&text, ns::CLIENT).ok_or("an unreadable element came")?;
            compare(&pattern, &actual, names).map_err(|why| format!("{why}\n  it was {text}"))?;
        }
        Ok(())
    }

    /// The next elements must be these in some order.
    pub async fn gets_in_any_order(&mut self, patterns: &Patterns, names: &mut Names) -> Result<(), String> {
        let mut wanted: Vec<_> = patterns.elements().collect();
        while !wanted.is_empty() {
            let Some(text) = self.next().await? else {
                return Err(format!("nothing came instead of\n  {}", wanted[0].raw()));
            };
            let actual = Element::first(&text, ns::CLIENT).ok_or("an unreadable element came")?;
            let fits = |pattern: &Element<'_>| {
                let mut tried = names.clone();
                let fits = compare(pattern, &actual, &mut tried).is_ok();
                if fits {
                    *names = tried;
                }
                fits
            };
            let Some(at) = wanted.iter().position(fits) else {
                return Err(format!("this was not expected: {text}"));
            };
            wanted.remove(at);
        }
        Ok(())
    }

    /// The stream must end, and nothing come before that.
    pub async fn is_disconnected(&mut self) -> Result<(), String> {
        if let Some(text) = self.inbox.pop_front() {
            return Err(format!("this came: {text}"));
        }
        let mut client = self.client.take().ok_or("it is not connected")?;
        match timeout(PATIENCE, client.see(self.view)).await {
            Ok(Ok(None)) => Ok(()),
            Ok(Ok(Some(text))) => Err(format!("this came: {text}")),
            Ok(Err(failure)) => Err(said(failure)),
            Err(_) => Err("the stream is still open".into()),
        }
    }
}

/// A failure as a sentence.
pub fn said(failure: Failure) -> String {
    format!("{failure:?}")
}
