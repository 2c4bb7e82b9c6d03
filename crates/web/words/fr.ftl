# Les mots des pages, voir en.ftl.
language-name = Français
skip-to-content = Aller au contenu
home = Vers la première page

# Dates et pays
date = { $day } { $month } { $year }
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
country-at = Autriche
country-be = Belgique
country-ca = Canada
country-ch = Suisse
country-cz = Tchéquie
country-de = Allemagne
country-dk = Danemark
country-ee = Estonie
country-es = Espagne
country-fi = Finlande
country-fr = France
country-gb = Royaume-Uni
country-ie = Irlande
country-is = Islande
country-it = Italie
country-lu = Luxembourg
country-nl = Pays-Bas
country-no = Norvège
country-pl = Pologne
country-pt = Portugal
country-ro = Roumanie
country-se = Suède
country-us = États-Unis

# La première page
landing-description = Un lieu pour s’écrire : avec les gens d’ici, et avec tout le monde sur le réseau ouvert XMPP.
join-title = Nous rejoindre
join-open = Tout le monde est bienvenu : une application XMPP crée votre compte.
join-question = On vous posera une question à laquelle les gens d’ici savent répondre.
join-invite = Les membres invitent leurs proches : demandez une invitation à quelqu’un qui est ici.
join-closed = Les comptes sont donnés par les personnes qui gèrent ce service. Demandez-leur.
begin-title = Pour commencer
begin-app = Prenez une application.
begin-more-apps = D’autres applications, et ce qu’elles savent faire
begin-account-open = Dites-lui que vous voulez un nouveau compte, sur ce service : { $value }.
begin-account-invite = Ouvrez avec elle votre invitation : elle crée votre compte et ajoute à vos contacts la personne qui vous a invité.
begin-account-closed = Une fois que vous avez un compte, connectez-vous avec votre adresse et votre mot de passe.
begin-address = Votre adresse ressemble à une adresse de courriel. Donnez-la à vos amis, où que soit la leur : { $value }.
app-android = Android
app-apple = iPhone, iPad, Mac
app-linux = Linux
app-desktop = Windows, Linux
promises-title = Ce sur quoi vous pouvez compter
promises-note = Qui peut venir, combien de temps les messages sont gardés et combien de personnes sont ici : cela se lit dans le service lui-même. Le reste est ce qu’en disent ses responsables.
promise-messages = Messages
archive-always = { $count ->
    [one] Ils sont gardés { $count } jour, pour que tous vos appareils les reçoivent, puis effacés. Vous pouvez n’en garder aucun.
   *[other] Ils sont gardés { $count } jours, pour que tous vos appareils les reçoivent, puis effacés. Vous pouvez n’en garder aucun.
}
archive-never = { $count ->
    [one] Aucun n’est gardé, sauf si vous le voulez : alors { $count } jour, pas plus.
   *[other] Aucun n’est gardé, sauf si vous le voulez : alors { $count } jours, pas plus.
}
archive-roster = { $count ->
    [one] Ceux de vos contacts sont gardés { $count } jour, puis effacés. Vous pouvez les garder tous, ou aucun.
   *[other] Ceux de vos contacts sont gardés { $count } jours, puis effacés. Vous pouvez les garder tous, ou aucun.
}
promise-files = Fichiers
files-none = Il n’y a pas de place pour des fichiers ici.
files-size = Un fichier peut faire { $value }.
files-kept = { $count ->
    [one] Il est gardé { $count } jour.
   *[other] Il est gardé { $count } jours.
}
files-day = Vous pouvez envoyer { $value } par jour,
files-week = { $value } par semaine,
files-total = et garder { $value } en tout.
kilobytes = { $count } ko
megabytes = { $count } Mo
gigabytes = { $count } Go
promise-backups = Sauvegardes
backups-every = { $count ->
    [one] Tout est sauvegardé toutes les heures.
   *[other] Tout est sauvegardé toutes les { $count } heures.
}
backups-kept = { $count ->
    [one] Une copie est détruite après { $count } jour ; jusque-là, elle contient ce que vous effacez.
   *[other] Une copie est détruite après { $count } jours ; jusque-là, elle contient ce que vous effacez.
}
backups-unsaid = Les responsables du service ne disent rien des sauvegardes.
promise-place = Lieu
place = Les machines et les sauvegardes se trouvent ici : { $value }.
jurisdiction = Le droit qui s’applique : { $value }.
promise-operator = Géré par
promise-since = Depuis
promise-cost = Prix
cost-free = Gratuit.
cost-paid = Un compte est payant.
promise-people = Personnes
people-few = Moins de dix comptes.
people-accounts = Environ { $count } comptes.
people-month-few = Moins de dix d’entre eux se sont connectés ces 30 derniers jours.
people-month = Environ { $count } d’entre eux se sont connectés ces 30 derniers jours.
promise-others = Autres services
others-open = Vous pouvez écrire aux gens de tous les services qui prouvent leur identité.
others-listed = Vous pouvez écrire aux gens de certains services, qui sont sur une liste.
others-off = Les gens d’ici s’écrivent entre eux seulement.
rules-title = Règles
contact-title = Contact
by-mail = { $value } (courriel)
by-chat = { $value } (discussion)
by-phone = { $value } (téléphone)
contact-abuse = Signaler un abus
contact-admin = Joindre les responsables
contact-feedback = Dire ce qui pourrait être mieux
contact-sales = Acheter quelque chose
contact-security = Signaler une faille
contact-status = Voir si le service fonctionne
contact-support = Obtenir de l’aide

# Venir : une invitation, le formulaire pour un compte
invited-by = { $value } vous invite à discuter
invited-to = Une invitation pour { $value }
invitation-lead = Il suffit d’une application et de deux minutes. Aucun numéro de téléphone n’est demandé.
invitation-with-app = Vous avez une application XMPP
invitation-accept = Accepter l’invitation
invitation-button = Le bouton ouvre votre application. Si rien ne se passe, vous n’en avez pas encore.
invitation-without-app = Vous n’en avez pas encore
invitation-return = Revenez à cette page et appuyez sur le bouton ci-dessus.
invitation-form = Ou bien choisissez ici un nom et un mot de passe, puis connectez-vous avec n’importe quelle application.
invitation-to-form = Créer le compte ici
invitation-phone = Sur votre téléphone
invitation-code = Visez ceci avec l’appareil photo.
invitation-unknown = Si vous ne savez pas qui vous a envoyé ceci, vous n’avez rien à faire.
no-such-invitation = Cette invitation n’est pas valable, ou ne l’est plus. Demandez-en une autre.
invitation-unreadable = Impossible de vérifier cela en ce moment. Réessayez plus tard.
register-title = Un compte chez { $value }
register-lead = Choisissez un nom et un mot de passe. Le nom fera partie de votre adresse.
register-name-chosen = Choisissez un mot de passe. Le nom est déjà choisi.
register-name = Nom
register-password = Mot de passe
register-password-again = Le mot de passe encore une fois
register-button = Créer le compte
passwords-differ = Les deux mots de passe sont différents. Tapez deux fois le même.
registered-title = { $value } est à vous
registered-login = Connectez-vous avec cette adresse et votre mot de passe.
registered-keep = Gardez bien le mot de passe : personne ici ne le connaît.
refused-closed = Les comptes sont donnés par les personnes qui gèrent ce service. Demandez-leur.
refused-invitation-needed = Il faut une invitation pour avoir un compte ici. Demandez-la à quelqu’un qui en a un, et ouvrez le lien.
refused-invitation-spent = L’invitation a déjà servi. Demandez-en une autre.
refused-name-other = L’invitation est pour le nom { $value }. Prenez celui-là.
refused-answer-wrong = La réponse à la question n’est pas juste.
refused-tries = Il y a eu trop d’essais depuis votre adresse. Attendez un peu.
refused-sign-ups-per-address = Trop de comptes ont été créés aujourd’hui depuis votre adresse.
refused-sign-ups-per-network = Trop de comptes ont été créés aujourd’hui depuis votre réseau.
refused-sign-ups-per-hour = Trop de personnes viennent en même temps.
refused-sign-ups-per-day = Trop de personnes sont venues aujourd’hui.
wait-minutes = { $count ->
    [one] Réessayez dans { $count } minute.
   *[other] Réessayez dans { $count } minutes.
}
wait-hours = { $count ->
    [one] Réessayez dans { $count } heure.
   *[other] Réessayez dans { $count } heures.
}
refused-name-taken = Ce nom est pris. Choisissez-en un autre.
refused-name-lookalike = Ce nom ressemble à celui de quelqu’un d’ici. Choisissez-en un autre.
refused-name-reserved = Ce nom est réservé aux responsables du service. Choisissez-en un autre.
refused-name-short = Un nom a au moins { $count } caractères. Choisissez-en un plus long.
refused-name-long = Un nom a au plus { $count } caractères. Choisissez-en un plus court.
refused-name-odd = Un nom se compose de lettres d’un seul alphabet et de chiffres, avec des points, des traits d’union et des tirets bas entre eux.
refused-name-malformed = Ce nom ne peut pas faire partie d’une adresse. Utilisez des lettres, des chiffres, des points et des traits d’union.
refused-password-weak = Le mot de passe est trop facile à deviner. Prenez au moins { $count } caractères, et pas le nom.
refused-password = Le mot de passe contient des caractères qu’on ne peut pas taper partout. Choisissez-en un autre.
refused-busy = Le service a trop à faire. Réessayez plus tard.
refused-failed = Le compte n’a pas pu être enregistré. Réessayez plus tard.

# Pages d’une phrase
nothing-here = Il n’y a rien ici.
form-from-elsewhere = Ce formulaire a été envoyé par un autre site.
form-too-old = Ce formulaire est trop ancien. Ouvrez sa page à nouveau.
form-too-large = Ce qui a été écrit dans le formulaire est trop long.
form-too-slow = Le formulaire n’est pas arrivé à temps. Renvoyez-le.
form-is-none = Ce n’est pas le formulaire qui convient ici.

# Documents
contact-unsaid = Les responsables du service n’ont pas dit comment les joindre.
operator-unsaid = Les responsables du service n’ont pas dit qui ils sont.
legal-title = Mentions légales
legal-intro = Qui est responsable de { $value } :
privacy-title = Vie privée
privacy-intro = Qui décide de ce que deviennent vos données sur { $value } :
privacy-kept = Ce qui est gardé, et combien de temps
inventory-title = Tout ce qui est enregistré, table par table
inventory-intro = Cette liste vient du programme lui-même, c’est pourquoi elle est en anglais. Ce qui appartient à un compte part avec lui, sauf si une ligne dit le contraire.
privacy-seen = Qui d’autre le voit
privacy-others = Ce que vous envoyez aux gens d’autres services va à ces services, qui le gardent selon leurs propres règles. Vos contacts là-bas voient votre présence.
privacy-push = Si votre application se fait réveiller par le serveur de ses auteurs, ce serveur apprend quand quelque chose est arrivé pour vous. Votre application l’a choisi et peut y renoncer.
processors = Ceux-ci voient des données pour faire quelque chose pour le service :
processors-none = Personne d’autre n’est nommé à qui des données seraient données.
privacy-rights = Ce que vous pouvez faire
privacy-rights-text = Vous pouvez obtenir une copie de ce qui est enregistré sur vous, le faire corriger ou effacer, vous y opposer, et porter plainte auprès de l’autorité de protection des données de votre pays.
account-title = Votre compte
account-manage = Votre application change votre mot de passe ; beaucoup montrent aussi quels appareils sont connectés.
account-recover = Retrouver l’accès
account-export = Emporter vos données
account-delete = Supprimer votre compte
recover-logged-in = Si l’un de vos appareils est encore connecté, changez-y votre mot de passe.
recover-forgotten = Sinon, demandez un nouveau mot de passe aux responsables du service. Personne ne connaît l’ancien : il n’est pas enregistré. Ils doivent être convaincus que le compte est à vous.
export-how = Beaucoup d’applications enregistrent vos messages et contacts elles-mêmes. Pour tout ce qui est enregistré ici, demandez aux responsables du service : ils peuvent écrire votre compte dans un fichier (XEP-0227) que d’autres services lisent.
export-what = Il contient vos contacts, les messages encore gardés, vos signets, vos réglages et votre carte. Gardez-le là où personne d’autre ne le lit.
delete-how = Votre application supprime votre compte : elle appelle cela « supprimer le compte sur le serveur » ou « retirer le compte ». C’est possible à tout moment, que d’autres puissent venir ou non.
delete-what = Vous êtes aussitôt déconnecté partout. Ensuite, tout ce qui appartient au compte est effacé ; une forme méconnaissable de son nom reste, pour que personne d’autre ne prenne votre adresse.
delete-elsewhere = Ce que vous avez écrit aux autres reste chez eux. Pour les sauvegardes, voyez sous « Vie privée » combien de temps elles sont gardées.

# Le bureau des personnes qui gèrent le service
desk-title = Gestion
desk-home = Accueil
desk-staff = Équipe
desk-deeds = Ce qui a été fait
desk-leave = Se déconnecter
desk-not-yours = Votre rôle ne suffit pas pour cette page.
desk-cannot-look = Le service ne peut rien consulter pour l’instant. Réessayez dans un moment.
desk-full = Trop de navigateurs sont connectés ici. Déconnectez-vous d’un autre, ou attendez une heure.
login-intro = Pour les personnes qui gèrent ce service. Le mot de passe est celui de votre compte.
login-enter = Se connecter
login-wrong = Ce compte et ce mot de passe ne vont pas ensemble.
login-too-often = Le mot de passe a été trop souvent faux depuis votre réseau. Attendez une minute.
login-no-role = Le mot de passe est juste, mais ce compte n’a pas de rôle ici. Un propriétaire peut lui en donner un.
field-address = Adresse
field-name = Nom, la partie devant @{ $value }
field-password = Mot de passe
field-password-again = Le mot de passe encore une fois
field-role = Rôle
first-title = Ce service devient le vôtre
first-intro = Personne n’est encore propriétaire de { $value }. Ce lien ne sert qu’une fois : la personne qui l’utilise répond du service et décide qui d’autre le gère.
first-account = Choisissez un nom et un mot de passe pour un nouveau compte, ou donnez ceux d’un compte que vous avez déjà ici.
first-come = En prendre la charge
first-over = Ce lien ne sert plus. Tant que le service n’a pas de propriétaire, il en montre un nouveau à chaque démarrage.
role-owner = Propriétaire
role-admin = Administration
role-moderator = Modération
role-support = Aide
role-auditor = Contrôle
role-owner-may = Tout, et décide qui d’autre gère le service.
role-admin-may = Tout au quotidien : comptes, invitations, signalements, autres services.
role-moderator-may = Traite les signalements : les lit, bloque des comptes, les débloque.
role-support-may = Aide à entrer et à revenir : invitations, nouveaux mots de passe, appareils perdus.
role-auditor-may = Voit ce que font les autres, et ne change rien.
staff-configured = par la configuration
staff-since = depuis le { $value }
staff-give = Donner un rôle
staff-take = Retirer le rôle
staff-given = { $value } a maintenant ce rôle.
staff-taken = { $value } n’a plus de rôle.
staff-roles = Ce que permettent les rôles
desk-accounts = Comptes
desk-not-them = Ce compte a un rôle ici : seuls les propriétaires y changent quelque chose.
accounts-count = { $count ->
    [one] Il y a un compte. Les plus récents viennent d’abord.
   *[other] Il y a { $count } comptes. Les plus récents viennent d’abord.
}
accounts-search = Une partie du nom
accounts-find = Chercher
accounts-none = Aucun compte ne s’appelle ainsi.
accounts-older = Comptes plus anciens
account-state = État
account-active = utilisé
account-disabled = bloqué
account-made = Créé
account-last-login = Dernière connexion
account-never = jamais
account-inviter = Invité par
account-files-count = { $count ->
    [0] aucun
    [one] un fichier
   *[other] { $count } fichiers
}
account-devices = Appareils
devices-none = Aucun appareil n’a d’accès.
device-unnamed = Un appareil qui ne dit pas ce qu’il est
device-connected = Connecté en ce moment
device-seen = Vu pour la dernière fois : { $value }
device-revoke = Exclure
device-has-password = Il connaît le mot de passe : seul un nouveau l’exclut.
account-disable = Bloquer
account-enable = Débloquer
account-end-sessions = Terminer toutes les sessions
account-set-password = Donner un nouveau mot de passe
account-remove = Supprimer le compte
account-is-disabled = { $value } est bloqué : personne ne peut se connecter, rien n’est effacé.
account-is-enabled = { $value } peut de nouveau être utilisé.
account-sessions-ended = Toutes les sessions de { $value } sont terminées. Les appareils peuvent se reconnecter.
account-is-deleted = { $value } est supprimé, avec tout ce qui en était gardé.
device-is-out = L’appareil n’a plus d’accès à { $value }.
password-title = Un nouveau mot de passe
password-of = Le mot de passe de { $value } est maintenant :
password-once = Il n’est montré que maintenant. Tous les appareils sont déconnectés et en ont besoin pour revenir. Transmettez-le par une voie sûre, et demandez d’en choisir un autre.
remove-title = Supprimer { $value } ?
remove-what = Tout ceci est effacé, et rien ne le ramène. Les contacts voient le compte partir, et personne n’aura plus son nom.
remove-confirm = Pour continuer, écrivez { $value }
desk-reports = Signalements
desk-invitations = Invitations
reports-none = Personne n’est signalé.
reports-intro = Les plus anciens viennent d’abord. Votre lecture est notée.
report-spam = Spam
report-abuse = Abus
report-reason = Signalé pour
report-reporter = Signalé par
report-when = Quand
report-messages = Messages
report-messages-none = Aucun message n’était joint.
report-stanza = Tel quel
report-account = Vers le compte
report-close = Clore le signalement
report-is-closed = Le signalement { $value } est clos.
invitations-good = Valables
invitations-none = Il n’y en a pas.
invitations-tree = Qui est venu par qui
invitation-for-name = Pour un certain nom, ou vide
invitation-for-many = Pour combien de personnes
invitation-for-days = Pour combien de jours ; vide : comme d’habitude
invitation-make = Créer une invitation
invitation-made = Une invitation
invitation-once = Elle n’est montrée que maintenant, et vaut jusqu’au { $value }. Pour qui a déjà une application :
invitation-contact = Pour devenir contact
invitation-account = Pour un compte
invitation-name = Pour le compte { $value }
invitation-by = par { $value }
invitation-by-staff = par l’équipe
invitation-uses = { $count ->
    [one] pour une personne
   *[other] pour { $count }
}
invitation-until = jusqu’au { $value }
invitation-revoke = Retirer
invitation-is-revoked = Plus personne ne peut l’utiliser.
tree-intro = Sous chaque compte se trouvent les personnes venues par ses invitations.
tree-none = Personne n’est encore venu par une invitation de l’équipe.
tree-gone = un compte qui n’existe plus
desk-federation = Autres services
desk-promises = Promesses
rules-decided = Ce qui est décidé
rules-none = Rien n’est décidé : tous les services sont traités de la même façon.
rule-domain = Domaine ; cela vaut aussi pour tout ce qui est en dessous
rule-verdict = Ce qui est décidé
rule-terms = À quelles conditions
rule-reason = Pourquoi, à l’intention d’autres opérateurs
rule-days = Pour combien de jours ; vide : pour toujours
rule-decide = Décider
rule-forget = Retirer
rule-until = jusqu’au { $value }
rule-is-made = Ce qui est décidé sur { $value } vaut désormais.
rule-is-forgotten = Plus rien n’est décidé sur { $value }.
term-refuse = rien n’est échangé
term-talk = nous parlons avec lui
term-certificate = il doit montrer un certificat valable
term-dialback = le rappel chiffré suffit comme preuve
term-no-strangers = pas de messages d’inconnus de là-bas
term-no-media = pas de fichiers ni d’appels de là-bas
term-no-rooms = personne de là-bas dans les salons d’ici, ni l’inverse
services-met = Services rencontrés
services-none = Aucun pour l’instant.
met-linked = connecté
met-waiting = En attente : { $value }
met-good = Dernière connexion : { $value }
met-bad = Dernier échec : { $value }
promises-traced = Ce que disent les pages, sur quoi cela repose, et où c’est dit.
promise-unsaid = rien n’est dit
basis-enforced = Le service s’y tient
basis-measured = Le service le compte
basis-stated = L’opérateur le dit
category-title = Un annuaire dirait : catégorie { $value }
category-a = Une application crée un compte ici, gratuitement, et tout le reste est comme il faut.
category-b = Tout est comme il faut, mais on n’a pas de compte gratuit depuis une application.
category-c = Quelque chose n’est pas comme il faut.
category-d = Personne n’a de compte ici sans demander, ou l’important n’est pas connu.
category-lacks = Il manque pour la catégorie A :
category-unmeasured = Seuls d’autres peuvent mesurer ceci, tenu ici pour bon : { $value }.
deeds-none = Rien n’a encore été fait.
deeds-days = { $count ->
    [one] Les 200 dernières actions, faites ici, dans des applications et en ligne de commande. Elles sont connues pendant un jour.
   *[other] Les 200 dernières actions, faites ici, dans des applications et en ligne de commande. Elles sont connues pendant { $count } jours.
}
deed-add = Compte créé
deed-set-password = Nouveau mot de passe
deed-disable = Compte bloqué
deed-enable = Compte débloqué
deed-delete = Compte supprimé
deed-end-sessions = Sessions terminées
deed-revoke-client = Appareil exclu
deed-delete-file = Fichier retiré
deed-announce = Message à tout le monde
deed-invite = Invitation créée
deed-revoke-invitation = Invitation retirée
deed-refuse = Autre service refusé
deed-talk = Conditions pour un autre service
deed-forget-rule = Décision sur un autre service retirée
deed-set = Annonce publiée
deed-edit = Annonce modifiée
deed-unset = Annonce retirée
deed-read-contacts = Contacts consultés
deed-read-last-login = Dernière connexion consultée
deed-read-statistics = Usage consulté
deed-read-report = Signalement lu
deed-close-report = Signalement clos
deed-make-owner = Devenu propriétaire
deed-make-admin = Entré dans l’administration
deed-make-moderator = Entré dans la modération
deed-make-support = Entré dans l’aide
deed-make-auditor = Entré dans le contrôle
deed-take-role = Rôle retiré
deed-become-owner = Service pris en charge
not-done = Cela n’a pas été fait
not-done-back = Retour
