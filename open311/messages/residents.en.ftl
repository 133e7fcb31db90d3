# The pages of residents, which are reached by a link, and the mail that has one to them all.

my-language-name = English
my-languages = Language of this page
my-skip = Skip to the content
my-brand = My reports
my-wrong-input = Please check what you typed.

## One request

my-number = Number
my-waiting = none yet; it will be given in a little while
my-city = City
my-state = Status
my-unit = Handled by
my-address = Place
my-requested = Reported
my-updated = Last change
my-expected = To be done by
my-wrote = You wrote
my-reported = What was reported
my-answers = Your answers
my-photos = Photos
my-photo = Photo { $number } of { $count }
my-addresses = Pictures and pages elsewhere
my-history = What has happened
my-received = Report received
my-note = Note
my-attached = Photos added
my-not-public = This report is not public. Do not pass this page’s address on: whoever has it can see the report.
my-private = This page is yours. Do not pass its address on: whoever has it can see the report.
my-hidden = This report is not public any more, so there is little that we can show.
my-merged = It is handled together with another report
my-merged-text = Others have reported the same. What is done is told there, and you are still told of it.
my-ask-opinion = Say if it is settled
my-ask-opinion-text = This report is closed. Has the matter been settled? Telling us takes a moment.
my-mail = Messages
my-mail-on = We write to you when there is news of this report.
my-mail-off = You get no more mail about this report.
my-unsubscribe = No more mail about this report

## An opinion

my-opinion = Is it settled?
my-opinion-about = About your report: { $title }
my-resolved = Has the matter been settled?
my-yes = Yes
my-no = No
my-reopens = If you say no, the report may be opened again.
my-rating = How content are you with how it was handled? (optional)
my-rating-of = { $number } of 5
my-rating-low = 1: not at all
my-rating-high = 5: very much
my-comment = What do you want to tell us? (optional)
my-comment-hint = Only the city reads this. At most { NUMBER($most, useGrouping: 0) } characters.
my-send = Send
my-choose = Please say yes or no.
my-comment-long = That is too long: at most { NUMBER($most, useGrouping: 0) } characters.
my-thanks = Thank you
my-thanks-kept = We have your opinion.
my-thanks-reopened = We have your opinion, and your report is open again. You will be told what becomes of it.
my-thanks-too_late = We have your opinion. The time in which a report is opened again is over: if the matter is not settled, please report it anew.
my-see-request = See your report

## Mail, and no mail

my-unsubscribe-title = No more mail?
my-unsubscribe-text = You will not be told any more what becomes of this report: { $title }
my-unsubscribe-do = No more mail
my-unsubscribed = You get no more mail
my-unsubscribed-text = We do not write to you any more about this report: { $title }
my-subscribe = Send me mail again
my-subscribed = You get mail again
my-subscribed-text = We write to you when there is news of this report: { $title }

## All of one's own

my-enter = My reports
my-enter-text = Type the e-mail address that you gave with your reports. We send you a link to all of them.
my-email = E-mail address
my-email-wrong = This is no e-mail address that mail can be sent to. One looks like this: name@example.org
my-enter-do = Send me the link
my-sent = Look into your mailbox
my-sent-text = If there are reports with the address { $email }, a mail with a link is on its way. It may take a few minutes; please look among the spam as well. The link is good for { $minutes } minutes.
my-sent-again = For one address, we send at most { $most } links an hour.
my-login = Show my reports
my-login-text = With this button you see all reports with your e-mail address, on this device, for { $hours } hours at most.
my-list = My reports
my-list-none = There are no reports with your e-mail address.
my-list-part = Page { $page }
my-list-newer = Newer ones
my-list-older = Older ones
my-joined = followed
my-logout = Leave
my-logout-text = On a device that others use too, please leave when you are done.

my-mail-subject = The link to your reports
my-mail-greeting = Hello,
my-mail-text = This link shows all reports that were sent with your e-mail address. It can be used once. If it was not you who asked for it, there is nothing to do: nobody else has it.
my-mail-page = Show my reports
my-mail-good-for = Good for
my-mail-minutes = { $minutes } minutes
my-mail-reason = You get this mail because somebody asked for the reports with this e-mail address.

## Joining

my-join = Does this concern you too?
my-join-text = It has been reported already. Leave your e-mail address, and you are told what becomes of it.
my-first-name = First name (optional)
my-last-name = Last name (optional)
my-name-long = That is too long: at most { $most } characters.
my-join-privacy = Only the city sees what you type here. It is deleted some time after the report is closed.
my-join-do = Tell me too
my-join-done = Look into your mailbox
my-join-done-text = A mail with a link to this report is on its way, unless you were told of it already.

## What can go wrong

my-invalid = This link does not work
my-invalid-text = Perhaps a part of it was lost. Please open it from the mail once more, or copy all of it.
my-expired = This link is too old
my-expired-text = Please ask for a new one.
my-used = This link was used already
my-used-text = It is good once. Please ask for a new one.
my-earlier = This is about an earlier time
my-earlier-text = Since that mail, the report has been opened again or closed anew. Its page tells how it is now.
my-gone = There is nothing here any more
my-gone-text = Personal data are deleted some time after a report is closed, and with them this page. You get no more mail about it.
my-closed = This report cannot be joined
my-closed-text = It is closed, or reports like this one are anonymous. If it still concerns you, please report it anew.
my-busy = Somebody was quicker
my-busy-text = The report was changed at this moment. Please try again.
my-login-needed = Please ask for a link
my-login-needed-text = To see your reports, you need a link that we send by mail. It shows them for { $hours } hours.
my-unknown = There is no such page
my-unknown-text = Perhaps a part of the address was lost.
my-method = This does not work here
my-method-text = This page cannot be called in this way.
my-large = That is too much
my-large-text = More was sent than this page reads.
my-form = That could not be read
my-form-text = Please go back and try again.
my-many = Too many are asking at the moment
my-many-text = Please try again in a while.
my-https = Only over https
my-https-text = This page is only shown over an encrypted connection.
my-away = Not available for the moment
my-away-text = Please try again in a little while.
my-internal = Something went wrong on our side
my-internal-text = If you ask us about it, please quote the reference { $reference }.
