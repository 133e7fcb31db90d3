# A language of cities, not of this service: what a reporter is told of the term is all there is.

notice-expected = Очікуваний термін виконання: { $expected } ({ $term }).
notice-day = { DATETIME($moment, dateStyle: "long") }
notice-time = { DATETIME($moment, dateStyle: "long", timeStyle: "short") }
term-hours = { $number ->
    [one] { $number } година
    [few] { $number } години
   *[other] { $number } годин
}
term-days = { $number ->
    [one] { $number } день
    [few] { $number } дні
   *[other] { $number } днів
}
term-working_days = { $number ->
    [one] { $number } робочий день
    [few] { $number } робочі дні
   *[other] { $number } робочих днів
}
term-working_hours = { $number ->
    [one] { $number } робоча година
    [few] { $number } робочі години
   *[other] { $number } робочих годин
}
term-statutory_months = { $number ->
    [one] { $number } місяць
    [few] { $number } місяці
   *[other] { $number } місяців
}
