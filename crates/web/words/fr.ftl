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
join-invite = On vient sur invitation : quelqu’un qui a un compte ici vous envoie un lien.
join-closed = Les comptes sont donnés par les personnes qui gèrent ce service. Demandez-leur.
begin-title = Pour commencer
begin-app = Prenez une application.
begin-more-apps = D’autres applications, et ce qu’elles savent faire
begin-account-open = Dites-lui que vous voulez un nouveau compte, sur ce service : { $value }.
begin-account-invite = Ouvrez le lien de votre invitation ; l’application crée votre compte.
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

# Pages d’une phrase
nothing-here = Il n’y a rien ici.
form-from-elsewhere = Ce formulaire a été envoyé par un autre site.
form-too-old = Ce formulaire est trop ancien. Ouvrez sa page à nouveau.
form-too-large = Ce qui a été écrit dans le formulaire est trop long.
form-too-slow = Le formulaire n’est pas arrivé à temps. Renvoyez-le.
form-is-none = Ce n’est pas le formulaire qui convient ici.
