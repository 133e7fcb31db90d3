# What a client is told when something is wrong. { $value } is what was sent, cut to a sane length.

## The call as a whole

path-unknown = Nie ma takiego zasobu. Adresy zasobów kończą się na .xml lub .json.
method = Metoda { $method } nie jest tu dostępna.
http = Nie można odczytać żądania: { $name }.
internal = W usłudze wystąpił błąd. W razie kontaktu należy podać oznaczenie { $reference }.
unavailable = Usługa jest chwilowo niedostępna. Proszę spróbować ponownie za chwilę.
https-required = Zgłoszenia są przyjmowane tylko przez https.

query-encoding = Parametry w adresie nie są zakodowane w UTF-8.
query-escape = Parametry w adresie zawierają błędne kodowanie procentowe.
body-encoding = Treść żądania nie jest zakodowana w UTF-8.
body-escape = Treść żądania zawiera błędne kodowanie procentowe.
body-charset = Jako kodowanie znaków treści podano { $charset }; odczytywane jest tylko utf-8.
body-type = Treść typu { $type } nie jest odczytywana; należy wysłać application/x-www-form-urlencoded lub multipart/form-data.
body-too-large = Treść żądania jest za duża; limit wynosi { NUMBER($bytes, useGrouping: 0) ->
    [one] { NUMBER($bytes, useGrouping: 0) } bajt
    [few] { NUMBER($bytes, useGrouping: 0) } bajty
   *[many] { NUMBER($bytes, useGrouping: 0) } bajtów
}.
too-many-fields = Żądanie zawiera za dużo pól; limit wynosi { $most }.
file-refused = { $name }: plik można przesłać tylko w części o nazwie media, media[], photo1, photo2 … albo file_1.
picture-empty = { $name }: plik jest pusty.
picture-large = { $name }: plik jest większy niż { $most } MB.
picture-kind = { $name }: plik nie jest zdjęciem w formacie JPEG, PNG, WebP ani HEIC.
picture-broken = { $name }: zdjęcie jest niekompletne lub uszkodzone.
picture-pixels = { $name }: zdjęcie ma więcej niż { $most } mln pikseli.
picture-foreign = { $name }: plik jest czymś więcej niż zdjęciem; zawiera stronę, program albo dokument.
pictures-too-many = Przesłano { $number ->
    [one] { $number } plik
    [few] { $number } pliki
   *[many] { $number } plików
}; najwięcej może ich być { $most }.
control-characters = { $name }: znaki sterujące są niedozwolone.

## Jurisdiction, key, service

jurisdiction-missing = Brakuje jurisdiction_id; możliwe wartości: { $jurisdictions }.
jurisdiction-missing-of-many = Brakuje jurisdiction_id; możliwych wartości jest { $count }, ich lista: { $url }.
jurisdiction-unknown = jurisdiction_id: nie ma jurysdykcji „{ $value }”.
jurisdiction-other = jurisdiction_id: ten punkt końcowy obsługuje { $jurisdiction }, a nie „{ $value }”.
key-missing = Brakuje api_key.
key-invalid = api_key: klucz nie jest ważny dla { $jurisdiction }.
key-over-limit = Limit dla tego api_key wynosi { $most } wywołań na minutę; proszę spróbować ponownie za { $seconds } s.
service-missing = Brakuje service_code.
service-unknown = service_code: nie ma rodzaju zgłoszeń „{ $value }”.
request-unknown = service_request_id: nie ma zgłoszenia „{ $value }”.
state-not-allowed = Zgłoszenie w stanie { $state } nie może przejść w stan { $following }; możliwe: { $allowed }.
request-changed = Ktoś inny zmienił w międzyczasie to zgłoszenie; jego wersja to teraz { $version }.
reporter-required = { $parameter }: zgłaszający musi się tu przedstawić: first_name, last_name oraz email lub phone.
update-id-reused = update_id: jako „{ $value }” wysłano już wcześniej inną aktualizację.
token-unknown = token: nie ma tokenu „{ $value }”.
photo-unknown = Nie ma zdjęcia „{ $value }”.
idempotency-key = Idempotency-Key: najwyżej { $longest ->
    [one] { $longest } drukowalny znak
    [few] { $longest } drukowalne znaki
   *[many] { $longest } drukowalnych znaków
} ASCII.
idempotency-key-reused = Idempotency-Key: w ciągu ostatnich 24 godzin użyto tego klucza z inną treścią.

## Arguments

argument-missing = Brakuje { $parameter }.
repeated = { $parameter }: wysłano różne wartości; należy wysłać jedną.
too-long = { $parameter } ma { $length ->
    [one] { $length } znak
    [few] { $length } znaki
   *[many] { $length } znaków
}; limit wynosi { $longest }.
moment = { $parameter }: „{ $value }” nie jest datą z godziną i strefą czasową; przykłady: 2026-03-29T03:10:00+02:00, 2026-03-29T01:10:00Z.
moment-impossible = { $parameter }: nie ma takiej daty i godziny jak „{ $value }”.
coordinate = { $parameter }: „{ $value }” nie jest liczbą stopni; przykład: 51.1079.
coordinate-comma = { $parameter }: „{ $value }” zawiera przecinek; część dziesiętną należy oddzielić kropką; przykład: 51.1079.
coordinate-range = { $parameter }: „{ $value }” nie mieści się w przedziale od -{ $limit } do { $limit }.
counting = { $parameter }: „{ $value }” nie jest liczbą całkowitą od 1 do { NUMBER($most, useGrouping: 0) }.
choice = { $parameter }: „{ $value }” nie jest żadną z możliwych wartości: { $choices }.
too-many-codes = { $parameter } ma { $number ->
    [one] { $number } wartość
    [few] { $number } wartości
   *[many] { $number } wartości
}; limit wynosi { $most }.
web-address = { $parameter }: „{ $value }” nie jest adresem URL typu http ani https.
period-order = start: musi być wcześniejszy niż end.
start-after-end = start_date przypada po end_date.
span-too-long = Okres od start_date do end_date ma { $days ->
    [one] { $days } dzień
    [few] { $days } dni
   *[many] { $days } dni
}; limit wynosi { $most }.
after-unknown = after: nie ma zgłoszenia „{ $value }”.

## Places

half-coordinate = Brakuje { $missing }: wysłano { $given }, a potrzebne są obie wartości.
location-missing = Brakuje miejsca: należy wysłać lat i long albo address_string, albo address_id.
address-unknown = address_id: w rejestrze adresów nie ma „{ $value }”.
point-swapped = lat, long: punkt { $lat }, { $long } nie leży na obszarze miasta: { $city }; po zamianie lat i long leżałby na nim.
point-elsewhere = lat, long: punkt { $lat }, { $long } nie leży na obszarze miasta: { $city }; obejmuje go jurysdykcja: { $jurisdictions }.
point-outside = lat, long: punkt { $lat }, { $long } nie leży na obszarze miasta: { $city }; znajduje się { $kilometres ->
    [0] mniej niż 0,1
   *[other] { $kilometres }
} km na { $direction ->
    [N] północ
    [NE] północny wschód
    [E] wschód
    [SE] południowy wschód
    [S] południe
    [SW] południowy zachód
    [W] zachód
   *[NW] północny zachód
} od jego granicy.

## Attributes of a service

attribute-required = Wartość attribute[{ $code }] jest wymagana.
attribute-repeated = attribute[{ $code }] przyjmuje jedną wartość; wysłano różne.
attribute-choice = attribute[{ $code }]: „{ $value }” nie jest żadną z możliwych wartości: { $keys }.
attribute-number = attribute[{ $code }]: „{ $value }” nie jest liczbą; przykład: 12.5.
attribute-datetime = attribute[{ $code }]: „{ $value }” nie jest datą; przykłady: 2026-03-29, 2026-03-29T03:10:00+02:00.
attribute-string = attribute[{ $code }] mieści się w jednym wierszu; „{ $value }” zawiera znaki nowego wiersza.

## Rights, accounts, keys

right-missing = Brakuje uprawnienia { $act } dla { $jurisdiction }.
right-missing-everywhere = Brakuje uprawnienia { $act } dla wszystkich jurysdykcji łącznie.
right-missing-anywhere = Brakuje uprawnienia { $act }.
no-jurisdiction = Nie ma jurysdykcji „{ $value }”.
no-unit = Nie ma jednostki „{ $value }” w { $jurisdiction }.
no-account = Nie ma konta „{ $value }”.
no-key = Nie ma ważnego klucza { $number }.
no-destination = Nie ma odbiorcy „{ $value }” w { $jurisdiction }.
no-delivery = Nie ma przesyłki { $value } w { $jurisdiction } albo właśnie trwa próba jej doręczenia.
secret-is-theirs = Odbiorca „{ $value }” to punkt GeoReport: jego sekretem jest api_key, który tam otrzymano.
secret-of-webhook = Sekret webhooka to whsec_ oraz od { $fewest } do { $most } bajtów w base64.
none-of = { $name }: „{ $value }” nie jest żadną z możliwych wartości: { $choices }.
no-line = { $name }: wymagany jest jeden wiersz drukowalnych znaków; dozwolona długość: od 1 do { $longest }.
no-email = „{ $value }” nie jest adresem e-mail.
account-exists = Konto { $email } już istnieje.
account-state = Konto { $email } jest już { $state ->
    [disabled] wyłączone
   *[enabled] włączone
}.
place-of-inter-city-administrator = Rola { $role } obejmuje wszystkie jurysdykcje; nie podaje się jurysdykcji ani jednostki.
place-of-city-administrator = Rola { $role } wymaga jurysdykcji; nie podaje się jednostki.
place-of-unit-officer = Rola { $role } wymaga jurysdykcji i jednostki.
place-of-auditor = Rola { $role }: nie podaje się jednostki.
role-held = { $email } ma już tę rolę.
role-not-held = { $email } nie ma tej roli.
last-administrator = { $email } to ostatnie konto z rolą administratora międzymiejskiego. Można to zmienić tylko w powłoce serwera.
key-without-scope = Klucz musi mieć zakres.
key-without-account = Klucz bez konta może mieć tylko zakres report.
key-without-jurisdiction = Klucz do wysyłania zgłoszeń musi wskazywać jurysdykcje.
scope-not-held = Zakres { $scope } może nadać tylko ten, kto go ma.
expiry-past = Termin ważności już minął.

## API administratorów

admin-https = Administratorom odpowiadamy tylko przez https.
admin-path-unknown = Nie ma takiego zasobu; istniejące opisuje /admin/api/openapi.json.
bearer-missing = Brakuje klucza konta: wyślij go jako „Authorization: Bearer o311_…”.
bearer-invalid = Klucz jest nieważny.
bearer-reports = Ten klucz nie należy do żadnego konta; służy tylko do wysyłania zgłoszeń.
if-match-missing = Brakuje If-Match: wyślij wersję, na której opiera się zmiana, na przykład If-Match: "7".
if-match = If-Match: „{ $value }” nie jest wersją, taką jak "7".
revision-stale = Obowiązuje inna wersja: { $revision }, od { $since }, { $actor } ({ $reason }).
revision-unknown = { $jurisdiction } nie ma wersji { $revision }.
jurisdiction-there = Jurysdykcja { $jurisdiction } już istnieje.
jurisdiction-differs = To konfiguracja { $value }, a nie { $jurisdiction }.
configuration-too-large = Konfiguracja składa się z więcej niż { $most } wartości.
point-not-inside = lat, long: punkt { $lat }, { $long } nie leży w { $jurisdiction }.
attribute-unknown = attribute[{ $code }]: usługa o to nie pyta; pyta o: { $codes }.
register-type = Rejestr adresów typu { $type } nie jest czytany; wyślij jeden z: { $types }.
meanwhile = Ktoś inny zmienił to samo w tej chwili. Sprawdź ponownie.
and-more = Jest tego więcej: { $number }.
field = { $name }: { $problem }
body-json-type = Treść musi być w JSON i tak oznaczona: Content-Type: application/json.
body-json = Treść nie jest w JSON: { $reason }.
body-repeated = Nazwa „{ $name }” występuje w treści dwa razy w jednym obiekcie.
body-deep = Treść jest zagnieżdżona głębiej niż { $most }.
body-number = W treści jest zbyt duża liczba.

## Zgłoszenia w rękach urzędników

merge-itself = Zgłoszenia nie można połączyć z nim samym.
merge-endpoint = { $value } należy do innego punktu dostępu.
merge-duplicate = { $value } samo jest duplikatem; połączono je z { $original }.
publication-never = Zgłoszeń w usłudze { $service } nigdy nie pokazuje się publicznie.
moderation-empty = Wyślij publication, public_description albo oba.
picture-missing = W treści nie ma żadnego zdjęcia.
body-multipart-type = Zdjęcia wysyła się jako multipart/form-data.

## Dołączanie i opinie mieszkańców

join-email = email: bez adresu e-mail nie można nikogo powiadomić.
join-closed = Zgłoszenie { $value } jest już zamknięte. Jeśli sprawa znów wystąpiła, prosimy zgłosić ją na nowo.
join-anonymous = Zgłoszenia w tej kategorii są anonimowe: nie można do nich dołączyć.
opinion-rating = rating: to liczba od { $least } do { $most }.
opinion-outdated = Zgłoszenie otwarto ponownie po wysłaniu tego linku. Prosimy użyć najnowszego linku, jaki do Państwa dotarł.

## Co się mówi publicznie o zgłoszeniu, które połączono z innym

merged = To zgłoszenie dotyczy tej samej sprawy co inne i tam jest załatwiane.
merged-into = To zgłoszenie dotyczy tej samej sprawy co zgłoszenie { $value } i tam jest załatwiane.

## Links that we sign

link-invalid = Ten link jest nieprawidłowy. Być może przy kopiowaniu zgubiła się jego część.
link-expired = Ten link stracił ważność, ponieważ jest zbyt stary. Prosimy o pobranie nowego.

## What a reporter is told of the term

notice-expected = Przewidywany termin załatwienia: { $expected } ({ $term }).
notice-day = { DATETIME($moment, dateStyle: "long") }
notice-time = { DATETIME($moment, dateStyle: "long", timeStyle: "short") }
term-hours = { $number ->
    [one] { $number } godzina
    [few] { $number } godziny
   *[other] { $number } godzin
}
term-days = { $number ->
    [one] { $number } dzień
   *[other] { $number } dni
}
term-working_days = { $number ->
    [one] { $number } dzień roboczy
    [few] { $number } dni robocze
   *[other] { $number } dni roboczych
}
term-working_hours = { $number ->
    [one] { $number } godzina robocza
    [few] { $number } godziny robocze
   *[other] { $number } godzin roboczych
}
term-statutory_months = { $number ->
    [one] { $number } miesiąc
    [few] { $number } miesiące
   *[other] { $number } miesięcy
}

## Discovery of many cities

discovery-contact = Liczba obsługiwanych tu miast: { $count }. Kontakt do każdego z nich podaje dokument discovery jego własnego punktu końcowego; listę tych punktów zawiera { $url }.
discovery-key_service = Liczba obsługiwanych tu miast: { $count }. Jak otrzymać klucz, podaje dokument discovery własnego punktu końcowego każdego miasta; listę tych punktów zawiera { $url }.

## The page for people

page-language-name = Polski
page-languages = Język strony
page-skip = Przejdź do treści
page-title = Zgłoszenia miejskie
page-title-city = Zgłoszenia miejskie: { $city }
page-intro = Zgaszona latarnia, dziura w jezdni, przepełniony kosz: przez tę usługę aplikacje i strony internetowe przekazują miastu, co wymaga naprawy, i pokazują, co się z tym dzieje. Działa ona według otwartego standardu Open311 GeoReport v2, którego używają miasta na całym świecie, dzięki czemu jedna aplikacja może obsługiwać je wszystkie. Ta strona nie jest formularzem zgłoszeń: opisuje, jak podłączyć aplikację.
page-glance = W skrócie
page-cities = Miasta
page-all-cities = Wszystkie miasta
page-initials = Miasta według pierwszej litery
page-no-cities = Nie ma tu jeszcze żadnego miasta.
page-services = Co można zgłosić
page-services-count = { $count ->
    [one] { $count } rodzaj zgłoszeń
    [few] { $count } rodzaje zgłoszeń
   *[many] { $count } rodzajów zgłoszeń
}
page-offered-languages = Języki
page-contact = Kontakt
page-key = Klucz API
page-endpoints = Punkty końcowe
page-endpoint = { $type ->
    [production] Produkcyjny
   *[test] Testowy
}
page-endpoint-use = { $type ->
    [production] Prawdziwe zgłoszenia, którymi zajmuje się miasto.
   *[test] Do prób: zgłoszenia są oddzielone od prawdziwych.
}
page-url = Adres URL
page-formats = Formaty
page-changed = Ostatnia zmiana
page-developers = Dla programistów
page-documentation = Dokumentacja API
page-openapi = Opis OpenAPI
page-discovery = Service Discovery, dla programów
page-jurisdictions = Lista miast, dla programów
page-example = Przykład
page-example-text = Odczyt jest otwarty i nie wymaga klucza. To wywołanie podaje, co można zgłosić w mieście { $city }:
