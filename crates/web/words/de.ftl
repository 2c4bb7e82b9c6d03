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
