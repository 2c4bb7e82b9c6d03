//! Carrying out what commands order, and telling what came of it.

use crate::Hub;
use crate::accounts::NotDone;
use crate::mail::Ending;
use features::admin::{FORM, Order, What, Which, table};
use features::announce::{self, Notice, Standing};
use features::command::{Field, Kind, Report, Severity, Shown};
use features::invitations::{Listed, Wish};
use features::turn::End;
use features::upload::files::File;
use features::upload::{ACCOUNT_BYTES, PROFILE_BYTES, Purpose};
use features::{login, roster};
use store::Write;
use xmpp::{Condition, ErrorType, Jid, StanzaError, ns, time};

/// Files that are shown to the one who has them.
const FILES_SHOWN: usize = 200;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

impl Hub {
    /// Carries out an order of `by`.
    ///
    /// # Errors
    /// For the one who gave it.
    pub(crate) async fn obey(&self, by: &Jid, order: Order) -> Result<Report, StanzaError> {
        self.try_obey(by, order).await.map_err(|not_done| match not_done {
            // XEP-0133 §5
            NotDone::Taken(why) => StanzaError::new(Condition::Conflict).text(why),
            NotDone::Missing(why) => StanzaError::new(Condition::ItemNotFound).text(why),
            NotDone::Refused(why) => StanzaError::new(Condition::NotAcceptable).text(why),
            NotDone::Failed(why) => {
                tracing::error!(why, "an order could not be carried out");
                StanzaError::new(Condition::InternalServerError).of_type(ErrorType::Wait).text(why)
            }
        })
    }

    async fn try_obey(&self, by: &Jid, order: Order) -> Result<Report, NotDone> {
        match order {
            Order::Each(what, accounts) => Ok(self.each(by, what, &accounts).await),
            Order::Add { account, password } => {
                let made = self.add_account(by.as_str(), account.bare_str(), password).await?;
                Ok(said(format!("{made} can be used now.")))
            }
            Order::SetPassword { account, password } => {
                let (jid, ended) = self.set_password(by.as_str(), account.bare_str(), password).await?;
                Ok(said(format!("{jid} has a new password. {}", sessions(ended))))
            }
            Order::Invite(wish) => self.invitation(by, &wish).await,
            Order::Invitations => self.own_invitations(by).await,
            Order::Revoke(number) => {
                self.revoke_invitation(by, number).await?;
                Ok(said("Nobody can use it any more."))
            }
            Order::Files => self.own_files(by).await,
            Order::DeleteFile(file) => {
                let file = self.delete_own_file(by, &file).await?;
                Ok(said(format!("`{}` is deleted.", file.name)))
            }
            Order::EndOwn(devices) => {
                let mut ended = 0;
                for device in devices {
                    ended += self.end_some(by, Ending::One(device), End::Disconnected).await;
                }
                Ok(said(sessions(ended)))
            }
            Order::Count(which) => Ok(shown(vec![which.count_field(self.count(which).await?)])),
            Order::List(which, max) => self.list(which, max).await,
            Order::Contacts(account) => self.contacts(by, &account).await,
            Order::LastLogin(account) => self.last_login(by, &account).await,
            Order::Statistics(account) => self.statistics(by, &account).await,
            Order::Deeds => self.deeds_report().await,
            Order::Decide { domain, action, reason, days } => {
                let sentence = format!("{domain}: {} from now on.", action.words());
                self.decide_one(by.as_str(), (domain, action), &reason, days).await?;
                Ok(said(sentence))
            }
            Order::Forget(domain) => {
                self.forget(by.as_str(), &domain).await?;
                Ok(said(format!("There is no rule for {domain} any more.")))
            }
            Order::Announce(text) => {
                let told = self.announce(by.as_str(), &text).await?;
                Ok(said(format!("It went to {told} people.")))
            }
            Order::Set(standing, text) => self.set_notice(by, standing, text, Change::New).await,
            Order::Edit(standing, text) => self.set_notice(by, standing, text, Change::Words).await,
            Order::Unset(standing) => {
                self.write_recorded(by, ("unset", standing.name()), announce::table::unset(standing)).await?;
                self.service().notices.change(standing, None);
                Ok(said("It is said no more."))
            }
        }
    }

    /// XEP-0050 §3.6: what failed is told account by account.
    async fn each(&self, by: &Jid, what: What, accounts: &[Jid]) -> Report {
        let mut report = Report::default();
        let by = by.as_str();
        for account in accounts {
            let name = account.bare_str();
            let done = match what {
                What::Delete => self.delete_account(by, name).await.map(|(jid, _)| format!("{jid} is erased.")),
                What::Disable => {
                    let done = self.disable_account(by, name).await;
                    done.map(|(jid, ended)| format!("{jid} is disabled. {}", sessions(ended)))
                }
                What::Enable => self.enable_account(by, name).await.map(|jid| format!("{jid} can be used again.")),
                What::EndSessions => {
                    self.disconnect(by, account).await.map(|ended| format!("{account}: {}", sessions(ended)))
                }
            };
            report.notes.push(match done {
                Ok(sentence) => (Severity::Info, sentence),
                Err(not_done) => (Severity::Error, not_done.sentence().to_owned()),
            });
        }
        report
    }

    async fn count(&self, which: Which) -> Result<u64, NotDone> {
        Ok(match which {
            Which::Registered => login::count(self.store(), None).await?,
            Which::Disabled => login::count(self.store(), Some(login::State::Disabled)).await?,
            online => self.online(online).len() as u64,
        })
    }

    async fn list(&self, which: Which, max: u32) -> Result<Report, NotDone> {
        let domain = &self.service().domain;
        let of_store = |rows: Vec<login::AccountRow>| {
            rows.iter().map(|row| format!("{}@{domain}", row.localpart)).collect::<Vec<_>>()
        };
        let most = max.saturating_add(1);
        let mut addresses = match which {
            Which::Registered => of_store(login::list(self.store(), "", most).await?),
            Which::Disabled => of_store(login::list_disabled(self.store(), most).await?),
            online => self.online(online).iter().map(Jid::to_string).collect(),
        };
        let more = addresses.len() > max as usize;
        addresses.truncate(max as usize);
        let mut report = shown(vec![which.list_field(addresses)]);
        if more {
            report.notes.push((Severity::Warn, "There are more than these.".to_owned()));
        }
        Ok(report)
    }

    /// XEP-0133 §4.8
    async fn contacts(&self, by: &Jid, account: &Jid) -> Result<Report, NotDone> {
        let (jid, row) = self.find_account(account.bare_str()).await?;
        self.record(by.as_str(), ("read-contacts", jid.as_str())).await?;
        let rows = self.store().query(roster::CONTACTS_SQL, vec![row.id.into()]).await?;
        let field = Field::showing("accountjids", "The account", Kind::Addresses, vec![jid.to_string()]);
        let contacts = Some(roster::contacts(&rows)?);
        Ok(Report { shown: Some(Shown { form_type: FORM, fields: vec![field], contacts }), ..Report::default() })
    }

    /// XEP-0133 §4.9
    async fn last_login(&self, by: &Jid, account: &Jid) -> Result<Report, NotDone> {
        let (jid, row) = self.find_account(account.bare_str()).await?;
        self.record(by.as_str(), ("read-last-login", jid.as_str())).await?;
        let day = row.last_login_day.map(|days| time::write(days.saturating_mul(DAY_MICROS)));
        Ok(shown(vec![
            Field::showing("accountjids", "The account", Kind::Addresses, vec![jid.to_string()]),
            Field::showing("lastlogin", "The day of the last login", Kind::Line, day.into_iter().collect()),
        ]))
    }

    /// XEP-0133 §4.10. Addresses in networks and rates are not kept of anybody.
    async fn statistics(&self, by: &Jid, account: &Jid) -> Result<Report, NotDone> {
        let (jid, row) = self.find_account(account.bare_str()).await?;
        self.record(by.as_str(), ("read-statistics", jid.as_str())).await?;
        let rows = self.store().query(roster::CONTACTS_SQL, vec![row.id.into()]).await?;
        let contacts = roster::contacts(&rows)?.items().count();
        let live = self.live(&jid).await;
        let devices = live.iter().filter_map(|live| live.jid.resource().map(str::to_owned)).collect();
        Ok(shown(vec![
            Field::showing("rostersize", "Contacts", Kind::Line, vec![contacts.to_string()]),
            Field::showing("onlineresources", "Devices that are connected", Kind::Lines, devices),
        ]))
    }

    /// XEP-0401 §5.1, §5.4
    async fn invitation(&self, by: &Jid, wish: &Wish) -> Result<Report, NotDone> {
        let invitation = self.invite(Some(by), wish).await?;
        let line = |name, label, value| Field::showing(name, label, Kind::Line, vec![value]);
        let page = invitation.page.map(|page| line("landing-url", "The same for browsers", page));
        let mut fields = vec![line("uri", "The link to pass on", invitation.link)];
        fields.extend(page);
        fields.push(line("expire", "Good until", time::write(invitation.expires_at)));
        Ok(Report { shown: Some(Shown { form_type: ns::INVITATION, fields, contacts: None }), ..Report::default() })
    }

    async fn own_invitations(&self, by: &Jid) -> Result<Report, NotDone> {
        let line = |one: Listed| format!("{}: good until {}", one.number, time::write(one.expires_at));
        let lines: Vec<String> = self.invitations(Some(by), 0).await?.into_iter().map(line).collect();
        if lines.is_empty() {
            return Ok(said("None of your invitations can be used now."));
        }
        let fields = vec![Field::showing("invitations", "Invitations that can be used", Kind::Lines, lines)];
        Ok(Report { shown: Some(Shown { form_type: "", fields, contacts: None }), ..Report::default() })
    }

    async fn own_files(&self, by: &Jid) -> Result<Report, NotDone> {
        let (_, files) = self.files(by.bare_str()).await?;
        let limits = &self.service().limits;
        let taken = |of_profiles: bool| -> u64 {
            let is_one = |file: &&File| (*file.purpose == *Purpose::Profile.name()) == of_profiles;
            files.iter().filter(is_one).map(|file| file.bytes).sum()
        };
        let (taken, of_profiles) = (taken(false), taken(true));
        let (most, most_of_profiles) = (limits.of(&ACCOUNT_BYTES), limits.of(&PROFILE_BYTES));
        let mut report = said(format!(
            "Your files take {taken} of {most} bytes, those for your profile {of_profiles} of {most_of_profiles}."
        ));
        if files.len() > FILES_SHOWN {
            report.notes.push((Severity::Warn, "There are more than these; they are the newest.".to_owned()));
        }
        let line = |file: &File| {
            let until = time::write(file.expires_at);
            format!("{}: {}, {} bytes, until {until}", file.id(), file.name, file.bytes)
        };
        let lines: Vec<String> = files.iter().take(FILES_SHOWN).map(line).collect();
        if !lines.is_empty() {
            let fields = vec![Field::showing("files", "Your files", Kind::Lines, lines)];
            report.shown = Some(Shown { form_type: "", fields, contacts: None });
        }
        Ok(report)
    }

    async fn deeds_report(&self) -> Result<Report, NotDone> {
        let line = |deed: table::Recorded| {
            format!("{} {} {} {}", time::write(deed.done_at), deed.who, deed.what, deed.whom).trim_end().to_owned()
        };
        let deeds = self.deeds().await?.into_iter().map(line).collect();
        Ok(shown(vec![Field::showing("deeds", "What administrators did lately", Kind::Lines, deeds)]))
    }

    async fn set_notice(&self, by: &Jid, standing: Standing, text: String, change: Change) -> Result<Report, NotDone> {
        let notices = self.service().notices.clone();
        let number = match (standing, change, notices.find(standing)) {
            (_, Change::Words, None) => return Err(NotDone::Refused("There is none to change. Set one.".to_owned())),
            // Who came since the first welcome was set is still to be welcomed.
            (_, Change::Words, Some(known)) | (Standing::Welcome, Change::New, Some(known)) => known.number,
            (_, Change::New, _) => self.clock().now(),
        };
        let notice = Notice { standing, text: text.into(), number };
        let what = if change == Change::New { "set" } else { "edit" };
        self.write_recorded(by, (what, standing.name()), announce::table::set(&notice)).await?;
        notices.change(standing, Some(notice.clone()));
        if standing == Standing::Motd {
            self.say_to_all(notice);
        }
        Ok(said("It is said from now on."))
    }

    /// What is done and that it was done are one transaction.
    async fn write_recorded(&self, by: &Jid, what: (&str, &str), write: Write) -> Result<(), NotDone> {
        let record = table::record(&self.service().limits, self.clock().now(), by.as_str(), what);
        Ok(self.store().commit(vec![record, write]).await.map(drop)?)
    }
}

/// What becomes of a standing notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// It is another one.
    New,
    /// It is the same in other words.
    Words,
}

fn said(sentence: impl Into<String>) -> Report {
    Report::note(Severity::Info, sentence)
}

fn shown(fields: Vec<Field>) -> Report {
    Report { shown: Some(Shown { form_type: FORM, fields, contacts: None }), ..Report::default() }
}

fn sessions(ended: usize) -> String {
    match ended {
        0 => "There was no session to end.".to_owned(),
        1 => "One session ended.".to_owned(),
        many => format!("{many} sessions ended."),
    }
}
