# What a client is told when something is wrong. { $value } is what was sent, cut to a sane length.

## The call as a whole

path-unknown = Diese Ressource gibt es nicht. Die Adressen der Ressourcen enden auf .xml oder .json.
method = Die Methode { $method } ist hier nicht verfügbar.
http = Die Anfrage kann nicht gelesen werden: { $name }.
internal = Im Dienst ist ein Fehler aufgetreten. Bei Rückfragen bitte die Kennung { $reference } angeben.
unavailable = Der Dienst ist vorübergehend nicht verfügbar. Bitte versuchen Sie es in Kürze noch einmal.
https-required = Meldungen werden nur über https angenommen.

query-encoding = Der Query-String ist nicht in UTF-8 kodiert.
query-escape = Der Query-String enthält eine fehlerhafte Prozentkodierung.
body-encoding = Der Inhalt der Anfrage ist nicht in UTF-8 kodiert.
body-escape = Der Inhalt der Anfrage enthält eine fehlerhafte Prozentkodierung.
body-charset = Als Zeichensatz des Inhalts ist { $charset } angegeben; gelesen wird nur utf-8.
body-type = Inhalte vom Typ { $type } werden nicht gelesen; bitte application/x-www-form-urlencoded oder multipart/form-data senden.
body-too-large = Der Inhalt der Anfrage ist zu groß; die Grenze liegt bei { NUMBER($bytes, useGrouping: 0) } Byte.
too-many-fields = Die Anfrage enthält zu viele Felder; die Grenze liegt bei { $most }.
file-refused = { $name }: eine Datei wird nur in einem Teil mit dem Namen media, media[], photo1, photo2 … oder file_1 angenommen.
picture-empty = { $name }: die Datei ist leer.
picture-large = { $name }: die Datei ist größer als { $most } MB.
picture-kind = { $name }: die Datei ist kein Bild in JPEG, PNG, WebP oder HEIC.
picture-broken = { $name }: das Bild ist unvollständig oder beschädigt.
picture-pixels = { $name }: das Bild hat mehr als { $most } Millionen Pixel.
picture-foreign = { $name }: die Datei ist mehr als ein Bild; sie enthält eine Seite, ein Programm oder ein Dokument.
pictures-too-many = { $number ->
    [one] { $number } Datei wurde
   *[other] { $number } Dateien wurden
} gesendet; höchstens { $most ->
    [one] { $most } wird
   *[other] { $most } werden
} angenommen.
control-characters = { $name }: Steuerzeichen sind nicht erlaubt.

## Jurisdiction, key, service

jurisdiction-missing = jurisdiction_id fehlt; möglich sind: { $jurisdictions }.
jurisdiction-missing-of-many = jurisdiction_id fehlt; die { $count } möglichen stehen unter { $url }.
jurisdiction-unknown = jurisdiction_id: Ein Zuständigkeitsgebiet „{ $value }“ gibt es nicht.
jurisdiction-other = jurisdiction_id: Dieser Endpunkt gehört zu { $jurisdiction }, nicht zu „{ $value }“.
key-missing = api_key fehlt.
key-invalid = api_key: Der Schlüssel gilt nicht für { $jurisdiction }.
key-over-limit = Mit diesem api_key werden höchstens { $most } Aufrufe in der Minute angenommen; bitte in { $seconds } s noch einmal versuchen.
service-missing = service_code fehlt.
service-unknown = service_code: Eine Meldungsart „{ $value }“ gibt es nicht.
request-unknown = service_request_id: Eine Meldung „{ $value }“ gibt es nicht.
state-not-allowed = Eine Meldung im Zustand { $state } kann nicht { $following } werden; möglich: { $allowed }.
request-changed = Jemand anderes hat die Meldung inzwischen geändert; ihre Version ist jetzt { $version }.
reporter-required = { $parameter }: Wer dies meldet, muss sich nennen: first_name, last_name und email oder phone.
update-id-reused = update_id: Unter „{ $value }“ wurde schon eine andere Aktualisierung gesendet.
token-unknown = token: Ein Token „{ $value }“ gibt es nicht.
photo-unknown = Es gibt kein Foto „{ $value }“.
idempotency-key = Idempotency-Key: höchstens { $longest ->
    [one] { $longest } druckbares ASCII-Zeichen
   *[other] { $longest } druckbare ASCII-Zeichen
}.
idempotency-key-reused = Idempotency-Key: Der Schlüssel wurde innerhalb von 24 Stunden bereits mit einem anderen Inhalt verwendet.

## Arguments

argument-missing = { $parameter } fehlt.
repeated = { $parameter } wurde mit verschiedenen Werten gesendet; bitte nur einen senden.
too-long = { $parameter } hat { $length } Zeichen; erlaubt { $longest ->
    [one] ist höchstens { $longest }
   *[other] sind höchstens { $longest }
}.
moment = { $parameter }: „{ $value }“ ist keine Angabe von Datum und Uhrzeit mit Zeitzone, wie etwa 2026-03-29T03:10:00+02:00 oder 2026-03-29T01:10:00Z.
moment-impossible = { $parameter }: Datum und Uhrzeit „{ $value }“ gibt es nicht.
coordinate = { $parameter }: „{ $value }“ ist keine Gradzahl wie etwa 51.1079.
coordinate-comma = { $parameter }: „{ $value }“ enthält ein Komma; Dezimalstellen bitte mit einem Punkt abtrennen, wie etwa in 51.1079.
coordinate-range = { $parameter }: „{ $value }“ liegt nicht zwischen -{ $limit } und { $limit }.
counting = { $parameter }: „{ $value }“ ist keine ganze Zahl von 1 bis { NUMBER($most, useGrouping: 0) }.
choice = { $parameter }: „{ $value }“ ist keiner der möglichen Werte: { $choices }.
too-many-codes = { $parameter } hat { $number ->
    [one] { $number } Wert
   *[other] { $number } Werte
}; erlaubt { $most ->
    [one] ist höchstens { $most }
   *[other] sind höchstens { $most }
}.
web-address = { $parameter }: „{ $value }“ ist keine http- oder https-URL.
period-order = start: muss vor end liegen.
start-after-end = start_date liegt nach end_date.
span-too-long = Zwischen start_date und end_date { $days ->
    [one] liegt { $days } Tag
   *[other] liegen { $days } Tage
}; erlaubt { $most ->
    [one] ist höchstens { $most }
   *[other] sind höchstens { $most }
}.
after-unknown = after: Eine Meldung „{ $value }“ gibt es nicht.

## Places

half-coordinate = { $missing } fehlt: { $given } wurde gesendet, nötig sind beide.
location-missing = Eine Ortsangabe fehlt: bitte lat und long, address_string oder address_id senden.
address-unknown = address_id: „{ $value }“ steht nicht im Adressregister.
point-swapped = lat, long: Der Punkt { $lat }, { $long } liegt nicht in { $city }; mit vertauschten Werten von lat und long läge er dort.
point-elsewhere = lat, long: Der Punkt { $lat }, { $long } liegt nicht in { $city }, sondern im Zuständigkeitsgebiet { $jurisdictions }.
point-outside = lat, long: Der Punkt { $lat }, { $long } liegt nicht in { $city }, sondern { $kilometres ->
    [0] weniger als 0,1
   *[other] { $kilometres }
} km { $direction ->
    [N] nördlich
    [NE] nordöstlich
    [E] östlich
    [SE] südöstlich
    [S] südlich
    [SW] südwestlich
    [W] westlich
   *[NW] nordwestlich
} der Stadtgrenze.

## Attributes of a service

attribute-required = attribute[{ $code }] ist eine Pflichtangabe.
attribute-repeated = attribute[{ $code }] nimmt nur einen Wert an; gesendet wurden verschiedene.
attribute-choice = attribute[{ $code }]: „{ $value }“ ist keiner der möglichen Werte: { $keys }.
attribute-number = attribute[{ $code }]: „{ $value }“ ist keine Zahl wie etwa 12.5.
attribute-datetime = attribute[{ $code }]: „{ $value }“ ist kein Datum wie etwa 2026-03-29 oder 2026-03-29T03:10:00+02:00.
attribute-string = attribute[{ $code }] ist einzeilig; „{ $value }“ enthält Zeilenumbrüche.

## Rights, accounts, keys

right-missing = Das Recht { $act } fehlt für { $jurisdiction }.
right-missing-everywhere = Das Recht { $act } fehlt für alle Zuständigkeitsgebiete zusammen.
right-missing-anywhere = Das Recht { $act } fehlt.
no-jurisdiction = Es gibt kein Zuständigkeitsgebiet „{ $value }“.
no-unit = Es gibt in { $jurisdiction } keine Stelle „{ $value }“.
no-account = Es gibt kein Konto „{ $value }“.
no-key = Es gibt keinen gültigen Schlüssel { $number }.
no-destination = Es gibt in { $jurisdiction } kein Ziel „{ $value }“.
no-delivery = Es gibt in { $jurisdiction } keine Zustellung { $value }, oder sie wird gerade versucht.
secret-is-theirs = Das Ziel „{ $value }“ ist ein Endpunkt von GeoReport: Sein Geheimnis ist der api_key, den man dort erhalten hat.
secret-of-webhook = Das Geheimnis eines Webhooks ist whsec_ und { $fewest } bis { $most } Bytes in base64.
none-of = { $name }: „{ $value }“ ist keiner der möglichen Werte: { $choices }.
no-line = { $name } muss eine Zeile mit 1 bis { $longest } druckbaren Zeichen sein.
no-email = „{ $value }“ ist keine E-Mail-Adresse.
account-exists = Das Konto { $email } gibt es bereits.
account-state = Das Konto { $email } ist bereits { $state ->
    [disabled] gesperrt
   *[enabled] freigegeben
}.
place-of-inter-city-administrator = Die Rolle { $role } gilt überall: ohne Angabe eines Zuständigkeitsgebiets und einer Stelle.
place-of-city-administrator = Die Rolle { $role } braucht ein Zuständigkeitsgebiet und hat keine Stelle.
place-of-unit-officer = Die Rolle { $role } braucht ein Zuständigkeitsgebiet und eine Stelle.
place-of-auditor = Die Rolle { $role } hat keine Stelle.
role-held = { $email } hat diese Rolle bereits.
role-not-held = { $email } hat diese Rolle nicht.
last-administrator = { $email } ist das letzte Konto mit der Rolle der Verwaltung aller Städte. Das kann nur an der Shell des Servers geändert werden.
key-without-scope = Ein Schlüssel braucht einen Zweck.
key-without-account = Ein Schlüssel ohne Konto kann nur den Zweck report haben.
key-without-jurisdiction = Ein Schlüssel für Meldungen muss seine Zuständigkeitsgebiete nennen.
scope-not-held = Den Zweck { $scope } kann nur geben, wer ihn hat.
expiry-past = Der Zeitpunkt des Ablaufs ist schon vorbei.

## Die API für die Verwaltung

admin-https = Die Verwaltung geht nur über https.
admin-path-unknown = Diese Ressource gibt es nicht; /admin/api/openapi.json beschreibt, welche es gibt.
bearer-missing = Der Schlüssel eines Kontos fehlt: bitte als „Authorization: Bearer o311_…“ senden.
bearer-invalid = Der Schlüssel ist nicht gültig.
bearer-reports = Dieser Schlüssel gehört zu keinem Konto; mit ihm lassen sich nur Meldungen senden.
if-match-missing = If-Match fehlt: bitte die Fassung senden, auf der die Änderung beruht, etwa If-Match: "7".
if-match = If-Match: „{ $value }“ ist keine Fassung, etwa "7".
revision-stale = Eine andere Fassung ist in Kraft: { $revision }, seit { $since }, von { $actor } ({ $reason }).
revision-unknown = { $jurisdiction } hat keine Fassung { $revision }.
jurisdiction-there = Das Zuständigkeitsgebiet { $jurisdiction } gibt es schon.
jurisdiction-differs = Die Konfiguration gehört zu { $value }, nicht zu { $jurisdiction }.
configuration-too-large = Die Konfiguration besteht aus mehr als { $most } Werten.
point-not-inside = lat, long: der Punkt { $lat }, { $long } liegt nicht in { $jurisdiction }.
attribute-unknown = attribute[{ $code }] wird nicht gefragt; gefragt wird: { $codes }.
register-type = Ein Adressregister der Art { $type } wird nicht gelesen; bitte eine von diesen senden: { $types }.
meanwhile = Jemand anderes hat in diesem Augenblick dasselbe geändert. Bitte noch einmal nachsehen.
and-more = Es gibt noch mehr: { $number }.
field = { $name }: { $problem }
body-json-type = Der Inhalt muss JSON und so gekennzeichnet sein: Content-Type: application/json.
body-json = Der Inhalt ist kein JSON: { $reason }.
body-repeated = Der Name „{ $name }“ steht im Inhalt zweimal in einem Objekt.
body-deep = Der Inhalt ist tiefer als { $most } verschachtelt.
body-number = Der Inhalt hat eine zu große Zahl.

## Meldungen, wie sie bearbeitet werden

merge-itself = Eine Meldung lässt sich nicht mit sich selbst zusammenlegen.
merge-endpoint = { $value } gehört zu einem anderen Zugang.
merge-duplicate = { $value } ist selbst ein Duplikat; es wurde mit { $original } zusammengelegt.
publication-never = Meldungen des Dienstes { $service } werden nie öffentlich gezeigt.
moderation-empty = Bitte publication, public_description oder beides senden.
picture-missing = Im Inhalt ist kein Bild.
body-multipart-type = Bilder werden als multipart/form-data gesendet.

## Anschließen und Meinungen der Einwohner

join-email = email: Ohne E-Mail-Adresse kann niemand benachrichtigt werden.
join-closed = { $value } ist bereits geschlossen. Bitte melden Sie es neu, wenn es wieder auftritt.
join-anonymous = Meldungen zu diesem Dienst sind anonym: niemand kann sich ihnen anschließen.
opinion-rating = rating: eine Zahl von { $least } bis { $most }.
opinion-outdated = Die Meldung wurde wieder geöffnet, nachdem dieser Link verschickt wurde. Bitte nutzen Sie den neuesten Link, den Sie erhalten haben.

## Was öffentlich über eine Meldung gesagt wird, die mit einer anderen zusammengelegt wurde

merged = Diese Meldung betrifft dieselbe Sache wie eine andere und wird dort weiterverfolgt.
merged-into = Diese Meldung betrifft dieselbe Sache wie die Meldung { $value } und wird dort weiterverfolgt.

## Links that we sign

link-invalid = Dieser Link ist nicht gültig. Vielleicht ging beim Kopieren ein Teil verloren.
link-expired = Dieser Link ist zu alt und gilt nicht mehr. Bitte fordern Sie einen neuen an.

## What a reporter is told of the term

notice-expected = Voraussichtlich erledigt bis { $expected } ({ $term }).
notice-day = { DATETIME($moment, dateStyle: "long") }
notice-time = { DATETIME($moment, dateStyle: "long", timeStyle: "short") } Uhr
term-hours = { $number ->
    [one] { $number } Stunde
   *[other] { $number } Stunden
}
term-days = { $number ->
    [one] { $number } Tag
   *[other] { $number } Tage
}
term-working_days = { $number ->
    [one] { $number } Arbeitstag
   *[other] { $number } Arbeitstage
}
term-working_hours = { $number ->
    [one] { $number } Arbeitsstunde
   *[other] { $number } Arbeitsstunden
}
term-statutory_months = { $number ->
    [one] { $number } Monat
   *[other] { $number } Monate
}

## Discovery of many cities

discovery-contact = Hier sind { $count } Städte angeschlossen. Wie jede zu erreichen ist, steht im Discovery-Dokument ihres eigenen Endpunkts; die Endpunkte stehen unter { $url }.
discovery-key_service = Hier sind { $count } Städte angeschlossen. Wie man einen Schlüssel erhält, steht im Discovery-Dokument des eigenen Endpunkts jeder Stadt; die Endpunkte stehen unter { $url }.

## The page for people

page-language-name = Deutsch
page-languages = Sprache dieser Seite
page-skip = Zum Inhalt springen
page-title = Meldungen an Städte
page-title-city = Meldungen an die Stadt: { $city }
page-intro = Eine dunkle Straßenlaterne, ein Schlagloch, ein überquellender Mülleimer: Über diesen Dienst melden Apps und Websites der Stadt, was nicht in Ordnung ist, und zeigen, was daraus wird. Er folgt dem offenen Standard Open311 GeoReport v2, den Städte in aller Welt nutzen; so kann eine App mit allen zusammenarbeiten. Diese Seite ist kein Meldeformular: Sie beschreibt, wie sich eine App anbinden lässt.
page-glance = Auf einen Blick
page-cities = Städte
page-all-cities = Alle Städte
page-initials = Städte nach Anfangsbuchstaben
page-no-cities = Hier ist noch keine Stadt angeschlossen.
page-services = Was gemeldet werden kann
page-services-count = { $count ->
    [one] { $count } Meldungsart
   *[other] { $count } Meldungsarten
}
page-offered-languages = Sprachen
page-contact = Kontakt
page-key = API-Schlüssel
page-endpoints = Endpunkte
page-endpoint = { $type ->
    [production] Produktion
   *[test] Test
}
page-endpoint-use = { $type ->
    [production] Echte Meldungen, um die sich die Stadt kümmert.
   *[test] Zum Ausprobieren: Meldungen bleiben von den echten getrennt.
}
page-url = URL
page-formats = Formate
page-changed = Letzte Änderung
page-developers = Für die Entwicklung
page-documentation = API-Dokumentation
page-openapi = OpenAPI-Beschreibung
page-discovery = Service Discovery, für Programme
page-jurisdictions = Liste der Städte, für Programme
page-example = Beispiel
page-example-text = Das Lesen ist frei und braucht keinen Schlüssel. Dieser Aufruf zeigt, was der Stadt { $city } gemeldet werden kann:
