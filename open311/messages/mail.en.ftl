# What is sent by mail. A city can have its own words for each of these: messages.yaml.
# $title is the service and, once there is one, the number of the request.

## To who reported

mail-greeting = Hello,
mail-received-subject = We have your report: { $title }
mail-received-text = Thank you. Your report “{ $service }” has reached us ({ $city }). We will write to you when there is news.
mail-joined-subject = You follow a report: { $title }
mail-joined-text = Thank you. “{ $service }” had been reported to us already ({ $city }), and you are now told what becomes of it.
mail-id_assigned-subject = Your report has a number: { $title }
mail-id_assigned-text = Your report “{ $service }” is registered ({ $city }). Please give us its number if you ask about it.
mail-updated-subject = News of your report: { $title }
mail-updated-text = There is news of your report “{ $service }” ({ $city }).
mail-closed-subject = Your report is closed: { $title }
mail-closed-text = Your report “{ $service }” is closed ({ $city }). Has the matter been settled? Please tell us; it takes a moment.
mail-reopened-subject = Your report is open again: { $title }
mail-reopened-text = Your report “{ $service }” is open again ({ $city }). We will write to you when there is news.
mail-merged-subject = Your report is handled together with { $other }: { $title }
mail-merged-text = Others have reported the same. Your report “{ $service }” is handled together with { $other } ({ $city }). You will still be told what becomes of it.

mail-wrote = You wrote
mail-reported = What was reported
mail-note = Note
mail-follow = See your report
mail-opinion = Say if it is settled
mail-reason = You get this mail because you left your e-mail address with a report ({ $city }).
mail-unsubscribe = No more mail about this report
mail-other = another report

## To a unit

mail-unit-assigned-subject = Assigned to you: { $title }
mail-unit-assigned-text = This report is now with { $unit }.
mail-unit-due_soon-subject = Due soon: { $title }
mail-unit-due_soon-text = The time for this report is nearly over. It is with { $unit }.
mail-unit-overdue-subject = Overdue: { $title }
mail-unit-overdue-text = The time for this report is over, and it is still open. It is with { $unit }.
mail-unit-reason = This mail goes to the mailbox that the city has set for { $unit } ({ $city }).

## What a mail lists

mail-number = Number
mail-service = About
mail-address = Place
mail-state = Status
mail-expected = To be done by
mail-state-of = { $state ->
    [received] received
    [in_review] being examined
    [accepted] accepted
    [assigned] assigned
    [scheduled] scheduled
    [in_progress] being worked on
    [on_hold] on hold
    [forwarded] passed on
    [reopened] open again
    [resolved] settled
    [rejected] not taken up
    [duplicate] handled with another report
    [not_ours] not our responsibility
   *[other] { $state }
}
