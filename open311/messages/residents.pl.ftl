# Strony mieszkańców; zob. residents.en.ftl.

my-language-name = Polski
my-languages = Język strony
my-skip = Przejdź do treści
my-brand = Moje zgłoszenia
my-wrong-input = Prosimy sprawdzić wpisane dane.

## One request

my-number = Numer
my-waiting = jeszcze go nie ma; zostanie wkrótce nadany
my-city = Miasto
my-state = Stan
my-unit = Zajmuje się tym
my-address = Miejsce
my-requested = Zgłoszono
my-updated = Ostatnia zmiana
my-expected = Termin
my-wrote = Treść zgłoszenia
my-reported = Czego dotyczy zgłoszenie
my-answers = Państwa odpowiedzi
my-photos = Zdjęcia
my-photo = Zdjęcie { $number } z { $count }
my-addresses = Zdjęcia i strony w innych miejscach
my-history = Przebieg sprawy
my-received = Przyjęto zgłoszenie
my-note = Informacja
my-attached = Dodano zdjęcia
my-not-public = To zgłoszenie nie jest publiczne. Prosimy nie przekazywać adresu tej strony: kto go ma, widzi zgłoszenie.
my-private = Ta strona jest tylko dla Państwa. Prosimy nie przekazywać jej adresu: kto go ma, widzi zgłoszenie.
my-hidden = To zgłoszenie nie jest już publiczne, dlatego możemy pokazać niewiele.
my-merged = Sprawa jest prowadzona razem z innym zgłoszeniem
my-merged-text = To samo zgłosiły także inne osoby. Przebieg sprawy opisujemy tam i nadal o nim Państwa informujemy.
my-ask-opinion = Oceń, czy sprawa jest załatwiona
my-ask-opinion-text = To zgłoszenie jest zamknięte. Czy sprawa jest załatwiona? Odpowiedź zajmie chwilę.
my-mail = Wiadomości
my-mail-on = Piszemy do Państwa, gdy w tej sprawie coś się zmieni.
my-mail-off = Nie otrzymują Państwo więcej wiadomości o tym zgłoszeniu.
my-unsubscribe = Nie chcę więcej wiadomości o tym zgłoszeniu

## An opinion

my-opinion = Czy sprawa jest załatwiona?
my-opinion-about = Dotyczy zgłoszenia: { $title }
my-resolved = Czy sprawa została załatwiona?
my-yes = Tak
my-no = Nie
my-reopens = Jeśli nie, zgłoszenie może zostać ponownie otwarte.
my-rating = Jak oceniają Państwo sposób załatwienia sprawy? (nieobowiązkowe)
my-rating-of = { $number } na 5
my-rating-low = 1: bardzo źle
my-rating-high = 5: bardzo dobrze
my-comment = Co chcą nam Państwo przekazać? (nieobowiązkowe)
my-comment-hint = Przeczyta to tylko miasto. Najwyżej { NUMBER($most, useGrouping: 0) } znaków.
my-send = Wyślij
my-choose = Prosimy wybrać „tak” albo „nie”.
my-comment-long = Tekst jest za długi: najwyżej { NUMBER($most, useGrouping: 0) } znaków.
my-thanks = Dziękujemy
my-thanks-kept = Państwa opinia do nas dotarła.
my-thanks-reopened = Państwa opinia do nas dotarła, a zgłoszenie jest znów otwarte. Będziemy informować, co się z nim dzieje.
my-thanks-too_late = Państwa opinia do nas dotarła. Czas, w którym zgłoszenie może zostać ponownie otwarte, już minął: jeśli sprawa nie jest załatwiona, prosimy zgłosić ją jeszcze raz.
my-see-request = Zobacz zgłoszenie

## Mail, and no mail

my-unsubscribe-title = Bez dalszych wiadomości?
my-unsubscribe-text = Nie będziemy już informować, co się dzieje z tym zgłoszeniem: { $title }
my-unsubscribe-do = Nie chcę więcej wiadomości
my-unsubscribed = Nie wyślemy więcej wiadomości
my-unsubscribed-text = Nie piszemy już do Państwa o tym zgłoszeniu: { $title }
my-subscribe = Chcę znów otrzymywać wiadomości
my-subscribed = Znów będziemy pisać
my-subscribed-text = Piszemy do Państwa, gdy w tej sprawie coś się zmieni: { $title }

## All of one's own

my-enter = Moje zgłoszenia
my-enter-text = Prosimy wpisać adres e-mail podany przy zgłoszeniach. Wyślemy link do wszystkich.
my-email = Adres e-mail
my-email-wrong = Na taki adres nie można wysłać wiadomości. Adres wygląda na przykład tak: imie@example.org
my-enter-do = Wyślij link
my-sent = Prosimy sprawdzić pocztę
my-sent-text = Jeśli są zgłoszenia z adresem { $email }, wiadomość z linkiem jest już w drodze. Może to potrwać kilka minut; prosimy zajrzeć także do spamu. Link jest ważny { $minutes } minut.
my-sent-again = Na jeden adres wysyłamy najwyżej { $most } linki na godzinę.
my-login = Pokaż moje zgłoszenia
my-login-text = Po naciśnięciu przycisku zobaczą Państwo wszystkie zgłoszenia ze swoim adresem e-mail, na tym urządzeniu, najwyżej przez { $hours } godzin.
my-list = Moje zgłoszenia
my-list-none = Nie ma zgłoszeń z Państwa adresem e-mail.
my-list-part = Strona { $page }
my-list-newer = Nowsze
my-list-older = Starsze
my-joined = obserwowane
my-logout = Zakończ
my-logout-text = Na urządzeniu, z którego korzystają także inni, prosimy na koniec nacisnąć „Zakończ”.

my-mail-subject = Link do Państwa zgłoszeń
my-mail-greeting = Dzień dobry,
my-mail-text = ten link pokazuje wszystkie zgłoszenia wysłane z Państwa adresem e-mail. Można go użyć raz. Jeśli to nie Państwo o niego prosili, nie trzeba nic robić: nikt inny go nie ma.
my-mail-page = Pokaż moje zgłoszenia
my-mail-good-for = Ważny
my-mail-minutes = { $minutes } minut
my-mail-reason = Otrzymują Państwo tę wiadomość, ponieważ ktoś poprosił o zgłoszenia z tym adresem e-mail.

## Joining

my-join = Czy dotyczy to także Państwa?
my-join-text = Ta sprawa jest już zgłoszona. Wystarczy podać adres e-mail, a będziemy informować, co się z nią dzieje.
my-first-name = Imię (nieobowiązkowe)
my-last-name = Nazwisko (nieobowiązkowe)
my-name-long = Tekst jest za długi: najwyżej { $most } znaków.
my-join-privacy = Wpisane dane widzi tylko miasto. Są usuwane jakiś czas po zamknięciu zgłoszenia.
my-join-do = Informujcie także mnie
my-join-done = Prosimy sprawdzić pocztę
my-join-done-text = Wiadomość z linkiem do tego zgłoszenia jest w drodze, chyba że już wcześniej o nim informowaliśmy.

## What can go wrong

my-invalid = Ten link nie działa
my-invalid-text = Być może brakuje jego części. Prosimy otworzyć go jeszcze raz z wiadomości albo skopiować w całości.
my-expired = Ten link jest już nieważny
my-expired-text = Prosimy poprosić o nowy.
my-used = Ten link został już użyty
my-used-text = Można go użyć tylko raz. Prosimy poprosić o nowy.
my-earlier = To dotyczy wcześniejszego zamknięcia
my-earlier-text = Od tamtej wiadomości zgłoszenie otwarto ponownie albo zamknięto na nowo. Jego strona pokazuje obecny stan.
my-gone = Tu już nic nie ma
my-gone-text = Dane osobowe usuwamy jakiś czas po zamknięciu zgłoszenia, a z nimi tę stronę. Nie wyślemy więcej wiadomości w tej sprawie.
my-closed = Do tego zgłoszenia nie można dołączyć
my-closed-text = Jest zamknięte albo takie zgłoszenia są anonimowe. Jeśli sprawa nadal Państwa dotyczy, prosimy zgłosić ją jeszcze raz.
my-busy = Ktoś był szybszy
my-busy-text = Zgłoszenie zostało właśnie zmienione. Prosimy spróbować ponownie.
my-login-needed = Prosimy poprosić o link
my-login-needed-text = Aby zobaczyć swoje zgłoszenia, potrzebny jest link, który wysyłamy e-mailem. Pokazuje je przez { $hours } godzin.
my-unknown = Nie ma takiej strony
my-unknown-text = Być może brakuje części adresu.
my-method = Tu się tak nie da
my-method-text = Tej strony nie można wywołać w ten sposób.
my-large = To za dużo
my-large-text = Wysłano więcej, niż ta strona czyta.
my-form = Nie udało się tego odczytać
my-form-text = Prosimy wrócić i spróbować ponownie.
my-many = Zbyt wiele osób pyta w tej chwili
my-many-text = Prosimy spróbować za jakiś czas.
my-https = Tylko przez https
my-https-text = Tę stronę pokazujemy tylko przez szyfrowane połączenie.
my-away = Chwilowo niedostępne
my-away-text = Prosimy spróbować za chwilę.
my-internal = Coś poszło nie tak po naszej stronie
my-internal-text = W razie pytań prosimy podać oznaczenie { $reference }.
