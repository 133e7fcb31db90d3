# What is sent by mail; see mail.en.ftl.

## To who reported

mail-greeting = Добрий день!
mail-received-subject = Ми отримали ваше звернення: { $title }
mail-received-text = Дякуємо. Ваше звернення «{ $service }» надійшло до нас ({ $city }). Ми напишемо вам, коли щось зміниться.
mail-joined-subject = Ви стежите за зверненням: { $title }
mail-joined-text = Дякуємо. Про «{ $service }» нам уже повідомляли ({ $city }). Ми повідомлятимемо вас про перебіг справи.
mail-id_assigned-subject = Ваше звернення має номер: { $title }
mail-id_assigned-text = Ваше звернення «{ $service }» зареєстровано ({ $city }). Якщо матимете запитання, вкажіть його номер.
mail-updated-subject = Новини щодо вашого звернення: { $title }
mail-updated-text = Є новини щодо вашого звернення «{ $service }» ({ $city }).
mail-closed-subject = Ваше звернення закрито: { $title }
mail-closed-text = Ваше звернення «{ $service }» закрито ({ $city }). Чи вирішено справу? Будь ласка, скажіть нам, це займе лише хвилину.
mail-reopened-subject = Ваше звернення знову відкрито: { $title }
mail-reopened-text = Ваше звернення «{ $service }» знову відкрито ({ $city }). Ми напишемо вам, коли щось зміниться.
mail-merged-subject = Ваше звернення розглядається разом із { $other }: { $title }
mail-merged-text = Про це саме повідомили й інші. Ваше звернення «{ $service }» розглядається разом із { $other } ({ $city }). Ми й надалі повідомлятимемо вас про перебіг справи.

mail-wrote = Ви написали
mail-reported = Зміст звернення
mail-note = Інформація
mail-follow = Переглянути звернення
mail-opinion = Сказати, чи вирішено справу
mail-reason = Ви отримали цей лист, бо цю адресу електронної пошти вказано у зверненні ({ $city }).
mail-unsubscribe = Більше не надсилати листів про це звернення
mail-other = іншим зверненням

## To a unit

mail-unit-assigned-subject = Передано вам: { $title }
mail-unit-assigned-text = Цим зверненням тепер займається: { $unit }.
mail-unit-due_soon-subject = Наближається термін: { $title }
mail-unit-due_soon-text = Термін розгляду цього звернення невдовзі спливає. Ним займається: { $unit }.
mail-unit-overdue-subject = Термін минув: { $title }
mail-unit-overdue-text = Термін розгляду цього звернення минув, а воно досі відкрите. Ним займається: { $unit }.
mail-unit-reason = Цей лист надходить на скриньку, яку місто вказало для підрозділу: { $unit } ({ $city }).

## What a mail lists

mail-number = Номер
mail-service = Тема
mail-address = Місце
mail-state = Стан
mail-expected = Термін
mail-state-of = { $state ->
    [received] отримано
    [in_review] перевіряється
    [accepted] прийнято
    [assigned] призначено виконавця
    [scheduled] заплановано
    [in_progress] виконується
    [on_hold] призупинено
    [forwarded] передано далі
    [reopened] знову відкрито
    [resolved] вирішено
    [rejected] без подальших дій
    [duplicate] розглядається разом з іншим зверненням
    [not_ours] не належить до нашої компетенції
   *[other] { $state }
}
