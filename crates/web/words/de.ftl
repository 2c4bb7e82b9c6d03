# Die Worte der Seiten, siehe en.ftl.
language-name = Deutsch
skip-to-content = Zum Inhalt
home = Zur ersten Seite

# Tage und Länder
date = { $day }. { $month } { $year }
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
country-at = Österreich
country-be = Belgien
country-ca = Kanada
country-ch = Schweiz
country-cz = Tschechien
country-de = Deutschland
country-dk = Dänemark
country-ee = Estland
country-es = Spanien
country-fi = Finnland
country-fr = Frankreich
country-gb = Vereinigtes Königreich
country-ie = Irland
country-is = Island
country-it = Italien
country-lu = Luxemburg
country-nl = Niederlande
country-no = Norwegen
country-pl = Polen
country-pt = Portugal
country-ro = Rumänien
country-se = Schweden
country-us = USA

# Die erste Seite
landing-description = Ein Ort, um einander zu schreiben: mit den Leuten hier und mit allen im offenen XMPP-Netz.
join-title = Mitmachen
join-open = Alle dürfen mitmachen: Eine App für XMPP legt dein Konto an.
join-question = Dabei wird eine Frage gestellt, auf die Leute von hier die Antwort wissen.
join-invite = Wer hier ist, lädt andere ein: Frag jemanden nach einer Einladung.
join-closed = Konten vergeben die, die diesen Dienst betreiben. Frag sie danach.
begin-title = So geht es los
begin-app = Nimm eine App.
begin-more-apps = Weitere Apps, und was sie können
begin-account-open = Sag ihr, dass du ein neues Konto willst, und zwar bei: { $value }.
begin-account-invite = Öffne damit deine Einladung: Sie legt dein Konto an und macht, wer dich eingeladen hat, zu deinem Kontakt.
begin-account-closed = Sobald du ein Konto hast, melde dich mit Adresse und Passwort an.
begin-address = Deine Adresse sieht aus wie eine E-Mail-Adresse. Gib sie deinen Freunden, wo immer sie ihre haben: { $value }.
app-android = Android
app-apple = iPhone, iPad, Mac
app-linux = Linux
app-desktop = Windows, Linux
promises-title = Worauf du zählen kannst
promises-note = Wer mitmachen darf, wie lange Nachrichten bleiben und wie viele Leute hier sind, steht so im Dienst selbst. Das Übrige sagen die Betreiber.
promise-messages = Nachrichten
archive-always = { $count ->
    [one] Sie bleiben einen Tag, damit alle deine Geräte sie bekommen; dann werden sie gelöscht. Du kannst das abschalten.
   *[other] Sie bleiben { $count } Tage, damit alle deine Geräte sie bekommen; dann werden sie gelöscht. Du kannst das abschalten.
}
archive-never = { $count ->
    [one] Keine bleibt, außer du willst es: dann einen Tag und nicht länger.
   *[other] Keine bleibt, außer du willst es: dann { $count } Tage und nicht länger.
}
archive-roster = { $count ->
    [one] Die mit deinen Kontakten bleiben einen Tag; dann werden sie gelöscht. Du kannst auch alle behalten oder keine.
   *[other] Die mit deinen Kontakten bleiben { $count } Tage; dann werden sie gelöscht. Du kannst auch alle behalten oder keine.
}
promise-files = Dateien
files-none = Für Dateien ist hier kein Platz.
files-size = Eine darf { $value } haben.
files-kept = { $count ->
    [one] Sie bleibt einen Tag.
   *[other] Sie bleibt { $count } Tage.
}
files-day = Du kannst am Tag { $value } schicken,
files-week = in der Woche { $value },
files-total = und insgesamt { $value } behalten.
kilobytes = { $count } kB
megabytes = { $count } MB
gigabytes = { $count } GB
promise-backups = Sicherungen
backups-every = { $count ->
    [one] Alles wird jede Stunde gesichert.
   *[other] Alles wird alle { $count } Stunden gesichert.
}
backups-kept = { $count ->
    [one] Eine Kopie wird nach einem Tag vernichtet; bis dahin ist darin, was du löschst.
   *[other] Eine Kopie wird nach { $count } Tagen vernichtet; bis dahin ist darin, was du löschst.
}
backups-unsaid = Die Betreiber sagen nichts über Sicherungen.
promise-place = Ort
place = Maschinen und Sicherungen stehen in: { $value }.
jurisdiction = Es gilt das Recht von: { $value }.
promise-operator = Betrieben von
promise-since = Seit
promise-cost = Kosten
cost-free = Keine.
cost-paid = Ein Konto kostet Geld.
promise-people = Leute
people-few = Weniger als zehn Konten.
people-accounts = Etwa { $count } Konten.
people-month-few = Weniger als zehn davon haben sich in den letzten 30 Tagen angemeldet.
people-month = Etwa { $count } davon haben sich in den letzten 30 Tagen angemeldet.
promise-others = Andere Dienste
others-open = Du kannst Leuten auf allen Diensten schreiben, die sich ausweisen.
others-listed = Du kannst Leuten auf einigen Diensten schreiben, die in einer Liste stehen.
others-off = Die Leute hier schreiben nur einander.
rules-title = Regeln
contact-title = Kontakt
by-mail = { $value } (E-Mail)
by-chat = { $value } (Chat)
by-phone = { $value } (Telefon)
contact-abuse = Missbrauch melden
contact-admin = Die Betreiber erreichen
contact-feedback = Sagen, was besser sein könnte
contact-sales = Etwas kaufen
contact-security = Eine Sicherheitslücke melden
contact-status = Nachsehen, ob er läuft
contact-support = Hilfe bekommen

# Hereinkommen: eine Einladung, das Formular für ein Konto
invited-by = { $value } lädt dich zum Chatten ein
invited-to = Eine Einladung zu { $value }
invitation-lead = Du brauchst eine App und zwei Minuten. Nach einer Telefonnummer fragt niemand.
invitation-with-app = Du hast eine App für XMPP
invitation-accept = Einladung annehmen
invitation-button = Der Knopf öffnet deine App. Wenn nichts passiert, hast du noch keine.
invitation-without-app = Du hast noch keine
invitation-return = Komm auf diese Seite zurück und drück den Knopf oben.
invitation-form = Oder wähle Name und Passwort hier und melde dich danach mit irgendeiner App an.
invitation-to-form = Konto hier anlegen
invitation-phone = Auf deinem Telefon
invitation-code = Richte die Kamera hierauf.
invitation-unknown = Wenn du nicht weißt, wer dir das geschickt hat, musst du nichts tun.
no-such-invitation = Diese Einladung gilt nicht oder nicht mehr. Bitte um eine neue.
invitation-unreadable = Das lässt sich gerade nicht nachsehen. Versuch es später noch einmal.
register-title = Ein Konto bei { $value }
register-lead = Wähle einen Namen und ein Passwort. Der Name wird ein Teil deiner Adresse.
register-name-chosen = Wähle ein Passwort. Der Name steht schon fest.
register-name = Name
register-password = Passwort
register-password-again = Das Passwort noch einmal
register-button = Konto anlegen
passwords-differ = Die beiden Passwörter sind verschieden. Gib zweimal dasselbe ein.
registered-title = { $value } gehört dir
registered-login = Melde dich mit dieser Adresse und deinem Passwort an.
registered-keep = Verwahre das Passwort gut: Niemand hier kennt es.
refused-closed = Konten vergeben die, die diesen Dienst betreiben. Frag sie danach.
refused-invitation-needed = Für ein Konto brauchst du eine Einladung. Bitte jemanden darum, der hier eines hat, und öffne den Link.
refused-invitation-spent = Die Einladung wurde schon benutzt. Bitte um eine neue.
refused-name-other = Die Einladung gilt für den Namen { $value }. Nimm diesen.
refused-answer-wrong = Die Antwort auf die Frage stimmt nicht.
refused-tries = Von deiner Adresse kamen zu viele Versuche. Warte eine Weile.
refused-sign-ups-per-address = Von deiner Adresse aus wurden heute zu viele Konten angelegt.
refused-sign-ups-per-network = Aus deinem Netz wurden heute zu viele Konten angelegt.
refused-sign-ups-per-hour = Gerade kommen zu viele Leute auf einmal.
refused-sign-ups-per-day = Heute sind zu viele Leute gekommen.
wait-minutes = { $count ->
    [one] Versuch es in einer Minute noch einmal.
   *[other] Versuch es in { $count } Minuten noch einmal.
}
wait-hours = { $count ->
    [one] Versuch es in einer Stunde noch einmal.
   *[other] Versuch es in { $count } Stunden noch einmal.
}
refused-name-taken = Den Namen gibt es schon. Wähle einen anderen.
refused-name-lookalike = Der Name sieht aus wie der von jemand anderem hier. Wähle einen anderen.
refused-name-reserved = Der Name ist für die Betreiber reserviert. Wähle einen anderen.
refused-name-short = Ein Name hat mindestens { $count } Zeichen. Wähle einen längeren.
refused-name-long = Ein Name hat höchstens { $count } Zeichen. Wähle einen kürzeren.
refused-name-odd = Ein Name besteht aus Buchstaben eines Alphabets und Ziffern, dazwischen Punkte, Binde- und Unterstriche.
refused-name-malformed = Der Name kann nicht Teil einer Adresse sein. Nimm Buchstaben, Ziffern, Punkte und Bindestriche.
refused-password-weak = Das Passwort ist zu leicht zu erraten. Nimm mindestens { $count } Zeichen, und nicht den Namen.
refused-password = Das Passwort hat Zeichen, die man nicht überall tippen kann. Wähle ein anderes.
refused-busy = Der Dienst hat gerade zu viel zu tun. Versuch es später noch einmal.
refused-failed = Das Konto ließ sich nicht speichern. Versuch es später noch einmal.

# Seiten, die ein Satz sind
nothing-here = Hier ist nichts.
form-from-elsewhere = Dieses Formular hat eine andere Seite geschickt.
form-too-old = Dieses Formular ist zu alt. Öffne seine Seite noch einmal.
form-too-large = Was in das Formular geschrieben wurde, ist zu lang.
form-too-slow = Das Formular kam nicht rechtzeitig an. Schick es noch einmal.
form-is-none = Das ist nicht das Formular, das hierher gehört.

# Dokumente
contact-unsaid = Die Betreiber haben nicht gesagt, wie man sie erreicht.
operator-unsaid = Die Betreiber haben nicht gesagt, wer sie sind.
legal-title = Impressum
legal-intro = Wer für { $value } verantwortlich ist:
privacy-title = Datenschutz
privacy-intro = Wer entscheidet, was auf { $value } mit deinen Daten geschieht:
privacy-kept = Was aufgehoben wird, und wie lange
inventory-title = Alles, was gespeichert wird, Tabelle für Tabelle
inventory-intro = Diese Liste stammt aus dem Programm selbst, darum ist sie englisch. Was zu einem Konto gehört, geht mit ihm, wenn die Zeile nichts anderes sagt.
privacy-seen = Wer es sonst sieht
privacy-others = Was du Leuten auf anderen Diensten schickst, geht zu diesen Diensten, und sie heben es nach ihren eigenen Regeln auf. Deine Kontakte dort sehen, ob du da bist.
privacy-push = Lässt sich deine App vom Server ihrer Hersteller wecken, so erfährt dieser, wann etwas für dich ankam. Deine App hat ihn gewählt und schaltet das ab.
processors = Diese bekommen Daten zu sehen, um etwas für den Dienst zu tun:
processors-none = Sonst ist niemand genannt, der Daten bekommt.
privacy-rights = Was du tun kannst
privacy-rights-text = Du kannst eine Kopie dessen bekommen, was über dich gespeichert ist, es berichtigen oder löschen lassen, widersprechen und dich bei der Datenschutzbehörde beschweren, die für dich zuständig ist.
account-title = Dein Konto
account-manage = Deine App ändert dein Passwort; viele zeigen auch, welche Geräte angemeldet sind.
account-recover = Wieder hineinkommen
account-export = Deine Daten mitnehmen
account-delete = Dein Konto löschen
recover-logged-in = Ist eines deiner Geräte noch angemeldet, ändere dort dein Passwort.
recover-forgotten = Wenn nicht, bitte die Betreiber um ein neues. Das alte kennt niemand: Es wird nicht gespeichert. Sie müssen davon überzeugt sein, dass das Konto dir gehört.
export-how = Viele Apps sichern Nachrichten und Kontakte selbst. Um alles, was hier gespeichert ist, bitte die Betreiber: Sie können dein Konto in eine Datei schreiben (XEP-0227), die andere Dienste lesen.
export-what = Darin sind Kontakte, Nachrichten, die noch aufgehoben werden, Lesezeichen, Einstellungen und deine Karte. Bewahre sie auf, wo niemand sonst sie liest.
delete-how = Deine App löscht dein Konto: Sie nennt das „Konto auf dem Server löschen“ oder „Konto entfernen“. Das geht jederzeit, ob andere mitmachen können oder nicht.
delete-what = Du wirst sofort überall abgemeldet. Dann wird alles gelöscht, was zum Konto gehört; eine unkenntliche Form des Namens bleibt, damit niemand sonst deine Adresse bekommt.
delete-elsewhere = Was du anderen geschrieben hast, bleibt bei ihnen. Mit Sicherungen ist es anders: Wie lange sie bleiben, steht unter Datenschutz.

# Der Schreibtisch derer, die den Dienst betreiben
desk-title = Verwaltung
desk-home = Übersicht
desk-staff = Team
desk-deeds = Was getan wurde
desk-leave = Abmelden
desk-not-yours = Deine Rolle reicht für diese Seite nicht aus.
desk-cannot-look = Der Dienst kann gerade nichts nachsehen. Versuch es in einer Weile noch einmal.
desk-full = Zu viele Browser sind hier angemeldet. Melde dich in einem anderen ab oder warte eine Stunde.
login-intro = Für alle, die diesen Dienst betreiben. Das Passwort ist das deines Kontos.
login-enter = Anmelden
login-wrong = Dieses Konto mit diesem Passwort gibt es nicht.
login-too-often = Das Passwort war aus deinem Netz zu oft falsch. Warte eine Minute.
login-no-role = Das Passwort stimmt, aber dieses Konto hat hier keine Rolle. Wem der Dienst gehört, gibt ihm eine.
field-address = Adresse
field-name = Name, also der Teil vor @{ $value }
field-password = Passwort
field-password-again = Noch einmal das Passwort
field-role = Rolle
first-title = Du übernimmst den Dienst
first-intro = { $value } gehört noch niemandem. Dieser Link gilt einmal: Wer ihn benutzt, steht für den Dienst gerade und entscheidet, wer ihn mit betreibt.
first-account = Wähle Namen und Passwort für ein neues Konto, oder gib die eines Kontos ein, das du hier schon hast.
first-come = Übernehmen
first-over = Dieser Link gilt nicht mehr. Solange der Dienst niemandem gehört, zeigt er bei jedem Start einen neuen.
role-owner = Inhaber
role-admin = Verwaltung
role-moderator = Moderation
role-support = Hilfe
role-auditor = Aufsicht
role-owner-may = Alles, und entscheidet, wer den Dienst sonst noch betreibt.
role-admin-may = Alles im Alltag: Konten, Einladungen, Meldungen, andere Dienste.
role-moderator-may = Geht Meldungen nach: liest sie, sperrt Konten, lässt sie wieder herein.
role-support-may = Hilft Leuten herein und zurück: Einladungen, neue Passwörter, verlorene Geräte.
role-auditor-may = Sieht, was die anderen tun, und ändert nichts.
staff-configured = durch die Konfiguration
staff-since = seit { $value }
staff-give = Rolle geben
staff-take = Rolle nehmen
staff-given = { $value } hat jetzt die Rolle.
staff-taken = { $value } hat keine Rolle mehr.
staff-roles = Was die Rollen dürfen
desk-accounts = Konten
desk-not-them = Dieses Konto hat hier eine Rolle: Nur Inhaber ändern daran etwas.
accounts-count = { $count ->
    [one] Es gibt ein Konto. Die neuesten stehen oben.
   *[other] Es gibt { $count } Konten. Die neuesten stehen oben.
}
accounts-search = Ein Teil des Namens
accounts-find = Suchen
accounts-none = Kein Konto heißt so.
accounts-older = Frühere Konten
account-state = Zustand
account-active = in Gebrauch
account-disabled = gesperrt
account-made = Angelegt
account-last-login = Letzte Anmeldung
account-never = nie
account-inviter = Eingeladen von
account-files-count = { $count ->
    [0] keine
    [one] eine Datei
   *[other] { $count } Dateien
}
account-devices = Geräte
devices-none = Kein Gerät hat Zugang.
device-unnamed = Ein Gerät, das nicht sagt, was es ist
device-connected = Gerade verbunden
device-seen = Zuletzt gesehen: { $value }
device-revoke = Aussperren
device-has-password = Es kennt das Passwort: Nur ein neues sperrt es aus.
account-disable = Sperren
account-enable = Entsperren
account-end-sessions = Alle Sitzungen beenden
account-set-password = Neues Passwort vergeben
account-remove = Konto löschen
account-is-disabled = { $value } ist gesperrt: Niemand kann sich anmelden, nichts ist gelöscht.
account-is-enabled = { $value } kann wieder benutzt werden.
account-sessions-ended = Alle Sitzungen von { $value } sind beendet. Geräte können sich neu anmelden.
account-is-deleted = { $value } ist gelöscht, mit allem, was davon aufgehoben war.
device-is-out = Das Gerät hat keinen Zugang mehr zu { $value }.
password-title = Ein neues Passwort
password-of = Das Passwort von { $value } ist jetzt:
password-once = Es steht nur jetzt hier. Alle Geräte sind abgemeldet und brauchen es, um zurückzukommen. Sag es auf einem Weg weiter, dem du traust, und bitte darum, ein eigenes zu wählen.
remove-title = { $value } löschen?
remove-what = All das wird gelöscht, und nichts bringt es zurück. Kontakte sehen das Konto gehen, und niemand bekommt seinen Namen noch einmal.
remove-confirm = Um weiterzumachen, schreib { $value }
desk-reports = Meldungen
desk-invitations = Einladungen
reports-none = Niemand ist gemeldet.
reports-intro = Die ältesten stehen oben. Dass du eine liest, wird aufgeschrieben.
report-spam = Spam
report-abuse = Missbrauch
report-reason = Gemeldet wegen
report-reporter = Gemeldet von
report-when = Wann
report-messages = Nachrichten
report-messages-none = Nachrichten waren nicht dabei.
report-stanza = Wie sie kam
report-account = Zum Konto
report-close = Meldung schließen
report-is-closed = Meldung { $value } ist geschlossen.
invitations-good = Gültig
invitations-none = Es gibt keine.
invitations-tree = Wer durch wen kam
invitation-for-name = Für einen bestimmten Namen, oder leer
invitation-for-many = Für wie viele Leute
invitation-for-days = Für wie viele Tage; leer heißt: so lange wie üblich
invitation-make = Einladung machen
invitation-made = Eine Einladung
invitation-once = Sie steht nur jetzt hier und gilt bis { $value }. Für jemanden, der schon eine App hat:
invitation-contact = Um Kontakt zu werden
invitation-account = Zu einem Konto
invitation-name = Zum Konto { $value }
invitation-by = von { $value }
invitation-by-staff = vom Team
invitation-uses = { $count ->
    [one] für eine Person
   *[other] für { $count }
}
invitation-until = bis { $value }
invitation-revoke = Zurücknehmen
invitation-is-revoked = Niemand kann sie mehr benutzen.
tree-intro = Unter jedem Konto stehen die, die durch seine Einladungen kamen.
tree-none = Durch eine Einladung des Teams kam noch niemand.
tree-gone = ein Konto, das es nicht mehr gibt
desk-federation = Andere Dienste
desk-promises = Zusagen
rules-decided = Was entschieden ist
rules-none = Nichts ist entschieden: Alle Dienste werden gleich behandelt.
rule-domain = Domain; es gilt auch für alles darunter
rule-verdict = Was entschieden wird
rule-terms = Unter welchen Bedingungen
rule-reason = Warum, für andere Betreiber zu lesen
rule-days = Für wie viele Tage; leer heißt: für immer
rule-decide = Entscheiden
rule-forget = Zurücknehmen
rule-until = bis { $value }
rule-is-made = Was über { $value } entschieden ist, gilt ab jetzt.
rule-is-forgotten = Über { $value } ist nichts mehr entschieden.
term-refuse = nichts wird ausgetauscht
term-talk = wir sprechen mit ihm
term-certificate = er muss ein gültiges Zertifikat zeigen
term-dialback = verschlüsselter Rückruf reicht als Beweis
term-no-strangers = keine Nachrichten von Fremden dort
term-no-media = keine Dateien und Anrufe von dort
term-no-rooms = niemand von dort in Räumen hier, und umgekehrt
services-met = Dienste, denen wir begegnet sind
services-none = Noch keinem.
met-linked = verbunden
met-waiting = Wartet: { $value }
met-good = Zuletzt verbunden: { $value }
met-bad = Zuletzt misslungen: { $value }
promises-traced = Was die Seiten sagen, worauf es beruht und wo es steht.
promise-unsaid = nichts gesagt
basis-enforced = Der Dienst hält sich daran
basis-measured = Der Dienst zählt es
basis-stated = Der Betreiber sagt es
category-title = Ein Verzeichnis würde sagen: Kategorie { $value }
category-a = Eine App legt hier ein Konto an, umsonst, und alles andere ist, wie es sein soll.
category-b = Alles ist, wie es sein soll, aber ein Konto gibt es nicht umsonst aus einer App.
category-c = Etwas ist nicht, wie es sein soll.
category-d = Ohne zu fragen bekommt hier niemand ein Konto, oder Wichtiges ist nicht bekannt.
category-lacks = Das fehlt für Kategorie A:
category-unmeasured = Nur andere können das messen; hier gilt es als gut: { $value }.
deeds-none = Noch wurde nichts getan.
deeds-days = { $count ->
    [one] Die letzten 200 Vorgänge, von hier, aus Apps und von der Kommandozeile. Bekannt bleiben sie einen Tag.
   *[other] Die letzten 200 Vorgänge, von hier, aus Apps und von der Kommandozeile. Bekannt bleiben sie { $count } Tage.
}
deed-add = Konto angelegt
deed-set-password = Neues Passwort
deed-disable = Konto gesperrt
deed-enable = Konto entsperrt
deed-delete = Konto gelöscht
deed-end-sessions = Sitzungen beendet
deed-revoke-client = Gerät ausgesperrt
deed-delete-file = Datei entfernt
deed-announce = An alle geschrieben
deed-invite = Einladung gemacht
deed-revoke-invitation = Einladung zurückgenommen
deed-refuse = Anderen Dienst abgewiesen
deed-talk = Bedingungen für einen anderen Dienst
deed-forget-rule = Entscheidung über einen anderen Dienst zurückgenommen
deed-set = Hinweis gesetzt
deed-edit = Hinweis geändert
deed-unset = Hinweis zurückgenommen
deed-read-contacts = Kontakte gelesen
deed-read-last-login = Letzte Anmeldung nachgesehen
deed-read-statistics = Nutzung nachgesehen
deed-read-report = Meldung gelesen
deed-close-report = Meldung geschlossen
deed-make-owner = Zum Inhaber gemacht
deed-make-admin = In die Verwaltung aufgenommen
deed-make-moderator = In die Moderation aufgenommen
deed-make-support = In die Hilfe aufgenommen
deed-make-auditor = In die Aufsicht aufgenommen
deed-take-role = Rolle genommen
deed-become-owner = Dienst übernommen
not-done = Das wurde nicht getan
not-done-back = Zurück
