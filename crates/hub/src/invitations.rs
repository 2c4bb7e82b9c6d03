//! Making invitations, listing them, taking them back, whoever asks for it.

use crate::Hub;
use crate::accounts::NotDone;
use features::invitations::{self, Inviter, Kind, Listed, PER_MONTH, Token, Wish, tree};
use features::{login, registration};
use store::{CommitError, Fault};
use xmpp::Jid;

/// Invitations in one answer.
pub const LISTED_MAX: u32 = 200;

/// Who makes invitations in nobody's name, as it is written down.
const COMMAND_LINE: &str = "the command line";

/// An invitation that was made. The link is known only now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// What opens it in a client.
    pub link: String,
    /// Where it is shown in a browser (XEP-0401 §5.2); none if there are no pages.
    pub page: Option<String>,
    /// When it expires, in microseconds since 1970.
    pub expires_at: i64,
}

/// What the page of an invitation shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Landing {
    /// What opens it in a client.
    pub link: String,
    /// Who invites: a name; empty for those who run the service.
    pub inviter: Box<str>,
    /// Whether an account can be had by it.
    pub lets_in: bool,
}

impl Hub {
    /// Makes an invitation: in the name of an account, or of those who run the service.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn invite(&self, by: Option<&Jid>, wish: &Wish) -> Result<Invitation, NotDone> {
        let (service, now) = (self.service(), self.clock().now());
        let inviter = match by {
            None => Inviter::Staff,
            Some(jid) => {
                let (_, row) = self.find_account(jid.bare_str()).await?;
                match service.is_admin(jid) {
                    true => Inviter::Admin(row.id),
                    false => Inviter::Person { account: row.id, created_at: row.created_at },
                }
            }
        };
        let lets_in = service.sign_up.takes_invited() && inviter.lets_in(&service.limits, now);
        if wish.kind != Kind::Contact && !lets_in {
            return Err(NotDone::Refused(registration::Refusal::Closed.to_string()));
        }
        if !wish.name.is_empty() && login::find(self.store(), &wish.name).await?.is_some() {
            return Err(NotDone::Taken(registration::Refusal::NameTaken.to_string()));
        }
        if !matches!(inviter, Inviter::Person { .. }) {
            self.record(by.map_or(COMMAND_LINE, Jid::as_str), ("invite", &wish.name)).await?;
        }
        let token = Token::new(self.clock().random());
        let (write, expires_at) = invitations::create(&service.limits, now, (inviter, lets_in), wish, &token);
        self.store().commit(vec![write]).await.map_err(|error| match error {
            CommitError::Unmet => NotDone::Refused(PER_MONTH.sentence.to_owned()),
            other => NotDone::from(other),
        })?;
        let who = match wish.kind {
            Kind::Contact => by.and_then(Jid::local).unwrap_or_default(),
            Kind::Account | Kind::AccountAndContact => &wish.name,
        };
        let link = invitations::link(&service.domain, (wish.kind, lets_in), who, &token);
        let page = service.pages.as_ref().map(|origin| format!("{origin}/invite/{}", token.as_str()));
        Ok(Invitation { link, page, expires_at })
    }

    /// What the page of an invitation shows: the link, and who invites; empty for those who run the service.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn landing(&self, token: &str) -> Result<Option<Landing>, Fault> {
        let (Some(found), Some(token)) = (self.admission(token).await?, Token::presented(token)) else {
            return Ok(None);
        };
        let inviter = login::name_of(self.store(), found.inviter).await?.unwrap_or_default();
        let service = self.service();
        let who = if found.kind == Kind::Contact { &inviter } else { &found.name };
        let lets_in = found.lets_in && service.sign_up.takes_invited();
        let link = invitations::link(&service.domain, (found.kind, lets_in), who, &token);
        Ok(Some(Landing { link, inviter, lets_in }))
    }

    /// Invitations that are good, behind the number `after`: of an account, or all.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn invitations(&self, by: Option<&Jid>, after: i64) -> Result<Vec<Listed>, NotDone> {
        let inviter = self.inviter(by).await?;
        Ok(invitations::list(self.store(), self.clock().now(), inviter, (after, LISTED_MAX)).await?)
    }

    /// Takes an invitation back: one of an account, or any.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn revoke_invitation(&self, by: Option<&Jid>, number: i64) -> Result<(), NotDone> {
        let inviter = self.inviter(by).await?;
        if by.is_none() {
            self.record(COMMAND_LINE, ("revoke-invitation", &number.to_string())).await?;
        }
        invitations::revoke(self.store(), inviter, number).await.map_err(|error| match error {
            CommitError::Unmet => {
                NotDone::Missing(format!("There is no invitation {number} that could still be used. List them again."))
            }
            other => NotDone::from(other),
        })
    }

    /// Those who came by invitations of an account, or of those who run the service, and by theirs.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn invited(&self, name: Option<&str>) -> Result<Vec<tree::Node>, NotDone> {
        let root = match name {
            Some(name) => self.find_account(name).await?.1.id,
            None => 0,
        };
        Ok(tree::tree(self.store(), root).await?)
    }

    async fn inviter(&self, by: Option<&Jid>) -> Result<Option<i64>, NotDone> {
        Ok(match by {
            Some(jid) => Some(self.find_account(jid.bare_str()).await?.1.id),
            None => None,
        })
    }
}
