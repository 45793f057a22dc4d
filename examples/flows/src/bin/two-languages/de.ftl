# What steps ask and say: the flow and the step.
Tickets-count = Wie viele Karten?
Tickets-film = Für welchen Film?
Tickets-confirm = { $count ->
    [one] Eine Karte für { $film }, richtig?
   *[other] { $count } Karten für { $film }, richtig?
}
Tickets-sold = Viel Vergnügen mit { $film }!

# What can be chosen: the enum and the variant.
Film-ThirdMan = Der dritte Mann
Film-Metropolis = Metropolis
Confirm-Yes = Ja
Confirm-No = Nein

# What handlers and steps look for themselves.
Tickets-count-left = { $left ->
    [one] Es gibt nur noch eine.
   *[other] Es gibt nur noch { $left }.
}
sorry = Schreib „karten“, um welche zu kaufen.
spoken = Ab jetzt auf Deutsch.
languages = Ich spreche Englisch und Deutsch: „speak en“, „speak de“.

# What the library says.
Flow-cancelled = Abgebrochen.
Flow-unreadable = Entschuldigung, ich habe den Faden verloren. Bitte fang noch einmal an.
Misfit-NoWholeNumber = Bitte schick eine ganze Zahl, in Ziffern.
Misfit-OutOfRange = Bitte schick eine Zahl von { $least } bis { $most }.
Misfit-NoneOf = Bitte wähle: { $titles }.
