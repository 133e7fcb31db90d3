# What is sent by mail; see mail.en.ftl.

## To who reported

mail-greeting = Dzień dobry,
mail-received-subject = Przyjęliśmy zgłoszenie: { $title }
mail-received-text = dziękujemy. Zgłoszenie „{ $service }” dotarło do nas ({ $city }). Napiszemy, gdy coś się zmieni.
mail-joined-subject = Obserwują Państwo zgłoszenie: { $title }
mail-joined-text = dziękujemy. Sprawa „{ $service }” była już u nas zgłoszona ({ $city }). Będziemy Państwa informować, co się z nią dzieje.
mail-id_assigned-subject = Zgłoszenie ma numer: { $title }
mail-id_assigned-text = zgłoszenie „{ $service }” zostało zarejestrowane ({ $city }). Prosimy podawać jego numer w razie pytań.
mail-updated-subject = Nowe informacje o zgłoszeniu: { $title }
mail-updated-text = są nowe informacje o Państwa zgłoszeniu „{ $service }” ({ $city }).
mail-closed-subject = Zgłoszenie zamknięte: { $title }
mail-closed-text = zamknęliśmy Państwa zgłoszenie „{ $service }” ({ $city }). Czy sprawa jest załatwiona? Prosimy o krótką odpowiedź, to zajmie chwilę.
mail-reopened-subject = Zgłoszenie znów otwarte: { $title }
mail-reopened-text = Państwa zgłoszenie „{ $service }” jest znów otwarte ({ $city }). Napiszemy, gdy coś się zmieni.
mail-merged-subject = Zgłoszenie prowadzone razem z { $other }: { $title }
mail-merged-text = tę samą sprawę zgłosiły także inne osoby. Państwa zgłoszenie „{ $service }” prowadzimy razem z { $other } ({ $city }). Nadal będziemy Państwa informować, co się z nim dzieje.

mail-wrote = Treść zgłoszenia
mail-reported = Czego dotyczy zgłoszenie
mail-note = Informacja
mail-follow = Zobacz zgłoszenie
mail-opinion = Oceń, czy sprawa jest załatwiona
mail-reason = Otrzymują Państwo tę wiadomość, ponieważ przy zgłoszeniu podano ten adres e-mail ({ $city }).
mail-unsubscribe = Nie chcę więcej wiadomości o tym zgłoszeniu
mail-other = innym zgłoszeniem

## To a unit

mail-unit-assigned-subject = Przydzielono zgłoszenie: { $title }
mail-unit-assigned-text = tym zgłoszeniem zajmuje się teraz: { $unit }.
mail-unit-due_soon-subject = Zbliża się termin: { $title }
mail-unit-due_soon-text = termin załatwienia tego zgłoszenia wkrótce minie. Zajmuje się nim: { $unit }.
mail-unit-overdue-subject = Po terminie: { $title }
mail-unit-overdue-text = termin załatwienia tego zgłoszenia minął, a jest ono nadal otwarte. Zajmuje się nim: { $unit }.
mail-unit-reason = Ta wiadomość trafia do skrzynki, którą miasto wskazało dla jednostki: { $unit } ({ $city }).

## What a mail lists

mail-number = Numer
mail-service = Sprawa
mail-address = Miejsce
mail-state = Stan
mail-expected = Termin
mail-state-of = { $state ->
    [received] przyjęte
    [in_review] sprawdzane
    [accepted] uznane
    [assigned] przydzielone
    [scheduled] zaplanowane
    [in_progress] w toku
    [on_hold] wstrzymane
    [forwarded] przekazane
    [reopened] ponownie otwarte
    [resolved] załatwione
    [rejected] bez dalszych działań
    [duplicate] prowadzone razem z innym zgłoszeniem
    [not_ours] poza naszą właściwością
   *[other] { $state }
}
