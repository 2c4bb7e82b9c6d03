//! Who runs the service: giving roles and taking them, and how the first owner comes in. The administrators of the
//! configuration are owners, too; their role is taken there and nowhere else.

use crate::Hub;
use crate::accounts::NotDone;
use crate::prove::Unproved;
use features::admin::table::record;
use features::deed::Password;
use features::invitations::Token;
use features::login::{self, State};
use features::registration::{By, Refusal, SignUp};
use features::staff::table::{self, Member};
use features::staff::{MEMBERS, Role, link};
use std::net::IpAddr;
use store::{CommitError, Fault};
use xmpp::Jid;

impl Hub {
    /// The role of an account, whether it can log in or not.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn role_of(&self, account: &Jid) -> Result<Option<Role>, Fault> {
        match self.service().is_admin(account) {
            true => Ok(Some(Role::Owner)),
            false => table::role(self.store(), account.local().unwrap_or_default()).await,
        }
    }

    /// Everybody with a role who can log in, but for the administrators of the configuration.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn staff(&self) -> Result<Vec<Member>, Fault> {
        table::members(self.store()).await
    }

    /// Gives an account a role, in the place of any other.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn give_role(&self, by: &str, name: &str, role: Role) -> Result<Jid, NotDone> {
        let (jid, row) = self.find_account(name).await?;
        if row.state != State::Active {
            return Err(NotDone::Refused(format!("{jid} is disabled; enable it first.")));
        }
        self.spare_configured(&jid)?;
        if role != Role::Owner {
            self.spare_last_owner(&jid).await?;
        }
        let (service, now) = (self.service(), self.clock().now());
        let deed = record(&service.limits, now, by, (&format!("make-{}", role.name()), jid.as_str()));
        let most = service.limits.of(&MEMBERS);
        let given = self.store().commit(vec![deed, table::give(&row.localpart, role, now, most)]).await;
        given.map_err(|error| match error {
            CommitError::Unmet => NotDone::Refused(MEMBERS.sentence.to_owned()),
            other => NotDone::from(other),
        })?;
        Ok(jid)
    }

    /// Takes the role of an account.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn take_role(&self, by: &str, name: &str) -> Result<Jid, NotDone> {
        let (jid, row) = self.find_account(name).await?;
        self.spare_configured(&jid)?;
        self.spare_last_owner(&jid).await?;
        let deed = record(&self.service().limits, self.clock().now(), by, ("take-role", jid.as_str()));
        let taken = self.store().commit(vec![deed, table::take(&row.localpart)]).await;
        taken.map_err(|error| match error {
            CommitError::Unmet => NotDone::Missing(format!("{jid} has no role.")),
            other => NotDone::from(other),
        })?;
        Ok(jid)
    }

    /// A new link for the first owner, which is good once; none if somebody owns the service.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn owner_link(&self) -> Result<Option<Token>, NotDone> {
        if self.has_other_owner(None).await? {
            return Ok(None);
        }
        let token = Token::new(self.clock().random());
        self.store().commit(vec![link::make(&self.service().limits, &token, self.clock().now())]).await?;
        Ok(Some(token))
    }

    /// Whether a link for the first owner is good.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn is_owner_link(&self, token: &Token) -> Result<bool, Fault> {
        Ok(!self.has_other_owner(None).await? && link::is_good(self.store(), token, self.clock().now()).await?)
    }

    /// Makes somebody at `peer` who has the link the first owner: an account that is there if they know its password,
    /// or a new one.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn become_owner(
        &self,
        token: &Token,
        (name, password): (&str, Password),
        peer: IpAddr,
    ) -> Result<Jid, NotDone> {
        let spent = || NotDone::Missing(link::DAYS.sentence.to_owned());
        if !self.is_owner_link(token).await? {
            return Err(spent());
        }
        let name = self.local_name(name.trim())?.to_owned();
        let made = self.sign_up(SignUp { name: name.clone(), password: password.clone(), by: By::Staff }).await;
        let jid = match made {
            Ok(jid) => jid,
            Err(Refusal::NameTaken) => self.prove(&name, password, peer).await.map_err(not_proved)?.account,
            Err(refusal) => return Err(refusal.into()),
        };
        let (service, now) = (self.service(), self.clock().now());
        let mut writes = vec![record(&service.limits, now, jid.as_str(), ("become-owner", jid.as_str()))];
        writes.extend(link::spend(token, now));
        writes.push(table::give(jid.local().unwrap_or_default(), Role::Owner, now, service.limits.of(&MEMBERS)));
        self.store().commit(writes).await.map_err(|error| match error {
            CommitError::Unmet => spent(),
            other => NotDone::from(other),
        })?;
        Ok(jid)
    }

    /// Refuses to take away the last owner who can log in.
    pub(crate) async fn spare_last_owner(&self, jid: &Jid) -> Result<(), NotDone> {
        if self.role_of(jid).await? != Some(Role::Owner) || self.has_other_owner(Some(jid)).await? {
            return Ok(());
        }
        Err(NotDone::Refused(format!(
            "{jid} is the last administrator who can log in. Make somebody else an owner first, or name them in `admins`."
        )))
    }

    /// Whether anybody but `jid` owns the service and can log in.
    async fn has_other_owner(&self, jid: Option<&Jid>) -> Result<bool, Fault> {
        let service = self.service();
        for admin in service.admins.iter().filter(|admin| Some(*admin) != jid) {
            let found = login::find(self.store(), admin.local().unwrap_or_default()).await?;
            if found.is_some_and(|row| row.state == State::Active) {
                return Ok(true);
            }
        }
        let owners = self.staff().await?.into_iter().filter(|member| member.role == Role::Owner);
        let name = jid.and_then(Jid::local);
        Ok(owners.into_iter().any(|owner| Some(&*owner.localpart) != name))
    }

    fn spare_configured(&self, jid: &Jid) -> Result<(), NotDone> {
        match self.service().is_admin(jid) {
            true => {
                Err(NotDone::Refused(format!("{jid} is an owner by `admins` in the configuration; change it there.")))
            }
            false => Ok(()),
        }
    }
}

fn not_proved(why: Unproved) -> NotDone {
    match why {
        Unproved::Wrong => NotDone::Taken("The name is taken, and that is not its password.".to_owned()),
        Unproved::TooOften => NotDone::Refused(crate::limits::PASSWORD_ATTEMPTS.sentence.to_owned()),
        Unproved::Failed(fault) => NotDone::from(fault),
    }
}
