"""Who says it to whom, and moves it: the one place where messages come in, are judged and go out."""
