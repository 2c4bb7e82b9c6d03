# The words of the pages. To add a language: a file like this one, and a line in src/words.rs.
language-name = English
skip-to-content = To the content
home = To the first page

# Dates and countries
date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
country-at = Austria
country-be = Belgium
country-ca = Canada
country-ch = Switzerland
country-cz = Czechia
country-de = Germany
country-dk = Denmark
country-ee = Estonia
country-es = Spain
country-fi = Finland
country-fr = France
country-gb = the United Kingdom
country-ie = Ireland
country-is = Iceland
country-it = Italy
country-lu = Luxembourg
country-nl = the Netherlands
country-no = Norway
country-pl = Poland
country-pt = Portugal
country-ro = Romania
country-se = Sweden
country-us = the United States

# The first page
landing-description = A place to write to one another: with the people here, and with everybody on the open XMPP network.
join-title = Joining
join-open = Everybody may join: an app for XMPP makes your account.
join-question = You will be asked a question that people of this place can answer.
join-invite = Members invite their friends: ask somebody who is here for an invitation.
join-closed = Accounts are given out by the people who run this service. Ask them for one.
begin-title = How to begin
begin-app = Take an app.
begin-more-apps = More apps, and what they can do
begin-account-open = Tell it that you want a new account, and this service: { $value }.
begin-account-invite = Open your invitation with it: it makes your account, and a contact of whoever invited you.
begin-account-closed = Once you have an account, log in with your address and your password.
begin-address = Your address looks like an e-mail address. Give it to your friends, wherever they have theirs: { $value }.
app-android = Android
app-apple = iPhone, iPad, Mac
app-linux = Linux
app-desktop = Windows, Linux
promises-title = What you can count on
promises-note = Who may join, how long messages are kept and how many people are here is read from the service itself. The rest is what its operator says.
promise-messages = Messages
archive-always = { $count ->
    [one] They are kept for one day, so that all of your devices can catch up, and then erased. You can have none kept.
   *[other] They are kept for { $count } days, so that all of your devices can catch up, and then erased. You can have none kept.
}
archive-never = { $count ->
    [one] None are kept, unless you want it: then for one day, and not longer.
   *[other] None are kept, unless you want it: then for { $count } days, and not longer.
}
archive-roster = { $count ->
    [one] Those with your contacts are kept for one day, and then erased. You can have all kept, or none.
   *[other] Those with your contacts are kept for { $count } days, and then erased. You can have all kept, or none.
}
promise-files = Files
files-none = There is no place for files here.
files-size = One may have { $value }.
files-kept = { $count ->
    [one] It is kept for one day.
   *[other] It is kept for { $count } days.
}
files-day = You can send { $value } in a day,
files-week = { $value } in a week,
files-total = and keep { $value } in all.
kilobytes = { $count } kB
megabytes = { $count } MB
gigabytes = { $count } GB
promise-backups = Backups
backups-every = { $count ->
    [one] Everything is backed up every hour.
   *[other] Everything is backed up every { $count } hours.
}
backups-kept = { $count ->
    [one] A copy is destroyed after one day; until then, what you erase is in it.
   *[other] A copy is destroyed after { $count } days; until then, what you erase is in it.
}
backups-unsaid = Those who run the service say nothing about backups.
promise-place = Place
place = Machines and backups are in: { $value }.
jurisdiction = The law is that of { $value }.
promise-operator = Run by
promise-since = Since
promise-cost = Cost
cost-free = None.
cost-paid = An account costs money.
promise-people = People
people-few = Fewer than ten accounts.
people-accounts = About { $count } accounts.
people-month-few = Fewer than ten of them logged in during the last 30 days.
people-month = About { $count } of them logged in during the last 30 days.
promise-others = Other services
others-open = You can write to people on all services that prove who they are.
others-listed = You can write to people on some services, which are listed.
others-off = People here write to one another alone.
rules-title = Rules
contact-title = Contact
by-mail = { $value } (e-mail)
by-chat = { $value } (chat)
by-phone = { $value } (phone)
contact-abuse = To report abuse
contact-admin = To reach those who run it
contact-feedback = To say what could be better
contact-sales = To buy something
contact-security = To report a hole
contact-status = To see whether it runs
contact-support = To get help

# Coming in: an invitation, the form for an account
invited-by = { $value } invites you to chat
invited-to = You are invited to { $value }
invitation-lead = It takes an app and two minutes. No phone number is asked for.
invitation-with-app = You have an app for XMPP
invitation-accept = Accept the invitation
invitation-button = The button opens your app. If nothing happens, you have none yet.
invitation-without-app = You have none yet
invitation-return = Come back to this page, and press the button above.
invitation-form = Or choose a name and a password here, and log in with any app afterwards.
invitation-to-form = Make the account here
invitation-phone = On your phone
invitation-code = Point its camera here.
invitation-unknown = If you do not know who sent you this, you need not do anything.
no-such-invitation = This invitation is not good, or not any more. Ask for another one.
invitation-unreadable = This cannot be looked up right now. Try again in a while.
register-title = An account at { $value }
register-lead = Choose a name and a password. The name becomes a part of your address.
register-name-chosen = Choose a password. The name is chosen already.
register-name = Name
register-password = Password
register-password-again = The password once more
register-button = Make the account
passwords-differ = The two passwords differ. Type the same one twice.
registered-title = { $value } is yours
registered-login = Log in with this address and your password.
registered-keep = Keep the password well: nobody here knows it.
refused-closed = Accounts here are made by those who run the service. Ask them.
refused-invitation-needed = You need an invitation to get an account here. Ask somebody who has one, and open the link they give you.
refused-invitation-spent = The invitation was used already. Ask for another one.
refused-name-other = The invitation is for the name { $value }. Take that one.
refused-answer-wrong = The answer to the question is not right.
refused-tries = There were too many tries from your address. Wait a while.
refused-sign-ups-per-address = Too many accounts were made from your address today.
refused-sign-ups-per-network = Too many accounts were made from your network today.
refused-sign-ups-per-hour = Too many people come at once just now.
refused-sign-ups-per-day = Too many people came today.
wait-minutes = { $count ->
    [one] Try again in a minute.
   *[other] Try again in { $count } minutes.
}
wait-hours = { $count ->
    [one] Try again in an hour.
   *[other] Try again in { $count } hours.
}
refused-name-taken = The name is taken. Choose another one.
refused-name-lookalike = The name looks like that of somebody else here. Choose another one.
refused-name-reserved = The name is kept for those who run the service. Choose another one.
refused-name-short = A name has at least { $count } characters. Choose a longer one.
refused-name-long = A name has at most { $count } characters. Choose a shorter one.
refused-name-odd = A name is letters of one alphabet and digits, with dots, hyphens and underscores between them.
refused-name-malformed = The name cannot be part of an address. Use letters, digits, dots and hyphens.
refused-password-weak = The password is too easy to guess. Use { $count } characters or more, and not the name.
refused-password = The password has characters that cannot be typed everywhere. Choose another one.
refused-busy = The service is too busy. Try again in a while.
refused-failed = The account could not be stored. Try again in a while.

# Pages that are a sentence
nothing-here = There is nothing here.
form-from-elsewhere = This form was sent by another site.
form-too-old = This form is too old. Open its page again.
form-too-large = What was written into the form is too long.
form-too-slow = The form did not come in time. Send it again.
form-is-none = This is not the form that belongs here.

# Documents
contact-unsaid = Those who run the service have not said how they are reached.
operator-unsaid = Those who run the service have not said who they are.
legal-title = Legal notice
legal-intro = Who answers for { $value }:
privacy-title = Privacy
privacy-intro = Who decides what happens with your data on { $value }:
privacy-kept = What is kept, and for how long
inventory-title = Everything that is stored, table by table
inventory-intro = This list is made from the program itself, which is why it is in English. What belongs to an account goes with it, unless a line says otherwise.
privacy-seen = Who else sees it
privacy-others = What you send to people on other services goes to those services, and they keep it by their own rules. Your contacts there see your presence.
privacy-push = If your app has itself woken by its makers' server, that server learns when something arrived for you. Your app chose it, and turns it off.
processors = These see data to do something for the service:
processors-none = Nobody else is named to whom data is given.
privacy-rights = What you can do
privacy-rights-text = You can have a copy of what is stored of you, have it corrected or erased, object, and complain to the authority that watches over data protection where you live.
account-title = Your account
account-manage = Your app changes your password; many show which devices are logged in, too.
account-recover = Get back in
account-export = Take your data with you
account-delete = Delete your account
recover-logged-in = If one of your devices is still logged in, change your password there.
recover-forgotten = If none is, ask those who run the service for a new password. Nobody knows the old one: it is not stored. They have to be convinced that the account is yours.
export-how = Many apps save your messages and contacts by themselves. For everything that is stored here, ask those who run the service: they can write your account into a file (XEP-0227) that other services read.
export-what = In it are contacts, messages that are still kept, bookmarks, settings and your card. Keep it where nobody else reads it.
delete-how = Your app deletes your account: it calls it “delete account on the server”, or “remove account”. That works at any time, whether others can join or not.
delete-what = At once you are logged out everywhere. Then everything that belongs to the account is erased; a scrambled form of its name stays, so that nobody else can take your address.
delete-elsewhere = What you wrote to others stays with them. Backups are another matter: see under privacy how long they are kept.

# The desk of those who run the service
desk-title = Desk
desk-home = Desk
desk-staff = Who runs it
desk-deeds = What was done
desk-leave = Leave the desk
desk-not-yours = Your role is not enough for this page.
desk-cannot-look = The service cannot look anything up right now. Try again in a while.
desk-full = Too many browsers are logged in here. Leave the desk in another one, or wait an hour.
login-intro = For those who run this service. The password is the one of your account.
login-enter = Log in
login-wrong = That is not an account and its password.
login-too-often = The password was wrong too often from your network. Wait a minute.
login-no-role = The password is right, but this account has no role here. An owner gives it one.
field-address = Address
field-name = Name, the part before @{ $value }
field-password = Password
field-password-again = The password once more
field-role = Role
first-title = You are the first owner
first-intro = Nobody owns { $value } yet. This link is good once: whoever uses it answers for the service, and decides who else runs it.
first-account = Choose a name and a password for a new account, or write those of one that you have here.
first-come = Take it over
first-over = This link is not good any more. The service shows a new one when it is started, as long as nobody owns it.
role-owner = Owner
role-admin = Administrator
role-moderator = Moderator
role-support = Support
role-auditor = Auditor
role-owner-may = Everything, and decides who else runs the service.
role-admin-may = Everything from day to day: accounts, invitations, reports, other services.
role-moderator-may = Acts on reports: reads them, shuts accounts out, lets them in again.
role-support-may = Helps people in and back in: invitations, new passwords, lost devices.
role-auditor-may = Sees what the others do, and changes nothing.
staff-configured = by the configuration
staff-since = since { $value }
staff-give = Give a role
staff-take = Take the role
staff-given = { $value } has the role now.
staff-taken = { $value } has no role any more.
staff-roles = What the roles may
desk-accounts = Accounts
desk-not-them = This account has a role here: only an owner acts on it.
accounts-count = { $count ->
    [one] There is one account. The newest come first.
   *[other] There are { $count } accounts. The newest come first.
}
accounts-search = A part of the name
accounts-find = Find
accounts-none = No account has that in its name.
accounts-older = Accounts that came before
account-state = State
account-active = in use
account-disabled = disabled
account-made = Made
account-last-login = Last login
account-never = never
account-inviter = Invited by
account-files-count = { $count ->
    [0] none
    [one] one file
   *[other] { $count } files
}
account-devices = Devices
devices-none = No device has access.
device-unnamed = A device that does not say what it is
device-connected = Connected now
device-seen = Last seen { $value }
device-revoke = Shut out
device-has-password = It knows the password: only a new one shuts it out.
account-disable = Disable
account-enable = Enable
account-end-sessions = End all sessions
account-set-password = Give a new password
account-remove = Delete the account
account-is-disabled = { $value } is disabled: nobody can log in, nothing is erased.
account-is-enabled = { $value } can be used again.
account-sessions-ended = All sessions of { $value } were ended. Devices may log in again.
account-is-deleted = { $value } is deleted, with all that was kept of it.
device-is-out = The device has no access to { $value } any more.
password-title = A new password
password-of = This is the password of { $value } now:
password-once = It is shown only now. All devices were logged out, and need it to come back. Tell it over a way that you trust, and ask for another one to be chosen.
remove-title = Delete { $value }?
remove-what = All of this is erased, and nothing brings it back. Contacts see the account go, and nobody gets its name again.
remove-confirm = To go on, write { $value }
desk-reports = Reports
desk-invitations = Invitations
reports-none = Nobody is reported.
reports-intro = The oldest come first. That you read one is written down.
report-spam = Spam
report-abuse = Abuse
report-reason = Reported for
report-reporter = Reported by
report-when = When
report-messages = Messages
report-messages-none = No messages came with it.
report-stanza = As it came
report-account = To the account
report-close = Close the report
report-is-closed = Report { $value } is closed.
invitations-good = Good now
invitations-none = There are none.
invitations-tree = Who came by whom
invitation-for-name = For a certain name, or empty
invitation-for-many = For how many people
invitation-for-days = For how many days; as long as usual if empty
invitation-make = Make an invitation
invitation-made = An invitation
invitation-once = It is shown only now, and good until { $value }. For somebody who has an app already:
invitation-contact = To become a contact
invitation-account = To an account
invitation-name = To the account { $value }
invitation-by = by { $value }
invitation-by-staff = by those who run the service
invitation-uses = { $count ->
    [one] for one
   *[other] for { $count }
}
invitation-until = until { $value }
invitation-revoke = Take back
invitation-is-revoked = Nobody can use it any more.
tree-intro = Below each account are those who came by its invitations.
tree-none = Nobody came by an invitation of those who run the service.
tree-gone = an account that is gone
desk-federation = Other services
desk-promises = Promises
rules-decided = What was decided
rules-none = Nothing was decided: all services are treated alike.
rule-domain = Domain; what is decided holds for all below it, too
rule-verdict = What is decided
rule-terms = On which terms
rule-reason = Why, for other operators to read
rule-days = For how many days; for always if empty
rule-decide = Decide
rule-forget = Take back
rule-until = until { $value }
rule-is-made = What was decided about { $value } holds from now on.
rule-is-forgotten = Nothing is decided about { $value } any more.
term-refuse = nothing is exchanged
term-talk = we talk with it
term-certificate = it has to show a valid certificate
term-dialback = encrypted dialback is enough as a proof
term-no-strangers = no messages from strangers there
term-no-media = no files and calls from there
term-no-rooms = nobody from there in rooms here, or the other way round
services-met = Services that were met
services-none = None was met yet.
met-linked = connected
met-waiting = Waiting: { $value }
met-good = Last connected: { $value }
met-bad = Failed last: { $value }
promises-traced = What the pages say, on what it stands, and where it is said.
promise-unsaid = nothing is said
basis-enforced = The service does it
basis-measured = The service counts it
basis-stated = The operator says so
category-title = A directory would say: category { $value }
category-a = An app makes an account here, for nothing, and all else is as it should be.
category-b = All is as it should be, but an account is not had from an app for nothing.
category-c = Something is not as it should be.
category-d = Nobody gets an account here without asking, or what matters is not known.
category-lacks = This is missing for category A:
category-unmeasured = Only others can measure, and it is taken as good here: { $value }.
deeds-none = Nothing was done yet.
deeds-days = { $count ->
    [one] The last 200 things that were done, here, in apps and on the command line. They are known for one day.
   *[other] The last 200 things that were done, here, in apps and on the command line. They are known for { $count } days.
}
deed-add = Account made
deed-set-password = New password
deed-disable = Account disabled
deed-enable = Account enabled
deed-delete = Account deleted
deed-end-sessions = Sessions ended
deed-revoke-client = Device shut out
deed-delete-file = File taken down
deed-announce = Written to everybody
deed-invite = Invitation made
deed-revoke-invitation = Invitation taken back
deed-refuse = Other service refused
deed-talk = Terms for another service
deed-forget-rule = Decision about another service taken back
deed-set = Notice set
deed-edit = Notice changed
deed-unset = Notice taken back
deed-read-contacts = Contacts read
deed-read-last-login = Last login looked up
deed-read-statistics = Use looked up
deed-read-report = Report read
deed-close-report = Report closed
deed-make-owner = Made an owner
deed-make-admin = Made an administrator
deed-make-moderator = Made a moderator
deed-make-support = Made support
deed-make-auditor = Made an auditor
deed-take-role = Role taken
deed-become-owner = First owner came
not-done = This was not done
not-done-back = Back
