"""How a message arrives from what a partner has today: a spreadsheet, a timecard. Drops all that no schema asks for."""
