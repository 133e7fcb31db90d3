# Die Seiten für Bürgerinnen und Bürger; siehe residents.en.ftl.

my-language-name = Deutsch
my-languages = Sprache dieser Seite
my-skip = Zum Inhalt springen
my-brand = Meine Meldungen
my-wrong-input = Bitte prüfen Sie Ihre Angaben.

## One request

my-number = Nummer
my-waiting = noch keine; sie wird in Kürze vergeben
my-city = Stadt
my-state = Stand
my-unit = Zuständig
my-address = Ort
my-requested = Gemeldet
my-updated = Letzte Änderung
my-expected = Zu erledigen bis
my-wrote = Sie schrieben
my-reported = Was gemeldet wurde
my-answers = Ihre Angaben
my-photos = Fotos
my-photo = Foto { $number } von { $count }
my-addresses = Bilder und Seiten an anderen Stellen
my-history = Was bisher geschah
my-received = Meldung eingegangen
my-note = Hinweis
my-attached = Fotos hinzugefügt
my-not-public = Diese Meldung ist nicht öffentlich. Bitte geben Sie die Adresse dieser Seite nicht weiter: Wer sie hat, sieht die Meldung.
my-private = Diese Seite ist nur für Sie. Bitte geben Sie ihre Adresse nicht weiter: Wer sie hat, sieht die Meldung.
my-hidden = Diese Meldung ist nicht mehr öffentlich, daher können wir nur wenig zeigen.
my-merged = Sie wird zusammen mit einer anderen Meldung bearbeitet
my-merged-text = Dasselbe haben auch andere gemeldet. Was geschieht, steht dort, und Sie erfahren es weiterhin.
my-ask-opinion = Sagen, ob die Sache erledigt ist
my-ask-opinion-text = Diese Meldung ist abgeschlossen. Ist die Sache erledigt? Die Antwort dauert nur einen Augenblick.
my-mail = Nachrichten
my-mail-on = Wir schreiben Ihnen, sobald es zu dieser Meldung etwas Neues gibt.
my-mail-off = Sie erhalten keine Nachrichten mehr zu dieser Meldung.
my-unsubscribe = Keine Nachrichten mehr zu dieser Meldung

## An opinion

my-opinion = Ist die Sache erledigt?
my-opinion-about = Zu Ihrer Meldung: { $title }
my-resolved = Ist die Sache erledigt?
my-yes = Ja
my-no = Nein
my-reopens = Wenn nicht, kann die Meldung wieder geöffnet werden.
my-rating = Wie zufrieden sind Sie mit der Bearbeitung? (freiwillig)
my-rating-of = { $number } von 5
my-rating-low = 1: gar nicht
my-rating-high = 5: sehr
my-comment = Was möchten Sie uns sagen? (freiwillig)
my-comment-hint = Das liest nur die Stadt. Höchstens { NUMBER($most, useGrouping: 0) } Zeichen.
my-send = Absenden
my-choose = Bitte wählen Sie Ja oder Nein.
my-comment-long = Der Text ist zu lang: höchstens { NUMBER($most, useGrouping: 0) } Zeichen.
my-thanks = Vielen Dank
my-thanks-kept = Ihre Meinung ist bei uns angekommen.
my-thanks-reopened = Ihre Meinung ist bei uns angekommen, und Ihre Meldung ist wieder offen. Sie erfahren, was daraus wird.
my-thanks-too_late = Ihre Meinung ist bei uns angekommen. Die Zeit, in der eine Meldung wieder geöffnet wird, ist vorbei: Wenn die Sache nicht erledigt ist, melden Sie sie bitte erneut.
my-see-request = Meldung ansehen

## Mail, and no mail

my-unsubscribe-title = Keine Nachrichten mehr?
my-unsubscribe-text = Sie erfahren dann nicht mehr, was aus dieser Meldung wird: { $title }
my-unsubscribe-do = Keine Nachrichten mehr
my-unsubscribed = Sie erhalten keine Nachrichten mehr
my-unsubscribed-text = Wir schreiben Ihnen nicht mehr zu dieser Meldung: { $title }
my-subscribe = Doch wieder Nachrichten erhalten
my-subscribed = Sie erhalten wieder Nachrichten
my-subscribed-text = Wir schreiben Ihnen, sobald es zu dieser Meldung etwas Neues gibt: { $title }

## All of one's own

my-enter = Meine Meldungen
my-enter-text = Geben Sie die E-Mail-Adresse ein, die Sie bei Ihren Meldungen angegeben haben. Wir senden Ihnen einen Link zu allen.
my-email = E-Mail-Adresse
my-email-wrong = An diese Adresse kann keine E-Mail gesendet werden. Eine Adresse sieht zum Beispiel so aus: name@example.org
my-enter-do = Link senden
my-sent = Bitte sehen Sie in Ihr Postfach
my-sent-text = Wenn es Meldungen mit der Adresse { $email } gibt, ist eine E-Mail mit einem Link unterwegs. Das kann einige Minuten dauern; bitte sehen Sie auch im Spam nach. Der Link gilt { $minutes } Minuten.
my-sent-again = An eine Adresse senden wir höchstens { $most } Links in der Stunde.
my-login = Meine Meldungen zeigen
my-login-text = Mit dieser Schaltfläche sehen Sie alle Meldungen mit Ihrer E-Mail-Adresse, auf diesem Gerät, höchstens { $hours } Stunden lang.
my-list = Meine Meldungen
my-list-none = Es gibt keine Meldungen mit Ihrer E-Mail-Adresse.
my-list-part = Seite { $page }
my-list-newer = Neuere
my-list-older = Ältere
my-joined = verfolgt
my-logout = Beenden
my-logout-text = Auf einem Gerät, das auch andere benutzen, beenden Sie bitte, wenn Sie fertig sind.

my-mail-subject = Der Link zu Ihren Meldungen
my-mail-greeting = Guten Tag,
my-mail-text = dieser Link zeigt alle Meldungen, die mit Ihrer E-Mail-Adresse gesendet wurden. Er kann einmal benutzt werden. Wenn nicht Sie darum gebeten haben, brauchen Sie nichts zu tun: Niemand sonst hat ihn.
my-mail-page = Meine Meldungen zeigen
my-mail-good-for = Gültig
my-mail-minutes = { $minutes } Minuten
my-mail-reason = Sie erhalten diese Nachricht, weil jemand nach den Meldungen mit dieser E-Mail-Adresse gefragt hat.

## Joining

my-join = Betrifft das auch Sie?
my-join-text = Das ist bereits gemeldet. Mit Ihrer E-Mail-Adresse erfahren auch Sie, was daraus wird.
my-first-name = Vorname (freiwillig)
my-last-name = Nachname (freiwillig)
my-name-long = Der Text ist zu lang: höchstens { $most } Zeichen.
my-join-privacy = Ihre Angaben sieht nur die Stadt. Sie werden einige Zeit nach dem Abschluss der Meldung gelöscht.
my-join-do = Auch mir Bescheid geben
my-join-done = Bitte sehen Sie in Ihr Postfach
my-join-done-text = Eine E-Mail mit einem Link zu dieser Meldung ist unterwegs, sofern Sie nicht schon vorher davon erfuhren.

## What can go wrong

my-invalid = Dieser Link funktioniert nicht
my-invalid-text = Vielleicht fehlt ein Teil davon. Bitte öffnen Sie ihn noch einmal aus der E-Mail, oder kopieren Sie ihn ganz.
my-expired = Dieser Link ist zu alt
my-expired-text = Bitte fordern Sie einen neuen an.
my-used = Dieser Link wurde schon benutzt
my-used-text = Er gilt nur einmal. Bitte fordern Sie einen neuen an.
my-earlier = Das betrifft einen früheren Abschluss
my-earlier-text = Seit jener E-Mail wurde die Meldung wieder geöffnet oder erneut abgeschlossen. Ihre Seite zeigt den jetzigen Stand.
my-gone = Hier ist nichts mehr
my-gone-text = Personenbezogene Daten werden einige Zeit nach dem Abschluss einer Meldung gelöscht, und mit ihnen diese Seite. Sie erhalten dazu keine Nachrichten mehr.
my-closed = Dieser Meldung kann man sich nicht anschließen
my-closed-text = Sie ist abgeschlossen, oder solche Meldungen sind anonym. Wenn die Sache Sie noch betrifft, melden Sie sie bitte erneut.
my-busy = Jemand war schneller
my-busy-text = Die Meldung wurde gerade geändert. Bitte versuchen Sie es noch einmal.
my-login-needed = Bitte fordern Sie einen Link an
my-login-needed-text = Um Ihre Meldungen zu sehen, brauchen Sie einen Link, den wir per E-Mail senden. Er zeigt sie { $hours } Stunden lang.
my-unknown = Diese Seite gibt es nicht
my-unknown-text = Vielleicht fehlt ein Teil der Adresse.
my-method = Das geht hier nicht
my-method-text = Diese Seite kann so nicht aufgerufen werden.
my-large = Das ist zu viel
my-large-text = Es wurde mehr gesendet, als diese Seite liest.
my-form = Das konnte nicht gelesen werden
my-form-text = Bitte gehen Sie zurück, und versuchen Sie es noch einmal.
my-many = Im Augenblick fragen zu viele
my-many-text = Bitte versuchen Sie es in einiger Zeit noch einmal.
my-https = Nur über https
my-https-text = Diese Seite wird nur über eine verschlüsselte Verbindung gezeigt.
my-away = Vorübergehend nicht verfügbar
my-away-text = Bitte versuchen Sie es in Kürze noch einmal.
my-internal = Bei uns ist ein Fehler aufgetreten
my-internal-text = Bitte geben Sie bei Rückfragen die Kennung { $reference } an.
