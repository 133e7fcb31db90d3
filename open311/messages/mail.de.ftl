# What is sent by mail; see mail.en.ftl.

## To who reported

mail-greeting = Guten Tag,
mail-received-subject = Wir haben Ihre Meldung: { $title }
mail-received-text = vielen Dank. Ihre Meldung „{ $service }“ ist bei uns eingegangen ({ $city }). Wir schreiben Ihnen, sobald es etwas Neues gibt.
mail-joined-subject = Sie verfolgen eine Meldung: { $title }
mail-joined-text = vielen Dank. „{ $service }“ wurde uns bereits gemeldet ({ $city }). Wir sagen nun auch Ihnen, was daraus wird.
mail-id_assigned-subject = Ihre Meldung hat eine Nummer: { $title }
mail-id_assigned-text = Ihre Meldung „{ $service }“ ist erfasst ({ $city }). Bitte geben Sie bei Fragen ihre Nummer an.
mail-updated-subject = Neues zu Ihrer Meldung: { $title }
mail-updated-text = zu Ihrer Meldung „{ $service }“ gibt es etwas Neues ({ $city }).
mail-closed-subject = Ihre Meldung ist abgeschlossen: { $title }
mail-closed-text = Ihre Meldung „{ $service }“ ist abgeschlossen ({ $city }). Ist die Sache erledigt? Bitte sagen Sie es uns, es dauert nur einen Augenblick.
mail-reopened-subject = Ihre Meldung ist wieder offen: { $title }
mail-reopened-text = Ihre Meldung „{ $service }“ ist wieder offen ({ $city }). Wir schreiben Ihnen, sobald es etwas Neues gibt.
mail-merged-subject = Ihre Meldung wird zusammen mit { $other } bearbeitet: { $title }
mail-merged-text = dasselbe haben auch andere gemeldet. Ihre Meldung „{ $service }“ wird zusammen mit { $other } bearbeitet ({ $city }). Sie erfahren weiterhin, was daraus wird.

mail-wrote = Sie schrieben
mail-reported = Was gemeldet wurde
mail-note = Mitteilung
mail-follow = Meldung ansehen
mail-opinion = Sagen, ob die Sache erledigt ist
mail-reason = Sie erhalten diese Nachricht, weil bei einer Meldung diese E-Mail-Adresse angegeben wurde ({ $city }).
mail-unsubscribe = Keine Nachrichten mehr zu dieser Meldung
mail-other = einer anderen Meldung

## To a unit

mail-unit-assigned-subject = Ihnen zugewiesen: { $title }
mail-unit-assigned-text = für diese Meldung ist jetzt zuständig: { $unit }.
mail-unit-due_soon-subject = Bald fällig: { $title }
mail-unit-due_soon-text = die Frist für diese Meldung läuft bald ab. Zuständig ist: { $unit }.
mail-unit-overdue-subject = Überfällig: { $title }
mail-unit-overdue-text = die Frist für diese Meldung ist abgelaufen, und sie ist noch offen. Zuständig ist: { $unit }.
mail-unit-reason = Diese Nachricht geht an das Postfach, das die Stadt für diese Stelle angegeben hat: { $unit } ({ $city }).

## What a mail lists

mail-number = Nummer
mail-service = Anliegen
mail-address = Ort
mail-state = Stand
mail-expected = Frist
mail-state-of = { $state ->
    [received] eingegangen
    [in_review] wird geprüft
    [accepted] angenommen
    [assigned] zugewiesen
    [scheduled] eingeplant
    [in_progress] in Arbeit
    [on_hold] zurückgestellt
    [forwarded] weitergeleitet
    [reopened] wieder offen
    [resolved] erledigt
    [rejected] wird nicht weiter verfolgt
    [duplicate] wird mit einer anderen Meldung bearbeitet
    [not_ours] nicht in unserer Zuständigkeit
   *[other] { $state }
}
