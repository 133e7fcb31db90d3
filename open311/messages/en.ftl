# What a client is told when something is wrong. { $value } is what was sent, cut to a sane length.

## The call as a whole

path-unknown = There is no such resource. Resources end in .xml or .json.
method = The method { $method } is not available here.
http = The request cannot be read: { $name }.
internal = The service made a mistake. Please quote the reference { $reference }.
unavailable = The service is not available for the moment. Please try again in a little while.
https-required = Reports are only taken over https.

query-encoding = The query string is not UTF-8.
query-escape = The query string has a broken percent-escape.
body-encoding = The body is not UTF-8.
body-escape = The body has a broken percent-escape.
body-charset = The body is said to be { $charset }; only utf-8 is read.
body-type = A body of the type { $type } is not read; send application/x-www-form-urlencoded or multipart/form-data.
body-too-large = The body is too large; at most { NUMBER($bytes, useGrouping: 0) ->
    [one] { NUMBER($bytes, useGrouping: 0) } byte is
   *[other] { NUMBER($bytes, useGrouping: 0) } bytes are
} read.
too-many-fields = There are too many fields; at most { $most ->
    [one] { $most } is
   *[other] { $most } are
} read.
file-refused = { $name }: a file is only taken in a part with the name media, media[], photo1, photo2 … or file_1.
picture-empty = { $name }: the file is empty.
picture-large = { $name }: the file is larger than { $most } MB.
picture-kind = { $name }: the file is no picture in JPEG, PNG, WebP or HEIC.
picture-broken = { $name }: the picture is incomplete or damaged.
picture-pixels = { $name }: the picture has more than { $most } million pixels.
picture-foreign = { $name }: the file is more than a picture; it holds a page, a program or a document.
pictures-too-many = { $number ->
    [one] { $number } file was
   *[other] { $number } files were
} sent; at most { $most ->
    [one] { $most } is
   *[other] { $most } are
} taken.
control-characters = { $name }: control characters are not allowed.

## Jurisdiction, key, service

jurisdiction-missing = jurisdiction_id is missing; it is one of: { $jurisdictions }.
jurisdiction-missing-of-many = jurisdiction_id is missing; { $url } lists the { $count } that there are.
jurisdiction-unknown = jurisdiction_id: there is no jurisdiction “{ $value }”.
jurisdiction-other = jurisdiction_id: this endpoint serves { $jurisdiction }, not “{ $value }”.
key-missing = api_key is missing.
key-invalid = api_key: the key is not valid for { $jurisdiction }.
key-over-limit = At most { $most } calls a minute are taken with this api_key; try again in { $seconds } s.
service-missing = service_code is missing.
service-unknown = service_code: there is no service “{ $value }”.
request-unknown = service_request_id: there is no request “{ $value }”.
state-not-allowed = A request that is { $state } cannot become { $following }; it can become: { $allowed }.
request-changed = Somebody else has changed the request since; its version is { $version } by now.
reporter-required = { $parameter }: who reports this must say who they are: first_name, last_name, and email or phone.
update-id-reused = update_id: another update was sent as “{ $value }” before.
token-unknown = token: there is no token “{ $value }”.
photo-unknown = There is no photo “{ $value }”.
idempotency-key = Idempotency-Key: at most { $longest ->
    [one] { $longest } printable ASCII character
   *[other] { $longest } printable ASCII characters
}.
idempotency-key-reused = Idempotency-Key: the key was used with another body within 24 hours.

## Arguments

argument-missing = { $parameter } is missing.
repeated = { $parameter } was sent with different values; send it once.
too-long = { $parameter } has { $length ->
    [one] { $length } character
   *[other] { $length } characters
}; at most { $longest ->
    [one] { $longest } is
   *[other] { $longest } are
} allowed.
moment = { $parameter }: “{ $value }” is no date and time with a time zone, such as 2026-03-29T03:10:00+02:00 or 2026-03-29T01:10:00Z.
moment-impossible = { $parameter }: there is no such date and time as “{ $value }”.
coordinate = { $parameter }: “{ $value }” is no number in degrees, such as 51.1079.
coordinate-comma = { $parameter }: “{ $value }” has a comma; write the decimals after a point, such as 51.1079.
coordinate-range = { $parameter }: “{ $value }” is not between -{ $limit } and { $limit }.
counting = { $parameter }: “{ $value }” is no whole number from 1 to { NUMBER($most, useGrouping: 0) }.
choice = { $parameter }: “{ $value }” is none of: { $choices }.
too-many-codes = { $parameter } has { $number ->
    [one] { $number } value
   *[other] { $number } values
}; at most { $most ->
    [one] { $most } is
   *[other] { $most } are
} allowed.
web-address = { $parameter }: “{ $value }” is no http or https URL.
period-order = start: it must be before end.
start-after-end = start_date is after end_date.
span-too-long = start_date and end_date are { $days ->
    [one] { $days } day
   *[other] { $days } days
} apart; at most { $most ->
    [one] { $most } is
   *[other] { $most } are
} allowed.
after-unknown = after: there is no request “{ $value }”.

## Places

half-coordinate = { $missing } is missing: { $given } was sent, and both are needed.
location-missing = A location is missing: send lat and long, or address_string, or address_id.
address-unknown = address_id: the address register has no “{ $value }”.
point-swapped = lat, long: the point { $lat }, { $long } is not in { $city }; with lat and long exchanged it would be.
point-elsewhere = lat, long: the point { $lat }, { $long } is not in { $city } but in the jurisdiction { $jurisdictions }.
point-outside = lat, long: the point { $lat }, { $long } is not in { $city }; it is { $kilometres ->
    [0] less than 0.1
   *[other] { $kilometres }
} km from its boundary, to the { $direction ->
    [N] north
    [NE] north-east
    [E] east
    [SE] south-east
    [S] south
    [SW] south-west
    [W] west
   *[NW] north-west
}.

## Attributes of a service

attribute-required = attribute[{ $code }] is required.
attribute-repeated = attribute[{ $code }] takes one value; different ones were sent.
attribute-choice = attribute[{ $code }]: “{ $value }” is none of: { $keys }.
attribute-number = attribute[{ $code }]: “{ $value }” is no number, such as 12.5.
attribute-datetime = attribute[{ $code }]: “{ $value }” is no date, such as 2026-03-29 or 2026-03-29T03:10:00+02:00.
attribute-string = attribute[{ $code }] is a single line; “{ $value }” has line breaks.

## Rights, accounts, keys

right-missing = The right { $act } is missing for { $jurisdiction }.
right-missing-everywhere = The right { $act } is missing for all jurisdictions together.
right-missing-anywhere = The right { $act } is missing.
no-jurisdiction = There is no jurisdiction “{ $value }”.
no-unit = There is no unit “{ $value }” in { $jurisdiction }.
no-account = There is no account “{ $value }”.
no-key = There is no valid key { $number }.
no-destination = There is no destination “{ $value }” in { $jurisdiction }.
no-delivery = There is no delivery { $value } in { $jurisdiction }, or it is being tried right now.
secret-is-theirs = The destination “{ $value }” is an endpoint of GeoReport: its secret is the api_key that you were given there.
secret-of-webhook = The secret of a webhook is whsec_ and { $fewest } to { $most } bytes in base64.
none-of = { $name }: “{ $value }” is none of: { $choices }.
no-line = { $name } must be a line of 1 to { $longest } printable characters.
no-email = “{ $value }” is no e-mail address.
account-exists = There is an account { $email } already.
account-state = The account { $email } is { $state ->
    [disabled] disabled
   *[enabled] enabled
} already.
place-of-inter-city-administrator = The role { $role } is held in all jurisdictions: it takes no jurisdiction and no unit.
place-of-city-administrator = The role { $role } needs a jurisdiction and takes no unit.
place-of-unit-officer = The role { $role } needs a jurisdiction and a unit.
place-of-auditor = The role { $role } takes no unit.
role-held = { $email } has this role already.
role-not-held = { $email } does not have this role.
last-administrator = { $email } is the last inter-city administrator. Only the shell of the server can change that.
key-without-scope = A key needs a scope.
key-without-account = A key without an account can have no scope but report.
key-without-jurisdiction = A key that reports must name its jurisdictions.
scope-not-held = The scope { $scope } can only be given by who has it.
expiry-past = The moment of expiry is past already.

## The API of administrators

admin-https = Administrators are only answered over https.
admin-path-unknown = There is no such resource; /admin/api/openapi.json describes those that there are.
bearer-missing = The key of an account is missing: send it as “Authorization: Bearer o311_…”.
bearer-invalid = The key is not valid.
bearer-reports = This key belongs to no account; it is good for sending reports only.
if-match-missing = If-Match is missing: send the revision or version that the change is based on, such as If-Match: "7".
if-match = If-Match: “{ $value }” is no revision or version, such as "7".
revision-stale = Another revision is in force: { $revision }, since { $since }, by { $actor } ({ $reason }).
revision-unknown = { $jurisdiction } has no revision { $revision }.
jurisdiction-there = There is a jurisdiction { $jurisdiction } already.
jurisdiction-differs = The configuration is of { $value }, not of { $jurisdiction }.
configuration-too-large = The configuration consists of more than { $most } values.
point-not-inside = lat, long: the point { $lat }, { $long } is not in { $jurisdiction }.
attribute-unknown = attribute[{ $code }] is not asked; the service asks for: { $codes }.
register-type = An address register of the type { $type } is not read; send one of: { $types }.
meanwhile = Somebody else has changed the same at this moment. Please look again.
and-more = There is more: { $number }.
field = { $name }: { $problem }
body-json-type = The body must be JSON and say so: Content-Type: application/json.
body-json = The body is no JSON: { $reason }.
body-repeated = The body has the name “{ $name }” twice in one object.
body-deep = The body is nested more than { $most } deep.
body-number = The body has a number that is too large.

## Requests, as officers handle them

merge-itself = A request cannot be merged into itself.
merge-endpoint = { $value } is of another endpoint.
merge-duplicate = { $value } is a duplicate itself; it was merged into { $original }.
publication-never = Requests of the service { $service } are never shown in public.
moderation-empty = Send publication, public_description or both.
picture-missing = There is no picture in the body.
body-multipart-type = Pictures are sent as multipart/form-data.

## Joining and opinions, as residents do

join-email = email: without an e-mail address nobody can be told.
join-closed = { $value } is closed already. Please report it anew if it is there again.
join-anonymous = Reports of this service are anonymous: nobody can join them.
opinion-rating = rating: it is a number from { $least } to { $most }.
opinion-outdated = The report was opened again after this link was made. Please use the newest link that you were sent.

## What the public is told of a request that was merged

merged = This is about the same matter as another report, and is followed up there.
merged-into = This is about the same matter as the report { $value }, and is followed up there.

## Links that we sign

link-invalid = This link is not valid. Perhaps a part of it was lost when it was copied.
link-expired = This link is no longer valid, as it is too old. Please ask for a new one.

## What a reporter is told of the term

notice-expected = Expected to be dealt with by { $expected } ({ $term }).
notice-day = { DATETIME($moment, dateStyle: "long") }
notice-time = { DATETIME($moment, dateStyle: "long", timeStyle: "short") }
term-hours = { $number ->
    [one] { $number } hour
   *[other] { $number } hours
}
term-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
term-working_days = { $number ->
    [one] { $number } working day
   *[other] { $number } working days
}
term-working_hours = { $number ->
    [one] { $number } working hour
   *[other] { $number } working hours
}
term-statutory_months = { $number ->
    [one] { $number } month
   *[other] { $number } months
}

## Discovery of many cities

discovery-contact = { $count } cities are served here. How to reach each of them is told by the discovery document of its own endpoint; the endpoints are listed at { $url }.
discovery-key_service = { $count } cities are served here. How to get a key is told by the discovery document of each city's own endpoint; the endpoints are listed at { $url }.

## The page for people

page-language-name = English
page-languages = Language of this page
page-skip = Skip to the content
page-title = City reports
page-title-city = City reports: { $city }
page-intro = A dark street lamp, a pothole, an overflowing bin: through this service, apps and websites bring what is wrong to the city and show what becomes of it. It speaks Open311 GeoReport v2, an open standard used by cities around the world, so that one app can work with all of them. This page is no form for reports; it tells how to connect an app.
page-glance = At a glance
page-cities = Cities
page-all-cities = All cities
page-initials = Cities by initial letter
page-no-cities = No city is served here yet.
page-services = What can be reported
page-services-count = { $count ->
    [one] { $count } kind of report
   *[other] { $count } kinds of reports
}
page-offered-languages = Languages
page-contact = Contact
page-key = API key
page-endpoints = Endpoints
page-endpoint = { $type ->
    [production] Production
   *[test] Test
}
page-endpoint-use = { $type ->
    [production] Real reports, for the city to act on.
   *[test] For trying things out: requests are kept apart from the real ones.
}
page-url = URL
page-formats = Formats
page-changed = Last change
page-developers = For developers
page-documentation = API documentation
page-openapi = OpenAPI description
page-discovery = Service Discovery, for programs
page-jurisdictions = List of cities, for programs
page-example = Example
page-example-text = Reading is open and needs no key. This call lists what can be reported to the city { $city }:
