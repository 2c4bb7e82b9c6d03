//! Making invitations, listing them, taking them back, whoever asks for it.

use crate::Hub;
use crate::accounts::NotDone;
use features::invitations::{self, Inviter, Kind, Listed, PER_MONTH, Token, Wish, tree};
use features::staff::Right;
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
                match self.role_of(jid).await?.is_some_and(|role| role.may(Right::Invite)) {
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

    /// What those who run the service invite to: an account of that name, or of any if it is empty.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn account_wish(&self, name: &str, uses: u32, days: Option<u32>) -> Result<Wish, NotDone> {
        let malformed = |_| NotDone::Refused(format!("`{name}` cannot be the name of an account."));
        let name = match self.local_name(name)? {
            "" => String::new(),
            local => Jid::prepare_localpart(local).map_err(malformed)?,
        };
        if !name.is_empty() && uses != 1 {
            return Err(NotDone::Refused("An invitation to a certain name is for one.".to_owned()));
        }
        if uses == 0 || days == Some(0) {
            return Err(NotDone::Refused(
                "Nobody can use such an invitation: make it for one or more, for a day or more.".to_owned(),
            ));
        }
        Ok(Wish { kind: Kind::Account, name, uses, days })
    }

    /// Takes back an invitation of an account.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn revoke_invitation(&self, by: &Jid, number: i64) -> Result<(), NotDone> {
        let inviter = self.inviter(Some(by)).await?;
        self.end_invitation(inviter, number).await
    }

    /// Takes back an invitation, whosever it is. `by` is who wants it.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn revoke_any_invitation(&self, by: &str, number: i64) -> Result<(), NotDone> {
        self.record(by, ("revoke-invitation", &number.to_string())).await?;
        self.end_invitation(None, number).await
    }

    async fn end_invitation(&self, inviter: Option<i64>, number: i64) -> Result<(), NotDone> {
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
